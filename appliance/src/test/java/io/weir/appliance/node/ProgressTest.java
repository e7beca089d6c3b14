package io.weir.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.forward.ForwardSettings;
import io.weir.engine.port.KernelPort;
import io.weir.engine.worker.InMemoryNode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;

/** Workers that turn, one that does not, and one that does again; the test's thread turns the cranks. */
class ProgressTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void shouldNameWorkerThatStandsStillUntilItGoesOn() {
        try (InMemoryNode node = new InMemoryNode(
                2, 64, 8, List.of(), ForwardSettings.defaults(), KernelPort.NONE, 1500, SystemNanoClock.INSTANCE)) {
            long now = Long.MAX_VALUE - SECOND; // the clock may wrap
            Progress progress = new Progress(List.of(node.worker(0), node.worker(1)), now);
            for (int second = 0; second < 10; second++) {
                progress.ask(now);
                node.worker(0).doWork();
                node.worker(1).doWork();
                now += SECOND;
                assertEquals(Optional.empty(), progress.obstacle(now));
            }
            for (int second = 0; second < 6; second++) {
                progress.ask(now);
                node.worker(0).doWork();
                now += SECOND;
            }
            String obstacle = progress.obstacle(now).orElseThrow();
            assertTrue(obstacle.matches("worker 1 has made no progress for \\d+ ms"), obstacle);
            node.worker(1).doWork();
            progress.ask(now);
            assertEquals(Optional.empty(), progress.obstacle(now));
            assertTrue(progress.obstacle(now + 5 * SECOND).isPresent(), "the control thread itself has stopped");
        }
    }
}
