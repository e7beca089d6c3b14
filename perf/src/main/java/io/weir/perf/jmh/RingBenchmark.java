package io.weir.perf.jmh;

import io.weir.engine.ring.SpscLongRing;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Control;

/** The ring over which frames cross from worker to worker, a record of two longs. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RingBenchmark {
    private static final int BURST = 64;

    /** A ring of one thread's own. */
    @State(Scope.Thread)
    public static class Own {
        private final SpscLongRing ring = new SpscLongRing(1024, 2);
    }

    /** A ring between the two threads of a group. */
    @State(Scope.Group)
    public static class Shared {
        private final SpscLongRing ring = new SpscLongRing(1024, 2);
    }

    /** In and out again on one thread: the instructions alone. */
    @Benchmark
    @OperationsPerInvocation(BURST)
    public long alone(Own own) {
        SpscLongRing ring = own.ring;
        put(ring, null);
        return take(ring, null);
    }

    /** The producing half of a hand-off. */
    @Benchmark
    @Group("handOff")
    @GroupThreads(1)
    @OperationsPerInvocation(BURST)
    public void put(Shared shared, Control control) {
        put(shared.ring, control);
    }

    /** The consuming half of a hand-off. */
    @Benchmark
    @Group("handOff")
    @GroupThreads(1)
    @OperationsPerInvocation(BURST)
    public long take(Shared shared, Control control) {
        return take(shared.ring, control);
    }

    private static void put(SpscLongRing ring, Control control) {
        for (int i = 0; i < BURST; i++) {
            while (!ring.offer(i, i)) {
                ring.publish();
                if (control != null && control.stopMeasurement) {
                    return;
                }
                Thread.onSpinWait();
            }
        }
        ring.publish();
    }

    private static long take(SpscLongRing ring, Control control) {
        long sum = 0;
        for (int taken = 0; taken < BURST; ) {
            int n = Math.min(ring.available(), BURST - taken);
            for (int i = 0; i < n; i++) {
                sum += ring.peek(0) + ring.peek(1);
                ring.skip();
            }
            ring.free();
            taken += n;
            if (n == 0) {
                if (control != null && control.stopMeasurement) {
                    return sum;
                }
                Thread.onSpinWait();
            }
        }
        return sum;
    }
}
