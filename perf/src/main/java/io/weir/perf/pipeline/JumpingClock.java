package io.weir.perf.pipeline;

import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.NanoClock;

/** The machine's clock, that can be put forward: a flow's minute passes in a moment. Reading it costs what it costs a node. */
final class JumpingClock implements NanoClock {
    private long ahead;

    @Override
    public long nanoTime() {
        return System.nanoTime() + ahead;
    }

    void advance(long nanos) {
        ahead += nanos;
    }

    void advanceSeconds(long seconds) {
        advance(TimeUnit.SECONDS.toNanos(seconds));
    }
}
