package io.weir.engine.worker;

import io.weir.bindings.Pages;
import io.weir.engine.counters.ServerStats;
import io.weir.engine.counters.WorkerCounters;
import io.weir.engine.flow.FlowHasher;
import io.weir.engine.flow.FlowTable;
import io.weir.engine.forward.ForwardSettings;
import io.weir.engine.forward.PortFacts;
import io.weir.engine.port.FrameStore;
import io.weir.engine.port.KernelPort;
import io.weir.engine.port.MemoryPort;
import io.weir.engine.port.PacketPort;
import io.weir.engine.service.NextHop;
import io.weir.engine.service.ServiceRegistry;
import io.weir.engine.service.ServiceSpec;
import io.weir.scheduler.IpAddress;
import java.util.List;
import org.HdrHistogram.SingleWriterRecorder;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * A whole data plane without devices: real workers, tables and forwarders over {@link MemoryPort}s, a front and a back
 * one for each worker. For warming up, benchmarks and tests.
 *
 * <p>Port 0 is the front, where clients are, port 1 the back. All servers share the MAC address {@link #SERVER_MAC}.
 * The caller's thread turns the workers' cranks, or threads of its own do.
 */
public final class InMemoryNode implements AutoCloseable {
    public static final int FRONT = 0;
    public static final int BACK = 1;
    public static final long FRONT_MAC = 0x02_00_00_00_00_01L;
    public static final long BACK_MAC = 0x02_00_00_00_00_02L;
    public static final long CLIENT_MAC = 0x02_00_00_00_01_01L;
    public static final long SERVER_MAC = 0x02_00_00_00_02_01L;

    /** Seed of the flow hash. */
    public static final long HASH_SEED = 0x5eed;

    private static final int FRAME_SIZE = 2048;
    private static final int FRAMES = 1024;
    private static final int RING = 1024;
    private static final int SLOTS = 256;

    private final Pages memory;
    private final FrameStore store;
    private final ServerStats stats;
    private final ServiceRegistry registry;
    private final Publication publication;
    private final PortFacts ports;
    private final MemoryPort[][] workerPorts;
    private final WorkerCounters[] counters;
    private final FlowTable[] tables;
    private final FlowHasher hasher = new FlowHasher(0x5eed);
    private final Worker[] workers;

    /** As below, it always forwards, and unknown flows are refused. */
    public InMemoryNode(
            int workerCount,
            int capacity,
            int burst,
            List<ServiceSpec> services,
            ForwardSettings settings,
            KernelPort kernel,
            int mtu,
            NanoClock clock) {
        this(workerCount, capacity, burst, services, settings, kernel, mtu, clock, UnknownFlows.REFUSED);
    }

    /** As below, and it always forwards. */
    public InMemoryNode(
            int workerCount,
            int capacity,
            int burst,
            List<ServiceSpec> services,
            ForwardSettings settings,
            KernelPort kernel,
            int mtu,
            NanoClock clock,
            UnknownFlows unknown) {
        this(
                workerCount,
                capacity,
                burst,
                services,
                settings,
                kernel,
                mtu,
                clock,
                unknown,
                Mastership.permanent(workerCount));
    }

    /**
     * @param workerCount workers
     * @param capacity flow records a worker
     * @param burst frames at most in a burst
     * @param services what is served
     * @param settings how frames are forwarded
     * @param kernel the way back to the kernel
     * @param mtu of both ports
     * @param clock the workers' time
     * @param unknown what becomes of unknown flows
     * @param mastership whether it forwards
     */
    public InMemoryNode(
            int workerCount,
            int capacity,
            int burst,
            List<ServiceSpec> services,
            ForwardSettings settings,
            KernelPort kernel,
            int mtu,
            NanoClock clock,
            UnknownFlows unknown,
            Mastership mastership) {
        long tableBytes = FlowTable.byteSize(capacity);
        long storeBytes = FrameStore.byteSize(FRAME_SIZE, FRAMES, workerCount);
        long statsBytes = ServerStats.byteSize(SLOTS, workerCount);
        long counterBytes = WorkerCounters.byteSize();
        memory = Pages.map((tableBytes + counterBytes) * workerCount + storeBytes + statsBytes, Pages.Mode.AUTO);
        long at = memory.address();
        store = new FrameStore(at, FRAME_SIZE, FRAMES, workerCount);
        at += storeBytes;
        stats = new ServerStats(at, SLOTS, workerCount);
        at += statsBytes;
        registry = new ServiceRegistry(stats, workerCount);
        registry.apply(services, 0);
        ports = new PortFacts(
                new long[] {FRONT_MAC, BACK_MAC},
                new int[] {mtu, mtu},
                new int[] {
                    (int) IpAddress.parse("202.100.1.1").lo(),
                    (int) IpAddress.parse("172.16.0.1").lo()
                },
                new long[] {0x2001_0db8_0001_0000L, 0x2001_0db8_0002_0000L},
                new long[] {1, 1});
        services.forEach(service ->
                service.servers().forEach(server -> registry.nextHop(server.address(), NextHop.of(BACK, SERVER_MAC))));
        publication = new Publication(new Snapshot(registry.build(), ports));
        workerPorts = new MemoryPort[workerCount][];
        counters = new WorkerCounters[workerCount];
        tables = new FlowTable[workerCount];
        workers = new Worker[workerCount];
        HandOff handOff = new HandOff(workerCount, RING);
        FlowHasher hasher = new FlowHasher(HASH_SEED);
        for (int w = 0; w < workerCount; w++) {
            workerPorts[w] =
                    new MemoryPort[] {new MemoryPort(FRONT, "front", RING), new MemoryPort(BACK, "back", RING)};
            counters[w] = new WorkerCounters(at);
            at += counterBytes;
            tables[w] = new FlowTable(at, capacity);
            at += tableBytes;
            PacketPort[] own = workerPorts[w];
            workers[w] = new WorkerAssembly(
                            w,
                            workerCount,
                            settings,
                            hasher,
                            tables[w],
                            stats,
                            counters[w],
                            store.pool(w),
                            own,
                            own,
                            kernel,
                            publication,
                            mastership,
                            handOff,
                            burst,
                            new SingleWriterRecorder(Worker.LONGEST_CYCLE_NS, 3),
                            unknown)
                    .build(clock);
        }
    }

    /** A node with one worker, the default settings and no kernel. */
    public static InMemoryNode of(int capacity, List<ServiceSpec> services) {
        return new InMemoryNode(
                1, capacity, 64, services, ForwardSettings.defaults(), KernelPort.NONE, 1500, SystemNanoClock.INSTANCE);
    }

    /** A worker. */
    public Worker worker(int n) {
        return workers[n];
    }

    /** A worker's port, {@link #FRONT} or {@link #BACK}. */
    public MemoryPort port(int worker, int index) {
        return workerPorts[worker][index];
    }

    /** A worker's counters. */
    public WorkerCounters counters(int worker) {
        return counters[worker];
    }

    /** A worker's flows. */
    public FlowTable table(int worker) {
        return tables[worker];
    }

    /** Which worker owns a flow follows from its hash. */
    public FlowHasher hasher() {
        return hasher;
    }

    /** The frames. */
    public FrameStore store() {
        return store;
    }

    /** The memory that tables and frames lie in. */
    public Pages memory() {
        return memory;
    }

    /** Per-server statistics. */
    public ServerStats stats() {
        return stats;
    }

    /** The services, to change; {@link #republish} makes a change known. */
    public ServiceRegistry registry() {
        return registry;
    }

    /** Publishes a new snapshot. */
    public void republish() {
        publication.publish(new Snapshot(registry.build(), ports));
    }

    @Override
    public void close() {
        memory.close();
    }
}
