package io.weir.appliance.hypervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which entries a switch is told to have, and that each connection's replies get the port that it called. */
class ClientCallsTest {
    private static final Outlet OUTLET = new Outlet("vnet0", true, IpAddress.parse("10.10.1.100"), 8080);
    private static final IpAddress CLIENT = IpAddress.parse("10.10.1.10");
    private static final int LIMIT = 1_000;

    /** What a switch would have. */
    private final Set<ClientEntry> present = new HashSet<>();

    private final List<String> orders = new ArrayList<>();
    private final ClientCalls calls = new ClientCalls(LIMIT, new ClientCalls.Changes() {
        @Override
        public void add(ClientEntry entry) {
            orders.add("+" + entry.clientPort() + ":" + entry.virtualPort());
            present.removeIf(each -> samePlace(each, entry));
            assertTrue(present.add(entry));
        }

        @Override
        public void remove(ClientEntry entry) {
            orders.add("-" + entry.clientPort() + ":" + entry.virtualPort());
            assertTrue(present.remove(entry), entry::toString);
        }
    });

    private static boolean samePlace(ClientEntry a, ClientEntry b) {
        return a.outlet().equals(b.outlet()) && a.client().equals(b.client()) && a.clientPort() == b.clientPort();
    }

    private void begun(int clientPort, int virtualPort) {
        calls.begun(OUTLET, CLIENT, clientPort, virtualPort, 0);
    }

    private void ended(int clientPort, int virtualPort) {
        calls.ended(OUTLET, CLIENT, clientPort, virtualPort);
    }

    private static ClientEntry entry(int clientPort, int virtualPort) {
        return new ClientEntry(OUTLET, CLIENT, clientPort, virtualPort);
    }

    private void assertInStep() {
        Set<ClientEntry> wanted = new HashSet<>();
        calls.forEach(entry -> assertTrue(wanted.add(entry)));
        assertEquals(wanted, present);
        assertEquals(wanted.size(), calls.entries());
    }

    @Test
    void shouldShareOneEntryAmongConnectionsOfOneClient() {
        begun(1, 80);
        begun(2, 80);
        begun(2, 80);
        ended(1, 80);
        ended(7, 80);
        assertEquals(List.of("+0:80"), orders);
        ended(2, 80);
        assertEquals(List.of("+0:80", "-0:80"), orders);
        assertInStep();
    }

    @Test
    void shouldGiveConnectionToAnotherVirtualPortEntryOfItsOwn() {
        begun(1, 80);
        begun(2, 443);
        assertEquals(Set.of(entry(0, 80), entry(2, 443)), present);
        ended(1, 80);
        assertEquals(Set.of(entry(2, 443)), present);
        begun(3, 443);
        assertEquals(Set.of(entry(0, 443)), present, "shared again");
        begun(2, 80); // its port is called from anew, before the end of the one before was told
        assertEquals(Set.of(entry(0, 443), entry(2, 80)), present);
        ended(2, 80);
        ended(3, 443);
        assertInStep();
        assertEquals(Set.of(), present);
    }

    @Test
    void shouldKeepInheritedEntriesUntilTheyAreIdle() {
        present.addAll(Set.of(entry(0, 80), entry(5, 443)));
        assertTrue(calls.inherit(entry(0, 80)));
        assertTrue(calls.inherit(entry(5, 443)));
        begun(1, 80);
        begun(5, 443);
        ended(1, 80);
        assertEquals(List.of(), orders);
        assertEquals(80, calls.virtualPort(OUTLET, CLIENT, 1), "may be of the node before");
        ended(5, 443);
        present.remove(entry(0, 80));
        calls.idle(entry(0, 80));
        assertInStep();
        assertEquals(Set.of(), present);
    }

    @Test
    void shouldMakeIdleEntryAgainThatConnectionNeeds() {
        begun(1, 80);
        begun(2, 443);
        present.clear();
        calls.idle(entry(0, 80));
        calls.idle(entry(2, 443));
        assertInStep();
        assertEquals(2, present.size());
    }

    @Test
    void shouldNotInheritWhatDisagrees() {
        begun(1, 80);
        begun(2, 443);
        assertFalse(calls.inherit(entry(0, 443)));
        assertFalse(calls.inherit(entry(2, 81)));
        assertTrue(calls.inherit(entry(2, 443)));
        assertFalse(calls.inherit(entry(3, 80)), "the shared one serves it");
    }

    @Test
    void shouldLeaveEntriesOfFlowsThatAreAnotherNodesNow() {
        begun(1, 80);
        begun(2, 443);
        calls.disown(0);
        calls.startOver(0);
        calls.settle(0);
        assertInStep();
        assertEquals(Set.of(entry(0, 80), entry(2, 443)), present);
        calls.forgetInherited();
        assertEquals(0, calls.entries());
    }

    @Test
    void shouldRefuseMoreEntriesThanThereIsRoomFor() {
        for (int n = 0; n < LIMIT + 10; n++) {
            calls.begun(OUTLET, IpAddress.ofV4(n), 1, 80, 0);
        }
        calls.begun(OUTLET, IpAddress.ofV4(0), 2, 80, 0);
        assertEquals(10, calls.refused());
        assertInStep();
        assertEquals(80, calls.virtualPort(OUTLET, IpAddress.ofV4(0), 2));
        assertEquals(0, calls.virtualPort(OUTLET, IpAddress.ofV4(LIMIT), 1));
        calls.ended(OUTLET, IpAddress.ofV4(LIMIT), 1, 80);
        assertInStep();
    }

    @Test
    void shouldForgetOutletsThatAreNoMore() {
        begun(1, 80);
        present.clear();
        calls.retain(Set.of());
        assertInStep();
    }

    /** Any order of beginnings and ends, of two workers, with walks in between, leaves what the connections need. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldNeedWhatConnectionsNeed(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<List<Integer>, Integer> open = new HashMap<>(); // (client, port) → virtual port
        for (int step = 0; step < 20_000; step++) {
            int client = random.nextInt(4);
            int port = 1 + random.nextInt(6);
            int worker = port & 1;
            List<Integer> key = List.of(client, port);
            if (random.nextInt(200) == 0) {
                walk(random.nextInt(2), open, random);
            } else if (open.containsKey(key)) {
                calls.ended(OUTLET, IpAddress.ofV4(client), port, open.remove(key));
            } else {
                int virtualPort = 80 + random.nextInt(3);
                open.put(key, virtualPort);
                calls.begun(OUTLET, IpAddress.ofV4(client), port, virtualPort, worker);
            }
            assertServes(open);
        }
        assertInStep();
        new HashMap<>(open)
                .forEach(
                        (key, virtualPort) -> calls.ended(OUTLET, IpAddress.ofV4(key.get(0)), key.get(1), virtualPort));
        assertEquals(Set.of(), present);
        assertInStep();
    }

    private void walk(int worker, Map<List<Integer>, Integer> open, SplittableRandom random) {
        open.keySet().removeIf(key -> (key.get(1) & 1) == worker && random.nextInt(3) == 0); // untold
        calls.startOver(worker);
        open.forEach((key, virtualPort) -> {
            if ((key.get(1) & 1) == worker) {
                calls.begun(OUTLET, IpAddress.ofV4(key.get(0)), key.get(1), virtualPort, worker);
            }
        });
        calls.settle(worker);
    }

    private void assertServes(Map<List<Integer>, Integer> open) {
        Map<List<Integer>, Integer> entries = new HashMap<>();
        present.forEach(entry -> entries.put(List.of(entry.client().v4(), entry.clientPort()), entry.virtualPort()));
        open.forEach((key, virtualPort) -> {
            Integer single = entries.get(key);
            assertEquals(virtualPort, single != null ? single : entries.get(List.of(key.get(0), 0)));
        });
    }
}
