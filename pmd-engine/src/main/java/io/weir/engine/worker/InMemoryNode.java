package io.weir.engine.worker;

import io.weir.bindings.Pages;
import io.weir.engine.counters.ServerStats;
import io.weir.engine.counters.WorkerCounters;
import io.weir.engine.flow.FlowHasher;
import io.weir.engine.flow.FlowTable;
import io.weir.engine.forward.ForwardSettings;
import io.weir.engine.port.FrameStore;
import io.weir.engine.port.KernelPort;
import io.weir.engine.port.MemoryPort;
import io.weir.engine.service.ServerSpec;
import io.weir.engine.service.ServiceRegistry;
import io.weir.engine.service.ServiceSpec;
import java.util.List;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * A whole data plane without devices: {@link IsolatedWorkers} over {@link MemoryPort}s, in memory of its own. For
 * benchmarks and tests.
 */
public final class InMemoryNode implements AutoCloseable {
    public static final int FRONT = IsolatedWorkers.FRONT;
    public static final int BACK = IsolatedWorkers.BACK;
    public static final long FRONT_MAC = IsolatedWorkers.FRONT_MAC;
    public static final long BACK_MAC = IsolatedWorkers.BACK_MAC;
    public static final long CLIENT_MAC = IsolatedWorkers.CLIENT_MAC;
    public static final long SERVER_MAC = IsolatedWorkers.SERVER_MAC;

    /** Seed of the flow hash. */
    public static final long HASH_SEED = IsolatedWorkers.HASH_SEED;

    private static final int FRAME_SIZE = 2048;
    private static final int FRAMES = 1024;
    private static final int RING = 1024;

    private final Pages memory;
    private final FrameStore store;
    private final MemoryPort[][] ports;
    private final IsolatedWorkers workers;

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
        long storeBytes = FrameStore.byteSize(FRAME_SIZE, FRAMES, workerCount);
        memory = Pages.map(storeBytes + IsolatedWorkers.byteSize(workerCount, capacity), Pages.Mode.AUTO);
        store = new FrameStore(memory.address(), FRAME_SIZE, FRAMES, workerCount);
        ports = new MemoryPort[workerCount][];
        for (int w = 0; w < workerCount; w++) {
            ports[w] = new MemoryPort[] {new MemoryPort(FRONT, "front", RING), new MemoryPort(BACK, "back", RING)};
        }
        workers = new IsolatedWorkers(
                memory.address() + storeBytes,
                ports,
                store,
                capacity,
                burst,
                services,
                settings,
                kernel,
                mtu,
                clock,
                unknown,
                mastership);
    }

    /** A node with one worker, the default settings and no kernel. */
    public static InMemoryNode of(int capacity, List<ServiceSpec> services) {
        return new InMemoryNode(
                1, capacity, 64, services, ForwardSettings.defaults(), KernelPort.NONE, 1500, SystemNanoClock.INSTANCE);
    }

    /** A worker. */
    public Worker worker(int n) {
        return workers.worker(n);
    }

    /** A worker's port, {@link #FRONT} or {@link #BACK}. */
    public MemoryPort port(int worker, int index) {
        return ports[worker][index];
    }

    /** A worker's counters. */
    public WorkerCounters counters(int worker) {
        return workers.counters(worker);
    }

    /** A worker's flows. */
    public FlowTable table(int worker) {
        return workers.table(worker);
    }

    /** Which worker owns a flow follows from its hash. */
    public FlowHasher hasher() {
        return workers.hasher();
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
        return workers.stats();
    }

    /** The services, to change; {@link #republish} makes a change known. */
    public ServiceRegistry registry() {
        return workers.registry();
    }

    /** Makes the way to a server known; {@link #republish} makes that known to the workers. */
    public void resolve(ServerSpec server) {
        workers.resolve(server);
    }

    /** What a worker tells of its flows whose answers do not pass here. */
    public FlowNews news(int worker) {
        return workers.news(worker);
    }

    /** Publishes a new snapshot. */
    public void republish() {
        workers.republish();
    }

    @Override
    public void close() {
        memory.close();
    }
}
