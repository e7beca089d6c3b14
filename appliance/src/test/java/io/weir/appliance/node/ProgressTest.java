package io.weir.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.forward.ForwardSettings;
import io.weir.engine.port.KernelPort;
import io.weir.engine.worker.InMemoryNode;
import io.weir.engine.worker.Mastership;
import io.weir.engine.worker.UnknownFlows;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Threads that go on, one that does not, and one that does again; the test turns the workers' cranks and their clock. */
class ProgressTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private long now = Long.MAX_VALUE - 5 * SECOND; // the clock wraps on the way

    @Test
    void shouldNameThreadThatStandsStillUntilItGoesOn() {
        Mastership mastership = Mastership.permanent(2);
        try (InMemoryNode node = new InMemoryNode(
                2,
                64,
                8,
                List.of(),
                ForwardSettings.defaults(),
                KernelPort.NONE,
                1500,
                () -> now,
                UnknownFlows.REFUSED,
                mastership)) {
            Progress progress = new Progress(mastership, now);
            assertEquals(Optional.empty(), progress.obstacle(now + 2 * SECOND), "none has begun");
            for (int second = 0; second < 10; second++) {
                progress.beat(now);
                node.worker(0).doWork();
                node.worker(1).doWork();
                now += SECOND;
                assertEquals(Optional.empty(), progress.obstacle(now));
            }
            for (int second = 0; second < 6; second++) {
                progress.beat(now);
                node.worker(0).doWork();
                now += SECOND;
            }
            assertEquals(Optional.of("worker 1 has made no progress for 7000 ms"), progress.obstacle(now));
            node.worker(1).doWork();
            assertEquals(Optional.empty(), progress.obstacle(now));
            now += 4 * SECOND;
            node.worker(0).doWork();
            node.worker(1).doWork();
            String obstacle = progress.obstacle(now).orElseThrow();
            assertTrue(obstacle.startsWith("the control thread has made no progress for 5000 ms"), obstacle);
        }
    }
}
