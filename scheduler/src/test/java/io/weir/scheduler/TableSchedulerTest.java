package io.weir.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TableSchedulerTest {
    private static final int FLOWS = 5000;

    @ParameterizedTest
    @EnumSource(names = {"SH", "DH", "MH"})
    void shouldChooseAlikeOnEveryWorkerAndNode(SchedulerKind kind) {
        final SplittableRandom random = Seeded.random("same on every node, " + kind);
        final List<RealServer> servers =
                new ArrayList<>(Pools.weights(1, 2, 3, 4, 5).servers());
        final SchedulingPlan here = SchedulingPlan.of(kind, ServerPool.of(servers), Set.of());
        Collections.shuffle(servers, new Random(random.nextLong()));
        final SchedulingPlan there = SchedulingPlan.of(kind, ServerPool.of(servers), Set.of());
        final Scheduler one = here.newScheduler(0, 1, ConnectionCounts.ZERO);
        final Scheduler two = there.newScheduler(3, 7, ConnectionCounts.ZERO);
        for (int i = 0; i < FLOWS; i++) {
            final long client = random.nextLong();
            final long dest = random.nextLong();
            final int position = Schedulers.choose(one, 1, client, i, 2, dest, 80);
            final int other = Schedulers.choose(two, 1, client, i, 2, dest, 80);
            assertEquals(here.pool().get(position), there.pool().get(other));
            assertEquals(position, here.assigned(1, client, i, 2, dest));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SH", "MH"})
    void shouldKeepClientOnOneServerUnlessPortCounts(SchedulerKind kind) {
        final SchedulerFlag port = kind == SchedulerKind.SH ? SchedulerFlag.SH_PORT : SchedulerFlag.MH_PORT;
        final ServerPool pool = Pools.equal(10);
        assertEquals(1, serversOfOneClient(SchedulingPlan.of(kind, pool, Set.of())));
        assertEquals(10, serversOfOneClient(SchedulingPlan.of(kind, pool, Set.of(port))));
    }

    private static long serversOfOneClient(SchedulingPlan plan) {
        final Scheduler scheduler = plan.newScheduler(0, 1, ConnectionCounts.ZERO);
        final Set<Integer> servers = new java.util.HashSet<>();
        for (int port = 1024; port < 2024; port++) {
            servers.add(SchedulerContract.choose(scheduler, 4711, port, 0));
        }
        return servers.size();
    }

    @Test
    void shouldSendOnlyClientsOfFallenServerElsewhereWithFallback() {
        for (final SchedulerFlag flag : EnumSet.of(SchedulerFlag.SH_FALLBACK, SchedulerFlag.MH_FALLBACK)) {
            final ServerPool whole = Pools.weights(1, 2, 3, 4);
            final List<RealServer> servers = new ArrayList<>(whole.servers());
            servers.set(2, servers.get(2).withUsable(false));
            final ServerPool broken = ServerPool.of(servers);
            final Scheduler before =
                    SchedulingPlan.of(flag.kind(), whole, Set.of(flag)).newScheduler(0, 1, ConnectionCounts.ZERO);
            final SchedulingPlan plan = SchedulingPlan.of(flag.kind(), broken, Set.of(flag));
            final Scheduler after = plan.newScheduler(0, 1, ConnectionCounts.ZERO);
            final int[] moved = new int[4];
            for (int client = 0; client < 20_000; client++) {
                final int old = SchedulerContract.choose(before, client, 1, 1);
                final int now = SchedulerContract.choose(after, client, 1, 1);
                assertEquals(old, plan.assigned(0, client, 1, 0, 1));
                if (old == 2) {
                    moved[now]++;
                } else {
                    assertEquals(old, now);
                }
            }
            assertEquals(0, moved[2]);
            final double total = moved[0] + moved[1] + moved[3];
            assertEquals(1 / 7.0, moved[0] / total, 0.02, "the others take over by weight");
            assertEquals(2 / 7.0, moved[1] / total, 0.02);
        }
    }

    @Test
    void shouldRefuseClientsOfOverloadedServerWithoutFallback() {
        final ServerPool pool = ServerPool.of(
                new RealServer(0, IpAddress.V4_PREFIX | 1, 80, 1, true, 1, 1),
                new RealServer(0, IpAddress.V4_PREFIX | 2, 80, 1, true, 1, 1));
        final Connections connections = new Connections(2);
        connections.active[1] = 1;
        final Scheduler strict =
                SchedulingPlan.of(SchedulerKind.MH, pool, Set.of()).newScheduler(0, 1, connections);
        final Scheduler lenient = SchedulingPlan.of(SchedulerKind.MH, pool, Set.of(SchedulerFlag.MH_FALLBACK))
                .newScheduler(0, 1, connections);
        int refused = 0;
        for (int client = 0; client < FLOWS; client++) {
            final int position = SchedulerContract.choose(strict, client, 1, 1);
            assertNotEquals(1, position);
            refused += position == Scheduler.NONE ? 1 : 0;
            assertEquals(0, SchedulerContract.choose(lenient, client, 1, 1));
        }
        assertEquals(0.5, (double) refused / FLOWS, 0.05);
    }

    @Test
    void shouldFindLastServerOfManyWithFallback() {
        final List<RealServer> servers = new ArrayList<>(Pools.equal(300).servers());
        servers.replaceAll(s -> s.withUsable(false));
        servers.set(123, servers.get(123).withUsable(true));
        for (final SchedulerFlag flag : EnumSet.of(SchedulerFlag.SH_FALLBACK, SchedulerFlag.MH_FALLBACK)) {
            final Scheduler scheduler = SchedulingPlan.of(flag.kind(), ServerPool.of(servers), Set.of(flag))
                    .newScheduler(0, 1, ConnectionCounts.ZERO);
            for (int client = 0; client < 200; client++) {
                assertEquals(123, SchedulerContract.choose(scheduler, client, 1, 1));
            }
        }
    }

    @Test
    void shouldRefuseFlagOfAnotherAlgorithm() {
        final IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> SchedulingPlan.of(SchedulerKind.SH, Pools.equal(2), Set.of(SchedulerFlag.MH_PORT)));
        assertTrue(e.getMessage().contains("mh-port is for mh, not for sh"), e.getMessage());
    }

    @Test
    void shouldAssignNothingWhereChoiceIsNoFunctionOfFlow() {
        assertEquals(
                Scheduler.NONE,
                SchedulingPlan.of(SchedulerKind.RR, Pools.equal(2), Set.of()).assigned(0, 1, 2, 0, 3));
    }
}
