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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which entries a switch is told to have, and that each connection's replies get the port that it called. */
class ClientCallsTest {
    private static final Outlet OUTLET = new Outlet("vnet0", true, IpAddress.parse("10.10.1.100"), 8080);
    private static final Outlet SHARED = new Outlet("vnet0", true, IpAddress.parse("10.10.1.100"), 8081);
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

    @BeforeEach
    void knowOutlets() {
        calls.outlets(Map.of(OUTLET, false, SHARED, true));
    }

    private static boolean samePlace(ClientEntry a, ClientEntry b) {
        return a.outlet().equals(b.outlet()) && a.client().equals(b.client()) && a.clientPort() == b.clientPort();
    }

    private void begun(Outlet outlet, int clientPort, int virtualPort) {
        calls.begun(outlet, CLIENT, clientPort, virtualPort, 0);
    }

    private void ended(Outlet outlet, int clientPort, int virtualPort) {
        calls.ended(outlet, CLIENT, clientPort, virtualPort);
    }

    private static ClientEntry general(int virtualPort) {
        return new ClientEntry(OUTLET, CLIENT, 0, virtualPort);
    }

    private static ClientEntry single(int clientPort, int virtualPort) {
        return new ClientEntry(SHARED, CLIENT, clientPort, virtualPort);
    }

    private void assertInStep() {
        Set<ClientEntry> wanted = new HashSet<>();
        calls.forEach(entry -> assertTrue(wanted.add(entry)));
        assertEquals(wanted, present);
        assertEquals(wanted.size(), calls.entries());
    }

    @Test
    void shouldRestConnectionsOfOneClientOnOneEntry() {
        begun(OUTLET, 1, 80);
        begun(OUTLET, 2, 80);
        begun(OUTLET, 2, 80);
        ended(OUTLET, 1, 80);
        ended(OUTLET, 7, 80);
        assertEquals(List.of("+0:80"), orders);
        assertEquals(80, calls.virtualPort(OUTLET, CLIENT, 2));
        assertEquals(0, calls.virtualPort(OUTLET, CLIENT, 1));
        ended(OUTLET, 2, 80);
        assertEquals(List.of("+0:80", "-0:80"), orders);
        assertInStep();
    }

    @Test
    void shouldGiveConnectionsEntriesOfTheirOwnWhereVirtualPortsShareOneOfGuest() {
        begun(SHARED, 1, 80);
        begun(SHARED, 2, 443);
        assertEquals(Set.of(single(1, 80), single(2, 443)), present);
        begun(SHARED, 2, 80); // its port is called from anew, before the end of the one before was told
        assertEquals(Set.of(single(1, 80), single(2, 80)), present);
        ended(SHARED, 2, 443);
        assertEquals(80, calls.virtualPort(SHARED, CLIENT, 2));
        ended(SHARED, 1, 80);
        ended(SHARED, 2, 80);
        assertEquals(Set.of(), present);
        assertInStep();
    }

    @Test
    void shouldKeepInheritedEntriesUntilTheyAreIdle() {
        present.addAll(Set.of(general(80), single(5, 443)));
        assertTrue(calls.inherit(general(80)));
        assertTrue(calls.inherit(single(5, 443)));
        begun(OUTLET, 1, 80);
        begun(SHARED, 5, 443);
        ended(OUTLET, 1, 80);
        ended(SHARED, 5, 443);
        assertEquals(List.of(), orders);
        assertEquals(80, calls.virtualPort(OUTLET, CLIENT, 1), "may be of the node before");
        present.clear();
        calls.idle(general(80));
        calls.idle(single(5, 443));
        assertInStep();
        assertEquals(Set.of(), present);
    }

    @Test
    void shouldMakeIdleEntryAgainThatConnectionNeeds() {
        begun(OUTLET, 1, 80);
        begun(SHARED, 2, 443);
        present.clear();
        calls.idle(general(80));
        calls.idle(single(2, 443));
        assertInStep();
        assertEquals(2, present.size());
    }

    @Test
    void shouldNotInheritWhatDisagrees() {
        begun(SHARED, 2, 443);
        assertFalse(calls.inherit(single(2, 81)));
        assertTrue(calls.inherit(single(2, 443)));
        assertFalse(calls.inherit(new ClientEntry(SHARED, CLIENT, 0, 80)), "shared by now");
        assertFalse(calls.inherit(new ClientEntry(OUTLET, CLIENT, 5, 80)), "no more shared");
        assertFalse(calls.inherit(new ClientEntry(new Outlet("vnet1", true, CLIENT, 1), CLIENT, 0, 80)));
        assertInStep();
    }

    @Test
    void shouldLeaveEntriesOfFlowsThatAreAnotherNodesNow() {
        begun(OUTLET, 1, 80);
        begun(SHARED, 2, 443);
        calls.disown(0);
        calls.startOver(0);
        calls.settle(0);
        assertInStep();
        assertEquals(Set.of(general(80), single(2, 443)), present);
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
    void shouldForgetOutletsThatAreNoMoreOrStandForOtherPorts() {
        begun(OUTLET, 1, 80);
        begun(SHARED, 2, 443);
        present.remove(general(80));
        calls.outlets(Map.of(OUTLET, true, SHARED, true));
        assertInStep();
        present.clear();
        calls.outlets(Map.of());
        assertInStep();
        begun(OUTLET, 1, 80);
        ended(OUTLET, 1, 80);
        assertEquals(0, calls.virtualPort(OUTLET, CLIENT, 1));
        assertInStep();
    }

    /** Any order of beginnings and ends, of two workers, with walks in between, leaves what the connections need. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void shouldNeedWhatConnectionsNeed(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Outlet outlet = seed % 2 == 0 ? OUTLET : SHARED;
        Map<List<Integer>, Integer> open = new HashMap<>(); // (client, port) → virtual port
        for (int step = 0; step < 10_000; step++) {
            int client = random.nextInt(4);
            int port = 1 + random.nextInt(6);
            List<Integer> key = List.of(client, port);
            if (random.nextInt(200) == 0) {
                walk(outlet, random.nextInt(2), open, random);
            } else if (open.containsKey(key)) {
                calls.ended(outlet, IpAddress.ofV4(client), port, open.remove(key));
            } else {
                int virtualPort = outlet == SHARED ? 80 + random.nextInt(3) : 80;
                open.put(key, virtualPort);
                calls.begun(outlet, IpAddress.ofV4(client), port, virtualPort, port & 1);
            }
            assertServes(outlet, open);
        }
        assertInStep();
        Map.copyOf(open)
                .forEach(
                        (key, virtualPort) -> calls.ended(outlet, IpAddress.ofV4(key.get(0)), key.get(1), virtualPort));
        assertEquals(Set.of(), present);
        assertInStep();
    }

    private void walk(Outlet outlet, int worker, Map<List<Integer>, Integer> open, SplittableRandom random) {
        open.keySet().removeIf(key -> (key.get(1) & 1) == worker && random.nextInt(3) == 0); // untold
        calls.startOver(worker);
        open.forEach((key, virtualPort) -> {
            if ((key.get(1) & 1) == worker) {
                calls.begun(outlet, IpAddress.ofV4(key.get(0)), key.get(1), virtualPort, worker);
            }
        });
        calls.settle(worker);
    }

    private void assertServes(Outlet outlet, Map<List<Integer>, Integer> open) {
        Map<List<Integer>, Integer> needed = new HashMap<>();
        open.forEach(
                (key, virtualPort) -> needed.put(List.of(key.get(0), outlet == SHARED ? key.get(1) : 0), virtualPort));
        Map<List<Integer>, Integer> entries = new HashMap<>();
        present.forEach(entry -> entries.put(List.of(entry.client().v4(), entry.clientPort()), entry.virtualPort()));
        assertEquals(needed, entries);
    }
}
