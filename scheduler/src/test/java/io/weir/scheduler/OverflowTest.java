package io.weir.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OverflowTest extends SchedulerContract {
    OverflowTest() {
        super(SchedulerKind.OVF);
    }

    @Override
    double expectedShare(ServerPool pool, int position) {
        return (pool.get(position).weight() + 1.0) / picks(pool);
    }

    @Override
    int picks(ServerPool pool) {
        return pool.servers().stream().mapToInt(s -> s.weight() + 1).sum();
    }

    @Test
    void shouldFillHeaviestBeforeNextAndRefuseWhenAllAreFull() {
        final Connections connections = new Connections(3);
        final Scheduler scheduler = scheduler(Pools.weights(2, 3, 1), connections);
        final SplittableRandom random = new SplittableRandom(1);
        final StringBuilder sequence = new StringBuilder();
        for (int i = 0; i < 9; i++) {
            final int position = choose(scheduler, random);
            connections.active[position]++;
            sequence.append(position);
        }
        assertEquals("111100022", sequence.toString());
        assertEquals(Scheduler.NONE, choose(scheduler, random));
        connections.active[1] = 3;
        assertEquals(1, choose(scheduler, random));
    }
}
