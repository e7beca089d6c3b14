package io.weir.engine.worker;

import io.weir.engine.counters.LongCycles;
import io.weir.engine.counters.ServerStats;
import io.weir.engine.counters.WorkerCounters;
import io.weir.engine.flow.FlowHasher;
import io.weir.engine.flow.FlowTable;
import io.weir.engine.forward.ForwardSettings;
import io.weir.engine.forward.PortFacts;
import io.weir.engine.port.FrameStore;
import io.weir.engine.port.KernelPort;
import io.weir.engine.port.PacketPort;
import io.weir.engine.service.NextHop;
import io.weir.engine.service.ServerSpec;
import io.weir.engine.service.ServiceRegistry;
import io.weir.engine.service.ServiceSpec;
import io.weir.engine.service.TunnelSource;
import io.weir.scheduler.IpAddress;
import java.util.List;
import org.HdrHistogram.SingleWriterRecorder;
import org.agrona.concurrent.NanoClock;

/**
 * Real workers, tables and forwarders over ports that somebody else opened, a front and a back one for each worker, with
 * services, counters and addresses that no network knows of.
 *
 * <p>Port {@link #FRONT} is where clients are, {@link #BACK} where servers are; all servers share the MAC address
 * {@link #SERVER_MAC}. The caller's thread turns the workers' cranks, or threads of its own do.
 */
public final class IsolatedWorkers {
    public static final int FRONT = 0;
    public static final int BACK = 1;
    public static final long FRONT_MAC = 0x02_00_00_00_00_01L;
    public static final long BACK_MAC = 0x02_00_00_00_00_02L;
    public static final long CLIENT_MAC = 0x02_00_00_00_01_01L;
    public static final long SERVER_MAC = 0x02_00_00_00_02_01L;

    /** Where encapsulated packets come from. */
    public static final IpAddress BACK_ADDRESS = IpAddress.parse("172.16.0.1");
    /** The same in IPv6. */
    public static final IpAddress BACK_ADDRESS6 = IpAddress.parse("2001:db8:2::1");

    /** Seed of the flow hash. */
    public static final long HASH_SEED = 0x5eed;

    private static final int RING = 1024;
    private static final int SLOTS = 256;

    private final ServerStats stats;
    private final ServiceRegistry registry;
    private final Publication publication;
    private final PortFacts facts;
    private final WorkerCounters[] counters;
    private final FlowTable[] tables;
    private final FlowNews[] news;
    private final FlowHasher hasher = new FlowHasher(HASH_SEED);
    private final Worker[] workers;
    private final SingleWriterRecorder[] cycleTimes;

    /**
     * @param memory address of {@link #byteSize} bytes of zeros, which stay the caller's
     * @param ports of each worker, by index; they stay the caller's
     * @param store the frames of these ports
     * @param capacity flow records a worker
     * @param burst frames at most in a burst
     * @param services what is served
     * @param settings how frames are forwarded
     * @param kernel the way back to the kernel
     * @param mtu of both ports
     * @param clock the workers' time
     * @param unknown what becomes of unknown flows
     * @param mastership whether they forward
     */
    public IsolatedWorkers(
            long memory,
            PacketPort[][] ports,
            FrameStore store,
            int capacity,
            int burst,
            List<ServiceSpec> services,
            ForwardSettings settings,
            KernelPort kernel,
            int mtu,
            NanoClock clock,
            UnknownFlows unknown,
            Mastership mastership) {
        int count = ports.length;
        long at = memory;
        stats = new ServerStats(at, SLOTS, count);
        at += ServerStats.byteSize(SLOTS, count);
        registry = new ServiceRegistry(stats, count);
        registry.apply(services, 0);
        facts = new PortFacts(
                new long[] {FRONT_MAC, BACK_MAC},
                new int[] {mtu, mtu},
                new int[] {(int) IpAddress.parse("202.100.1.1").lo(), (int) BACK_ADDRESS.lo()},
                new long[] {0x2001_0db8_0001_0000L, BACK_ADDRESS6.hi()},
                new long[] {1, BACK_ADDRESS6.lo()});
        services.forEach(service -> service.servers().forEach(this::resolve));
        publication = new Publication(new Snapshot(registry.build(), facts));
        counters = new WorkerCounters[count];
        tables = new FlowTable[count];
        news = new FlowNews[count];
        workers = new Worker[count];
        cycleTimes = new SingleWriterRecorder[count];
        HandOff handOff = new HandOff(count, RING);
        for (int w = 0; w < count; w++) {
            counters[w] = new WorkerCounters(at);
            at += WorkerCounters.byteSize();
            tables[w] = new FlowTable(at, capacity);
            at += FlowTable.byteSize(capacity);
            LongCycles longCycles = new LongCycles(at);
            at += LongCycles.byteSize();
            cycleTimes[w] = new SingleWriterRecorder(Worker.LONGEST_CYCLE_NS, 3);
            news[w] = new FlowNews(RING, counters[w]);
            workers[w] = new WorkerAssembly(
                            w,
                            count,
                            settings,
                            hasher,
                            tables[w],
                            stats,
                            counters[w],
                            store.pool(w),
                            ports[w],
                            ports[w],
                            kernel,
                            publication,
                            mastership,
                            handOff,
                            burst,
                            cycleTimes[w],
                            longCycles,
                            unknown,
                            news[w])
                    .build(clock);
        }
    }

    /** Makes the way to a server known, as a control thread would that has found one. */
    public void resolve(ServerSpec server) {
        registry.nextHop(server.address(), NextHop.of(BACK, SERVER_MAC));
        server.tunnel().ifPresent(tunnel -> {
            IpAddress end = tunnel.destination();
            registry.nextHop(end, NextHop.of(BACK, SERVER_MAC));
            registry.tunnelSource(end, new TunnelSource(end.isV4() ? BACK_ADDRESS : BACK_ADDRESS6, 0));
        });
    }

    /**
     * Bytes of memory that they need.
     *
     * @param workers how many
     * @param capacity flow records a worker
     */
    public static long byteSize(int workers, int capacity) {
        return ServerStats.byteSize(SLOTS, workers)
                + workers * (WorkerCounters.byteSize() + LongCycles.byteSize() + FlowTable.byteSize(capacity));
    }

    /** A worker. */
    public Worker worker(int n) {
        return workers[n];
    }

    /** What a worker tells of its flows whose answers do not pass here. */
    public FlowNews news(int n) {
        return news[n];
    }

    /** How many there are. */
    public int count() {
        return workers.length;
    }

    /** Reads the lengths of the workers' cycles and forgets them, as a control thread does now and then. */
    void readCycleTimes() {
        for (SingleWriterRecorder each : cycleTimes) {
            each.getIntervalHistogram();
        }
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
        publication.publish(new Snapshot(registry.build(), facts));
    }
}
