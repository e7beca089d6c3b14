package io.weir.engine.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    @Test
    void shouldPassFramesUntilItSettlesOrTheTimeIsOver() {
        assertTrue(WarmUp.run(TimeUnit.SECONDS.toNanos(20)) > 10_000);
    }

    @Test
    void shouldDoNothingWhenThereIsNoTime() {
        assertEquals(0, WarmUp.run(0));
    }
}
