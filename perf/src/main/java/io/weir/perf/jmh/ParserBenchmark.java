package io.weir.perf.jmh;

import io.weir.bindings.NativeBlock;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.FrameWriter;
import io.weir.engine.packet.Parser;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.FrameBatch;
import io.weir.scheduler.IpAddress;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Parsing of a burst of TCP segments, a packet. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ParserBenchmark {
    private static final int BURST = 64;
    private static final int FRAME = 2048;

    /** Version of IP. */
    @Param({"4", "6"})
    public int ip;

    private final NativeBlock frames = new NativeBlock((long) BURST * FRAME);
    private final FrameBatch batch = new FrameBatch(BURST);
    private final Burst burst = new Burst(BURST);

    /** Writes the frames. */
    @Setup
    public void write() {
        IpAddress from = IpAddress.parse(ip == 4 ? "202.100.1.2" : "2001:db8::2");
        IpAddress to = IpAddress.parse(ip == 4 ? "202.103.106.5" : "2001:db8::5");
        FrameWriter.Path path = new FrameWriter.Path(2, 3);
        for (int i = 0; i < BURST; i++) {
            long at = frames.address() + (long) i * FRAME;
            int length = FrameWriter.tcp(
                    at, path, from.hi(), from.lo(), 1024 + i, to.hi(), to.lo(), 80, Transport.ACK, 1, 1, 0);
            batch.add(at, length, 0, 0);
        }
    }

    /** Gives the memory back. */
    @TearDown
    public void close() {
        frames.close();
    }

    /** A burst. */
    @Benchmark
    @OperationsPerInvocation(BURST)
    public Burst parse() {
        Parser.parse(batch, burst);
        return burst;
    }
}
