package io.weir.engine.worker;

import io.weir.bindings.Mem;
import io.weir.engine.counters.ServerStats;
import io.weir.engine.counters.WorkerCounters;
import io.weir.engine.flow.FlowHasher;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.FlowTable;
import io.weir.engine.flow.FlowTimes;
import io.weir.engine.flow.LocalPorts;
import io.weir.engine.forward.Egress;
import io.weir.engine.forward.ForwardSettings;
import io.weir.engine.forward.PortFacts;
import io.weir.engine.service.ServiceTable;

/**
 * What the stages of one worker share: its own structures for good, and the snapshot and time of this cycle.
 *
 * <p>Owned by the worker thread, which alone sets the mutable fields, at the start of each cycle.
 */
public final class WorkerContext {
    /** The worker's number and how many there are. */
    public final int worker;

    public final int workers;
    public final ForwardSettings settings;
    public final FlowTimes times;
    public final FlowHasher hasher;
    public final FlowTable flows;
    public final LocalPorts localPorts;
    public final ServerStats stats;
    public final WorkerCounters counters;
    public final Egress egress;
    /** Tells who listens of flows whose answers do not pass here. */
    public final FlowNews news;

    /** Snapshots of this cycle. */
    public ServiceTable table;

    public PortFacts ports;
    /** Time of this cycle, by {@link System#nanoTime}. */
    public long nowNs;
    /** The same in milliseconds, truncated to 32 bits: compare by subtraction. */
    public int nowMs;
    /** What {@link FlowRecord#LAST_SEEN} becomes with a client's packet. */
    public int clientMs;
    /** What it becomes with a server's packet. */
    public int serverMs;

    /** All that stays; the snapshots and the time are set before the first cycle. */
    public WorkerContext(
            int worker,
            int workers,
            ForwardSettings settings,
            FlowHasher hasher,
            FlowTable flows,
            ServerStats stats,
            WorkerCounters counters,
            Egress egress,
            FlowNews news) {
        this.worker = worker;
        this.workers = workers;
        this.settings = settings;
        this.times = new FlowTimes(settings.timeoutMs());
        this.hasher = hasher;
        this.flows = flows;
        this.localPorts =
                new LocalPorts(settings.natPorts(), worker, workers, settings.natAddresses(), hasher.seed() >>> 1);
        this.stats = stats;
        this.counters = counters;
        this.egress = egress;
        this.news = news;
    }

    /** Milliseconds since a flow's last packet. */
    public int age(long record) {
        return serverMs - Mem.getInt(record + FlowRecord.LAST_SEEN);
    }

    /** Sets the time of this cycle. */
    public void now(long ns) {
        nowNs = ns;
        nowMs = (int) (ns / 1_000_000L);
        clientMs = nowMs & ~1;
        serverMs = nowMs | 1;
    }
}
