package io.weir.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RoundRobinTest extends SchedulerContract {
    RoundRobinTest() {
        super(SchedulerKind.RR);
    }

    @Override
    double expectedShare(ServerPool pool, int position) {
        return 1.0 / pool.size();
    }

    @Test
    void shouldBeginWithFirstServer() {
        final Scheduler scheduler = scheduler(Pools.weights(1, 5, 3), ConnectionCounts.ZERO);
        final SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 9; i++) {
            assertEquals(i % 3, choose(scheduler, random));
        }
    }

    @Test
    void shouldSplitExactlyOverWorkersThatTakeOneConnectionEach() {
        final SplittableRandom random = new SplittableRandom(1);
        for (int servers = 1; servers <= 8; servers++) {
            final SchedulingPlan plan = plan(Pools.equal(servers));
            for (int perServer = 1; perServer <= 4; perServer++) {
                final int workers = servers * perServer;
                final int[] taken = new int[servers];
                for (int worker = 0; worker < workers; worker++) {
                    taken[choose(plan.newScheduler(worker, workers, ConnectionCounts.ZERO), random)]++;
                }
                for (final int count : taken) {
                    assertEquals(perServer, count);
                }
            }
        }
    }
}
