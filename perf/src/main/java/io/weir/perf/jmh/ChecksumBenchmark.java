package io.weir.perf.jmh;

import io.weir.bindings.NativeBlock;
import io.weir.engine.packet.Checksum;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The internet checksum: from scratch, and brought up to date by what NAT changes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ChecksumBenchmark {
    /** Bytes that a sum is taken of. */
    @State(Scope.Thread)
    public static class Region {
        /** How many. */
        @Param({"20", "1460"})
        public int length;

        private final NativeBlock block = new NativeBlock(2048);

        /** Gives the memory back. */
        @TearDown
        public void close() {
            block.close();
        }
    }

    private int checksum = 0x1234;
    private int from = 0xca6a_6a05;
    private int to = 0xac10_0003;

    /** Over a header, and over a full segment. */
    @Benchmark
    public int whole(Region region) {
        return Checksum.finish(Checksum.sum(region.block.address(), region.length, 0));
    }

    /** An address and a port replaced: RFC 1624, equation 3. */
    @Benchmark
    public int incremental() {
        int delta = Checksum.combine(Checksum.delta32(from, to), Checksum.delta16(80, 8000));
        return Checksum.apply(checksum, delta);
    }
}
