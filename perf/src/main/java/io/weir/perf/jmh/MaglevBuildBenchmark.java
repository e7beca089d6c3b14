package io.weir.perf.jmh;

import io.weir.scheduler.SchedulerKind;
import io.weir.scheduler.SchedulingPlan;
import io.weir.scheduler.ServerPool;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Building Maglev's table: what a change of a pool costs the control thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MaglevBuildBenchmark {
    /** Servers. */
    @Param({"10", "600"})
    public int servers;

    private ServerPool pool;

    /** Makes the pool. */
    @Setup
    public void make() {
        pool = Pools.of(servers);
    }

    /** The small table, of 65537 places. */
    @Benchmark
    public SchedulingPlan build() {
        return SchedulingPlan.of(SchedulerKind.MH, pool, Set.of());
    }
}
