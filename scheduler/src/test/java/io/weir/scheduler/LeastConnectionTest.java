package io.weir.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LeastConnectionTest extends SchedulerContract {
    LeastConnectionTest() {
        super(SchedulerKind.LC);
    }

    @Override
    double expectedShare(ServerPool pool, int position) {
        return 1.0 / pool.size();
    }

    @Test
    void shouldCountActiveConnection256TimesInactiveOne() {
        final Connections connections = new Connections(2);
        final Scheduler scheduler = scheduler(Pools.weights(1, 1), connections);
        connections.active[0] = 1;
        connections.inactive[1] = 255;
        assertEquals(1, choose(scheduler, 1, 1, 1));
        connections.inactive[1] = 256;
        assertEquals(0, choose(scheduler, 1, 1, 1), "the first among equals");
        connections.inactive[1] = 257;
        assertEquals(0, choose(scheduler, 1, 1, 1));
    }
}
