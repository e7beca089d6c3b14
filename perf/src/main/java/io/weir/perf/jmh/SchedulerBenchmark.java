package io.weir.perf.jmh;

import io.weir.scheduler.IpAddress;
import io.weir.scheduler.Scheduler;
import io.weir.scheduler.SchedulerKind;
import io.weir.scheduler.Schedulers;
import io.weir.scheduler.SchedulingPlan;
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

/** One choice among 16 servers, for clients that differ; Maglev's look-up is {@code MH}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SchedulerBenchmark {
    private static final int SERVERS = 16;

    /** Which one. */
    @Param
    public SchedulerKind kind;

    private final IpAddress virtual = IpAddress.parse("202.103.106.5");
    private Scheduler scheduler;
    private int client = 0x0a00_0001;

    /** Makes it. */
    @Setup
    public void make() {
        scheduler = SchedulingPlan.of(kind, Pools.of(SERVERS), Set.of()).newScheduler(0, 1, Pools.COUNTS);
    }

    /** A choice. */
    @Benchmark
    public int choose() {
        client += 0x9e37;
        return Schedulers.choose(
                scheduler, 0, IpAddress.V4_PREFIX | client & 0xffff_ffffL, 1024, virtual.hi(), virtual.lo(), 80);
    }
}
