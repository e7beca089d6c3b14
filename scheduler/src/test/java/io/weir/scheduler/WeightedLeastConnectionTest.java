package io.weir.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WeightedLeastConnectionTest extends SchedulerContract {
    WeightedLeastConnectionTest() {
        super(SchedulerKind.WLC);
    }

    @Override
    double expectedShare(ServerPool pool, int position) {
        return byWeight(pool, position);
    }

    @Test
    void shouldPickLeastOverheadByWeight() {
        final Connections connections = new Connections(3);
        final Scheduler scheduler = scheduler(Pools.weights(1, 2, 4), connections);
        connections.active[0] = 10; // 10
        connections.active[1] = 19; // 9.5
        connections.active[2] = 39; // 9.75
        assertEquals(1, choose(scheduler, 1, 1, 1));
        connections.inactive[1] = 128; // exactly 9.75: later among equals
        assertEquals(1, choose(scheduler, 1, 1, 1));
        connections.inactive[1] = 129;
        assertEquals(2, choose(scheduler, 1, 1, 1));
    }

    @Test
    void shouldAgreeWithFractionsComparedExactly() {
        final SplittableRandom random = Seeded.random("wlc fractions");
        for (int run = 0; run < 2000; run++) {
            final int size = random.nextInt(1, 6);
            final int[] weights =
                    random.ints(size, 1, RealServer.MAX_WEIGHT + 1).toArray();
            final Connections connections = new Connections(size);
            for (int i = 0; i < size; i++) {
                connections.active[i] = random.nextInt(20_000_000);
                connections.inactive[i] = random.nextInt(20_000_000);
            }
            final int chosen = choose(scheduler(Pools.weights(weights), connections), 1, 1, 1);
            for (int i = 0; i < size; i++) {
                assertTrue(load(connections, weights, chosen) <= load(connections, weights, i));
            }
        }
    }

    private static double load(Connections connections, int[] weights, int position) {
        return (connections.active[position] * 256.0 + connections.inactive[position]) / weights[position];
    }
}
