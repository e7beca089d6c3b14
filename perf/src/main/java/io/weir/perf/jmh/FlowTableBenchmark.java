package io.weir.perf.jmh;

import io.weir.bindings.NativeBlock;
import io.weir.engine.flow.FlowHasher;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.FlowTable;
import io.weir.engine.packet.Ipv4;
import io.weir.engine.packet.Transport;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Look-ups of random flows, one after the other, hash included: each waits for its own cache misses, which the stages of a
 * worker overlap over a burst.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FlowTableBenchmark {
    private static final int PORTS = 1 << 14;
    private static final int FIRST_PORT = 1024;
    private static final int CLIENT = 0x0a00_0001;

    /** Slots, as a power of two: 1 MiB, 64 MiB. */
    @Param({"14", "20"})
    public int slotsLog2;

    /** Percent of the slots that hold a record; 75 is the most. */
    @Param({"25", "50", "75"})
    public int load;

    private final FlowHasher hasher = new FlowHasher(0x5eed);
    private NativeBlock block;
    private FlowTable table;
    private int flows;
    private int next;

    /** Fills the table. */
    @Setup
    public void fill() {
        int capacity = (1 << slotsLog2) / 4 * 3;
        block = new NativeBlock(FlowTable.byteSize(capacity));
        table = new FlowTable(block.address(), capacity);
        flows = (int) ((long) (1 << slotsLog2) * load / 100);
        for (int flow = 0; flow < flows; flow++) {
            long probed = table.probe(hash(flow), 0, client(flow), key(flow));
            table.insert(probed, 0, client(flow), key(flow));
        }
    }

    /** Gives the memory back. */
    @TearDown
    public void close() {
        block.close();
    }

    private static long client(int flow) {
        return Ipv4.mapped(CLIENT + flow / PORTS);
    }

    private static int port(int flow) {
        return FIRST_PORT + flow % PORTS;
    }

    private static long key(int flow) {
        return FlowRecord.key(port(flow), 80, 0, Transport.TCP);
    }

    private long hash(int flow) {
        return hasher.hash(0, client(flow), port(flow));
    }

    private int random() {
        next = next * 1_664_525 + 1_013_904_223; // Numerical Recipes' generator
        return (int) ((next & 0xffff_ffffL) * flows >>> 32);
    }

    /** A flow that is there. */
    @Benchmark
    public long hit() {
        int flow = random();
        return table.find(hash(flow), 0, client(flow), key(flow));
    }

    /** A flow that is not. */
    @Benchmark
    public long miss() {
        int flow = flows + random();
        return table.find(hash(flow), 0, client(flow), key(flow));
    }
}
