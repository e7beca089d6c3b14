package io.weir.scheduler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WeightedRoundRobinTest extends SchedulerContract {
    WeightedRoundRobinTest() {
        super(SchedulerKind.WRR);
    }

    @Override
    double expectedShare(ServerPool pool, int position) {
        return byWeight(pool, position);
    }

    @Test
    void shouldGiveSequenceOfKeepalivedDocumentation() {
        assertEquals(
                "AABABCABCAABABCABC",
                sequence(plan(Pools.weights(4, 3, 2)).newScheduler(0, 1, ConnectionCounts.ZERO), 18));
    }

    @Test
    void shouldShareOneToTwoExactly() {
        final int[] taken = shares(plan(Pools.weights(1, 2)).newScheduler(0, 1, ConnectionCounts.ZERO), 2, 300);
        assertArrayEquals(new int[] {100, 200}, taken);
    }

    @Test
    void shouldShareExactlyWithinOneRoundWhereverWorkerStarts() {
        final SplittableRandom random = Seeded.random("wrr rounds");
        for (int run = 0; run < 200; run++) {
            final int[] weights = random.ints(random.nextInt(1, 9), 0, 40).toArray();
            weights[0]++;
            final SchedulingPlan plan = plan(Pools.weights(weights));
            final int step = Arrays.stream(weights).reduce(0, WeightedRoundRobinTest::gcd);
            final int round = Arrays.stream(weights).sum() / step;
            final int[] once = Arrays.stream(weights).map(w -> w / step).toArray();
            final int workers = random.nextInt(1, 17);
            final String whole = sequence(plan.newScheduler(0, 1, ConnectionCounts.ZERO), 2 * round);
            for (int worker = 0; worker < workers; worker++) {
                assertArrayEquals(
                        once, shares(plan.newScheduler(worker, workers, ConnectionCounts.ZERO), weights.length, round));
                final int start = (int) ((long) round * worker / workers);
                assertEquals(
                        whole.substring(start, start + round),
                        sequence(plan.newScheduler(worker, workers, ConnectionCounts.ZERO), round),
                        () -> "weights " + Arrays.toString(weights));
            }
        }
    }

    @Test
    void shouldWalkAsIpvsDoesWhileServersAreOverloadedNowAndThen() {
        final SplittableRandom random = Seeded.random("wrr walk");
        for (int run = 0; run < 200; run++) {
            final int[] weights = random.ints(random.nextInt(1, 7), 0, 30).toArray();
            final RealServer[] servers = new RealServer[weights.length];
            for (int i = 0; i < servers.length; i++) {
                servers[i] = new RealServer(0, IpAddress.V4_PREFIX | i, 80, weights[i], true, 1, 1);
            }
            final Connections connections = new Connections(weights.length);
            final Scheduler scheduler = scheduler(ServerPool.of(servers), connections);
            final PlainWalk walk = new PlainWalk(weights, connections);
            for (int i = 0; i < 300; i++) {
                if (random.nextInt(3) == 0) {
                    connections.active[random.nextInt(weights.length)] ^= 1;
                }
                assertEquals(walk.next(), choose(scheduler, random), () -> "weights " + Arrays.toString(weights));
            }
        }
    }

    @Test
    void shouldNotWalkThousandsOfPassesPastOverloadedServer() {
        final ServerPool pool = ServerPool.of(
                new RealServer(0, IpAddress.V4_PREFIX | 1, 80, RealServer.MAX_WEIGHT, true, 1, 1), Pools.server(2, 1));
        final Connections connections = new Connections(2);
        connections.active[0] = 1;
        final Scheduler scheduler = scheduler(pool, connections);
        final SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 1_000_000; i++) { // 65535 passes each would take minutes
            assertEquals(1, choose(scheduler, random));
        }
    }

    private static String sequence(Scheduler scheduler, int picks) {
        final StringBuilder sequence = new StringBuilder();
        for (int i = 0; i < picks; i++) {
            sequence.append((char) ('A' + choose(scheduler, i, i, i)));
        }
        return sequence.toString();
    }

    private static int[] shares(Scheduler scheduler, int servers, int picks) {
        final int[] taken = new int[servers];
        for (int i = 0; i < picks; i++) {
            taken[choose(scheduler, i, i, i)]++;
        }
        return taken;
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    /** The description of the algorithm, word by word: every pass is walked. */
    private static final class PlainWalk {
        private final int[] weights;
        private final Connections connections;
        private final int step;
        private final int max;
        private int required;
        private int last = -1;

        PlainWalk(int[] weights, Connections connections) {
            this.weights = weights;
            this.connections = connections;
            this.step = Math.max(1, Arrays.stream(weights).reduce(0, WeightedRoundRobinTest::gcd));
            this.max = Arrays.stream(weights).max().orElse(0);
            this.required = max;
        }

        int next() {
            int from = last + 1;
            int weight = required;
            for (int pass = 0; pass <= max / step + 1; pass++) {
                for (int i = from; i < weights.length; i++) {
                    if (weights[i] > 0 && weights[i] >= weight && connections.active[i] == 0) {
                        last = i;
                        required = weight;
                        return i;
                    }
                }
                from = 0;
                weight = weight - step <= 0 ? max : weight - step;
            }
            return Scheduler.NONE;
        }
    }
}
