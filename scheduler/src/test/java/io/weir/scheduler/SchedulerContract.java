package io.weir.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What every scheduler owes the engine; a subclass for each kind and each combination of flags that matters. */
abstract class SchedulerContract {
    static final long DEST_LO = IpAddress.parse("202.103.106.5").lo();

    final SchedulerKind kind;
    final Set<SchedulerFlag> flags;

    SchedulerContract(SchedulerKind kind, SchedulerFlag... flags) {
        this.kind = kind;
        this.flags = EnumSet.noneOf(SchedulerFlag.class);
        this.flags.addAll(Set.of(flags));
    }

    /** A server's share of many connections that all stay. */
    abstract double expectedShare(ServerPool pool, int position);

    /** How far a share may be off. */
    double tolerance() {
        return 0.0001;
    }

    /** How many connections to look at. */
    int picks(ServerPool pool) {
        return 20_000;
    }

    final SchedulingPlan plan(ServerPool pool) {
        return SchedulingPlan.of(kind, pool, flags);
    }

    final Scheduler scheduler(ServerPool pool, ConnectionCounts counts) {
        return plan(pool).newScheduler(0, 1, counts);
    }

    static int choose(Scheduler scheduler, SplittableRandom random) {
        final long client = IpAddress.V4_PREFIX | random.nextLong(1L << 32);
        return choose(scheduler, client, random.nextInt(1024, 65536), random.nextInt());
    }

    static int choose(Scheduler scheduler, long client, int port, int dest) {
        return Schedulers.choose(scheduler, 0, client, port, 0, DEST_LO ^ (dest & 0xffff_ffffL), 80);
    }

    @Test
    void shouldNeverPickServerThatIsDownOrQuiesced() {
        final SplittableRandom random = Seeded.random("never picks unavailable, " + kind);
        for (int round = 0; round < 200; round++) {
            final ServerPool pool = Pools.random(random);
            final Connections connections = new Connections(pool.size());
            final Scheduler scheduler = scheduler(pool, connections);
            final boolean any = pool.servers().stream().anyMatch(Pools::available);
            for (int i = 0; i < 50; i++) {
                final int position = choose(scheduler, random);
                if (any) {
                    assertNotEquals(Scheduler.NONE, position, pool::toString);
                    assertTrue(Pools.available(pool.get(position)), () -> position + " of " + pool);
                } else {
                    assertEquals(Scheduler.NONE, position, pool::toString);
                }
            }
        }
    }

    @Test
    void shouldReturnNoneWhenNoServerIsLeft() {
        final SplittableRandom random = Seeded.random("none, " + kind);
        for (final ServerPool pool : new ServerPool[] {
            ServerPool.of(),
            Pools.weights(0),
            Pools.weights(0, 0, 0),
            ServerPool.of(Pools.server(1, 3).withUsable(false)),
            ServerPool.of(Pools.server(1, 0), Pools.server(2, 5).withUsable(false)),
        }) {
            final Scheduler scheduler = scheduler(pool, ConnectionCounts.ZERO);
            for (int i = 0; i < 10; i++) {
                assertEquals(Scheduler.NONE, choose(scheduler, random), pool::toString);
            }
        }
    }

    @Test
    void shouldGiveAllToOnlyServerLeft() {
        final ServerPool pool = ServerPool.of(
                Pools.server(1, 100).withUsable(false),
                Pools.server(2, 0),
                Pools.server(3, 1),
                Pools.server(4, 7).withUsable(false));
        final Scheduler scheduler = scheduler(pool, ConnectionCounts.ZERO);
        final SplittableRandom random = Seeded.random("only one, " + kind);
        for (int i = 0; i < 1000; i++) {
            assertEquals(2, choose(scheduler, random));
        }
    }

    @Test
    void shouldRepeatItselfFromSameStart() {
        final long seed = Seeded.random("deterministic, " + kind).nextLong();
        final ServerPool pool = Pools.weights(4, 3, 2, 9, 1);
        assertEquals(sequence(pool, seed), sequence(pool, seed));
    }

    private String sequence(ServerPool pool, long seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final Connections connections = new Connections(pool.size());
        final Scheduler scheduler = scheduler(pool, connections);
        final StringBuilder sequence = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            final int position = choose(scheduler, random);
            if (position != Scheduler.NONE) {
                connections.active[position]++;
            }
            sequence.append((char) ('A' + position));
        }
        return sequence.toString();
    }

    @Test
    void shouldShareConnectionsAsConfigured() {
        final SplittableRandom random = Seeded.random("shares, " + kind);
        final ServerPool pool = Pools.weights(40, 30, 20, 10);
        final Connections connections = new Connections(pool.size());
        final Scheduler scheduler = scheduler(pool, connections);
        final int picks = picks(pool);
        for (int i = 0; i < picks; i++) {
            connections.active[choose(scheduler, random)]++;
        }
        for (int i = 0; i < pool.size(); i++) {
            assertEquals(
                    expectedShare(pool, i),
                    (double) connections.active[i] / picks,
                    tolerance(),
                    "share of server " + i);
        }
    }

    @Test
    void shouldSkipServerFromItsUpperThresholdUntilBelowItsLower() {
        final IpAddress address = IpAddress.parse("172.16.0.9");
        final ServerPool pool = ServerPool.of(new RealServer(address.hi(), address.lo(), 80, 100, true, 10, 4));
        final Connections connections = new Connections(1);
        final Scheduler scheduler = scheduler(pool, connections);
        assertThresholds(scheduler, connections, 10, 4);
    }

    @Test
    void shouldTakeThreeQuartersAsLowerThresholdUnlessGiven() {
        final IpAddress address = IpAddress.parse("172.16.0.9");
        final ServerPool pool = ServerPool.of(new RealServer(address.hi(), address.lo(), 80, 100, true, 10, 0));
        final Connections connections = new Connections(1);
        final Scheduler scheduler = scheduler(pool, connections);
        assertThresholds(scheduler, connections, 10, 8); // 4 × 7 < 3 × 10 ≤ 4 × 8
    }

    private static void assertThresholds(Scheduler scheduler, Connections connections, int max, int min) {
        final long client = IpAddress.parse("202.100.1.2").lo();
        for (int round = 0; round < 2; round++) {
            connections.active[0] = 0;
            for (int total = 0; total < max; total++) {
                connections.inactive[0] = total;
                assertEquals(0, choose(scheduler, client, 3456, 0), "rising to " + total);
            }
            connections.active[0] = 1;
            for (int total = max; total >= min; total--) {
                connections.inactive[0] = total - 1;
                assertEquals(Scheduler.NONE, choose(scheduler, client, 3456, 0), "falling to " + total);
            }
            connections.inactive[0] = min - 2;
            assertEquals(0, choose(scheduler, client, 3456, 0));
        }
    }

    @Test
    void shouldChooseAlikeByStaticAndVirtualCall() {
        final SplittableRandom random = Seeded.random("dispatch, " + kind);
        final ServerPool pool = Pools.weights(4, 3, 2);
        final Scheduler one = scheduler(pool, ConnectionCounts.ZERO);
        final Scheduler two = scheduler(pool, ConnectionCounts.ZERO);
        for (int i = 0; i < 1000; i++) {
            final long client = random.nextLong();
            assertEquals(one.choose(client, i, i, 0, client, 80), Schedulers.choose(two, client, i, i, 0, client, 80));
        }
    }

    @Test
    void shouldNotAllocate() {
        final ServerPool pool = ServerPool.of(
                Pools.server(1, 4),
                Pools.server(2, 3).withUsable(false),
                new RealServer(0, IpAddress.V4_PREFIX | 77, 80, 5, true, 1, 1),
                Pools.server(3, 2));
        final Connections connections = new Connections(pool.size());
        connections.active[2] = 1;
        final Scheduler scheduler = scheduler(pool, connections);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long thread = Thread.currentThread().threadId();
        chooseMany(scheduler);
        threads.getThreadAllocatedBytes(thread);
        final long before = threads.getThreadAllocatedBytes(thread);
        chooseMany(scheduler);
        final long allocated = threads.getThreadAllocatedBytes(thread) - before;
        assertEquals(0, allocated, "bytes allocated by 10000 choices");
    }

    private static void chooseMany(Scheduler scheduler) {
        for (int i = 0; i < 10_000; i++) {
            Schedulers.choose(scheduler, 0, IpAddress.V4_PREFIX | i * 7919L, i, 0, DEST_LO ^ i, 80);
        }
    }

    static double byWeight(ServerPool pool, int position) {
        return (double) pool.get(position).weight()
                / pool.servers().stream().mapToInt(RealServer::weight).sum();
    }
}
