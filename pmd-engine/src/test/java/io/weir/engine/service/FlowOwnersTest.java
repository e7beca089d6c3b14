package io.weir.engine.service;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.Pages;
import io.weir.engine.counters.ServerStats;
import io.weir.engine.packet.Transport;
import io.weir.scheduler.IpAddress;
import io.weir.scheduler.SchedulerKind;
import io.weir.scheduler.SchedulingPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may own an unknown flow, as every node must answer alike. */
class FlowOwnersTest {
    private static final IpAddress VIRTUAL = IpAddress.parse("202.103.106.5");
    private static final long CLIENT = IpAddress.parse("202.100.1.2").lo();
    private static final int SLOTS = 64;

    private final List<Pages> memory = new ArrayList<>();

    @AfterEach
    void free() {
        memory.forEach(Pages::close);
    }

    private ServiceRegistry registry() {
        Pages pages = Pages.map(ServerStats.byteSize(SLOTS, 1), Pages.Mode.OFF);
        memory.add(pages);
        return new ServiceRegistry(new ServerStats(pages.address(), SLOTS, 1), 1);
    }

    private static ServerSpec server(int n) {
        return ServerSpec.of("s" + n, IpAddress.parse("172.16.0." + n), 8000, 1);
    }

    private static ServiceSpec service(SchedulerKind kind, List<ServerSpec> servers) {
        return new ServiceSpec(
                "web", VIRTUAL, 80, Transport.TCP, kind, Set.of(), SchedulingPlan.DEFAULT_TABLE_SIZE, servers);
    }

    private static List<ServerSpec> servers(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(FlowOwnersTest::server).toList();
    }

    private static ServiceTable table(ServiceRegistry registry, SchedulerKind kind, List<ServerSpec> servers) {
        registry.apply(List.of(service(kind, servers)), Long.MAX_VALUE);
        return registry.build();
    }

    private static int derive(ServiceTable table, int clientPort) {
        return table.owners[0].derive(0, CLIENT + clientPort, clientPort, 0, VIRTUAL.lo());
    }

    /** The last byte of the servers' addresses, in the order of asking. */
    private static List<Integer> order(ServiceTable table, int clientPort) {
        int[] slots = new int[FlowOwners.MOST + 1];
        int n = table.owners[0].list(0, CLIENT + clientPort, clientPort, 0, VIRTUAL.lo(), slots, 1);
        return Arrays.stream(slots, 1, 1 + n)
                .mapToObj(slot -> (int) table.serverLo(slot) & 0xff)
                .toList();
    }

    @ParameterizedTest
    @EnumSource(names = {"RR", "WLC", "SH", "MH"})
    void shouldAskInTheSameOrderWhateverTheOrderOfConfiguration(SchedulerKind kind) {
        List<ServerSpec> shuffled = new ArrayList<>(servers(2, 12));
        ServiceTable one = table(registry(), kind, shuffled);
        Collections.shuffle(shuffled, new Random(7));
        ServiceTable other = table(registry(), kind, shuffled);
        Set<Integer> first = new HashSet<>();
        for (int port = 1; port < 500; port++) {
            List<Integer> asked = order(one, port);
            assertEquals(asked, order(other, port));
            assertEquals(FlowOwners.MOST, asked.size());
            assertEquals(FlowOwners.MOST, new HashSet<>(asked).size(), "each once");
            first.add(asked.getFirst());
        }
        assertEquals(11, first.size(), "searches begin everywhere");
    }

    @Test
    void shouldGoOnInTheOrderOfAddressesWhereverItBegins() {
        ServiceTable table = table(registry(), SchedulerKind.RR, List.of(server(9), server(3), server(5)));
        for (int port = 1; port < 50; port++) {
            List<Integer> asked = order(table, port);
            List<Integer> round = new ArrayList<>(List.of(3, 5, 9));
            Collections.rotate(round, -round.indexOf(asked.getFirst()));
            assertEquals(round, asked);
        }
    }

    @Test
    void shouldDeriveNothingWhenTheSchedulerIsNoFunctionOfTheFlow() {
        assertEquals(FlowOwners.NONE, derive(table(registry(), SchedulerKind.RR, servers(2, 5)), 1));
    }

    @ParameterizedTest
    @EnumSource(names = {"SH", "MH"})
    void shouldDeriveWhomTheSchedulerChooses(SchedulerKind kind) {
        ServiceTable table = table(registry(), kind, servers(2, 9));
        for (int port = 1; port < 500; port++) {
            int position = table.schedulers[0][0].choose(0, CLIENT + port, port, 0, VIRTUAL.lo(), 80);
            assertEquals(table.slotAt[0][position], derive(table, port));
            assertEquals(
                    (int) table.serverLo(derive(table, port)) & 0xff,
                    order(table, port).getFirst());
        }
    }

    @Test
    void shouldDeriveOnlyWhatThePreviousPlanSaysTooWhenThePoolHasChanged() {
        ServiceRegistry registry = registry();
        ServiceTable before = table(registry, SchedulerKind.MH, servers(2, 5));
        ServiceTable after = table(registry, SchedulerKind.MH, servers(2, 6));
        int moved = 0;
        for (int port = 1; port < 1000; port++) {
            int old = derive(before, port);
            int now = derive(after, port);
            if (now == FlowOwners.NONE) {
                moved++;
                assertEquals(
                        (int) before.serverLo(old) & 0xff, order(after, port).getFirst(), "the old one first");
                assertEquals(6, order(after, port).get(1), "then the new one");
            } else {
                assertEquals(old, now);
            }
        }
        assertTrue(moved > 100 && moved < 350, "about a fifth moved: " + moved);
    }

    @Test
    void shouldRememberThePreviousPlanWhenSomethingElseChanges() {
        ServiceRegistry registry = registry();
        table(registry, SchedulerKind.MH, servers(2, 5));
        ServiceTable after = table(registry, SchedulerKind.MH, servers(2, 6));
        registry.nextHop(IpAddress.parse("172.16.0.3"), 0x02_00_00_00_00_09L);
        ServiceTable same = table(registry, SchedulerKind.MH, servers(2, 6));
        for (int port = 1; port < 200; port++) {
            assertEquals(derive(after, port), derive(same, port));
            assertEquals(order(after, port), order(same, port));
        }
    }

    @Test
    void shouldAskServersOfWeightZeroLastAndDeadOnesNever() {
        ServiceRegistry registry = registry();
        List<ServerSpec> pool = new ArrayList<>(servers(2, 6));
        ServerSpec quiet = server(3);
        pool.set(1, new ServerSpec(quiet.id(), quiet.address(), quiet.port(), 0, true, 0, 0, Optional.empty()));
        table(registry, SchedulerKind.RR, pool);
        assertTrue(
                registry.setUp(service(SchedulerKind.RR, pool).key(), server(5).address(), 8000, false));
        ServiceTable table = registry.build();
        for (int port = 1; port < 50; port++) {
            List<Integer> asked = order(table, port);
            assertEquals(4, asked.size());
            assertEquals(3, asked.getLast());
            assertFalse(asked.contains(5));
        }
    }

    @Test
    void shouldTakeAServerOutAndBackWhenItsHealthSaysSo() {
        ServiceRegistry registry = registry();
        ServiceTable healthy = table(registry, SchedulerKind.MH, servers(2, 4));
        ServiceKey key = service(SchedulerKind.MH, servers(2, 4)).key();
        IpAddress second = IpAddress.parse("172.16.0.3");
        assertFalse(registry.setUp(key, second, 8000, true), "no news");
        assertFalse(registry.setUp(key, second, 8001, false), "no such server");
        assertTrue(registry.setUp(key, second, 8000, false));
        assertFalse(registry.setUp(key, second, 8000, false), "no news");
        int slot = registry.slot(key, second, 8000);
        ServiceTable without = registry.build();
        assertFalse(without.isUp(slot));
        ServiceTable applied = table(registry, SchedulerKind.MH, servers(2, 4));
        for (int port = 1; port < 300; port++) {
            assertNotEquals(
                    slot,
                    applied.slotAt[0][applied.schedulers[0][0].choose(0, CLIENT + port, port, 0, VIRTUAL.lo(), 80)]);
            assertNotEquals(slot, derive(applied, port));
        }
        assertTrue(registry.setUp(key, second, 8000, true));
        ServiceTable back = registry.build();
        assertTrue(back.isUp(slot));
        for (int port = 1; port < 300; port++) {
            int position = back.schedulers[0][0].choose(0, CLIENT + port, port, 0, VIRTUAL.lo(), 80);
            assertEquals(derive(healthy, port), back.slotAt[0][position]);
        }
    }

    @Test
    void shouldForgetThatAServerWasDownWhenItIsConfiguredAnew() {
        ServiceRegistry registry = registry();
        table(registry, SchedulerKind.RR, servers(2, 3));
        ServiceKey key = service(SchedulerKind.RR, servers(2, 3)).key();
        registry.setUp(key, server(3).address(), 8000, false);
        table(registry, SchedulerKind.RR, servers(2, 2));
        table(registry, SchedulerKind.RR, servers(2, 2));
        ServiceTable again = table(registry, SchedulerKind.RR, servers(2, 3));
        assertTrue(again.isUp(registry.slot(key, server(3).address(), 8000)));
    }
}
