package io.weir.ha.reconstruct;

import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.forward.Rejecter;
import io.weir.engine.forward.TokenBucket;
import io.weir.engine.packet.Burst;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.service.ReconstructionPolicy;
import io.weir.engine.trace.FlowTrace;
import io.weir.engine.trace.TraceEvent;
import io.weir.engine.worker.DeadlineWheel;
import io.weir.engine.worker.FlowForwarder;
import io.weir.engine.worker.Flows;
import io.weir.engine.worker.WorkerContext;
import io.weir.engine.worker.WorkerParts;

/** What the means of reconstruction of one worker share, and what more than one of them does. */
final class ReconstructionContext {
    /** No server. */
    static final int NOBODY = -1;

    final WorkerContext worker;
    final Flows flows;
    final FlowForwarder forwarder;
    final Rejecter rejecter;
    final ReconstructionSettings settings;
    final PendingFlows pending;
    final HeldSegments held;
    final DeadlineWheel deadlines;
    final TokenBucket rate;
    final Segment segment = new Segment();
    private final FlowTrace trace;

    ReconstructionContext(WorkerParts parts, ReconstructionSettings settings, FlowTrace trace) {
        this.worker = parts.context();
        this.flows = parts.flows();
        this.forwarder = parts.forwarder();
        this.rejecter = parts.rejecter();
        this.settings = settings;
        this.pending = new PendingFlows(settings.pending());
        this.held = new HeldSegments(settings.pending(), settings.frameSize());
        this.deadlines = new DeadlineWheel(settings.pending());
        this.rate = new TokenBucket(settings.rate());
        this.trace = trace;
    }

    ReconstructionPolicy policy(long key) {
        return worker.table.policies[PendingFlows.service(key)];
    }

    void count(Counter counter) {
        worker.counters.increment(counter);
    }

    /** Drops a frame for a reason. */
    void drop(FrameBatch batch, int i, Counter reason) {
        worker.egress.drop(batch.address[i], reason);
    }

    /** Sets an entry's deadline so many nanoseconds from now. */
    void wake(int e, long inNs) {
        deadlines.schedule(e, worker.nowNs, worker.nowNs + inNs);
    }

    /** The record of an entry's flow, or 0: the flow has ended, or is in other hands. */
    long recordOf(int e) {
        PendingFlows p = pending;
        long record = worker.flows.find(p.hash[e], p.clientHi[e], p.clientLo[e], p.key[e]);
        return record != 0 && entryOf(record) == e && !flows.isExpired(record) ? record : 0;
    }

    /** The entry of a record, or {@link PendingFlows#NONE}. */
    int entryOf(long record) {
        int condition = FlowRecord.condition(record);
        if ((condition & (FlowRecord.PENDING | FlowRecord.UNCONFIRMED)) == 0) {
            return PendingFlows.NONE;
        }
        int e = Mem.getInt(record + FlowRecord.PENDING_ENTRY) - 1;
        PendingFlows p = pending;
        boolean mine = e >= 0
                && p.phase[e] != PendingFlows.Phase.FREE
                && p.key[e] == Mem.getLong(record + FlowRecord.KEY)
                && p.clientLo[e] == Mem.getLong(record + FlowRecord.CLIENT_LO)
                && p.clientHi[e] == Mem.getLong(record + FlowRecord.CLIENT_HI);
        return mine ? e : PendingFlows.NONE;
    }

    /** Makes a record and an entry name each other. */
    void bind(long record, int e) {
        Mem.putInt(record + FlowRecord.PENDING_ENTRY, e + 1);
    }

    /** Holds frame {@code i} of an entry's flow, which it consumes: copied, or dropped and counted. */
    void hold(int e, FrameBatch batch, int i) {
        PendingFlows p = pending;
        Segment s = segment;
        if (s.ack - p.ack[e] > 0) {
            p.ack[e] = s.ack;
        }
        if (s.hasTimestamps) {
            p.tsEcr[e] = s.tsEcr;
        }
        switch (held.add(e, batch, i, s, false)) {
            case HeldSegments.ADDED -> {
                count(Counter.HELD_IN);
                worker.egress.pool().release(batch.address[i]);
            }
            case HeldSegments.DUPLICATE -> drop(batch, i, Counter.DROP_PENDING);
            default -> drop(batch, i, Counter.DROP_HELD);
        }
    }

    /**
     * Forgets an entry's n-th held segment.
     *
     * @param reason why it did not go on; null: it did, or was only a copy of one that had
     */
    void unhold(int e, int n, Counter reason) {
        boolean copy = held.isCopy(e, n);
        held.remove(e, n);
        if (copy) {
            return;
        }
        count(Counter.HELD_OUT);
        if (reason != null) {
            count(reason);
        }
    }

    /**
     * Sends what is held on to the flow's server.
     *
     * @param copies counts copies of what was sent to another server before; null: such copies stay
     */
    void sendHeld(int e, long record, Counter copies) {
        for (int n = 0; n < held.count(e); ) {
            boolean copy = held.isCopy(e, n);
            if (copy && copies == null) {
                n++;
            } else if (held.thaw(e, n, worker.egress.pool())) {
                forwarder.toServer(held.one, held.burst, 0, record, copy ? copies : Counter.FORWARDED_TO_SERVER);
                unhold(e, n, null);
            } else {
                unhold(e, n, Counter.DROP_NO_FRAME);
            }
        }
    }

    /** Ends an entry; what it still holds is dropped. */
    void release(int e, Counter reason) {
        while (held.count(e) > 0) {
            unhold(e, 0, reason);
        }
        deadlines.cancel(e);
        pending.release(e);
    }

    /**
     * Gives a flow up without a word: its client will send again, and the search begins anew.
     *
     * @param record the flow's, or 0: there is none yet
     */
    void giveUp(int e, long record, Counter reason) {
        traceEntry(TraceEvent.GIVEN_UP, e, NOBODY, 0, 0, reason.ordinal());
        if (record != 0) {
            flows.expire(record);
        }
        release(e, reason);
    }

    /** Makes a plain flow of a record whose two ends have been heard. */
    void confirm(long record) {
        flows.setCondition(record, FlowRecord.state(record));
        Mem.putLong(record + FlowRecord.CLIENT_ACK, 0);
        Mem.putLong(record + FlowRecord.CLIENT_END, 0);
        int flags = Mem.getU8(record + FlowRecord.FLAGS);
        Mem.putU8(record + FlowRecord.FLAGS, flags & ~FlowRecord.FLAG_SERVER_HEARD);
    }

    /** Tells of an entry's flow. */
    void traceEntry(TraceEvent event, int e, int server, int a, int b, int c) {
        PendingFlows p = pending;
        trace.record(worker.nowNs, event, p.clientHi[e], p.clientLo[e], p.key[e], server, a, b, c);
    }

    /** Tells of a record's flow. */
    void traceFlow(TraceEvent event, long record, int a, int b, int c) {
        trace.record(
                worker.nowNs,
                event,
                Mem.getLong(record + FlowRecord.CLIENT_HI),
                Mem.getLong(record + FlowRecord.CLIENT_LO),
                Mem.getLong(record + FlowRecord.KEY),
                FlowRecord.server(record),
                a,
                b,
                c);
    }

    /** Tells of a flow without a record: of a client's packet. */
    void traceClient(TraceEvent event, Burst burst, int i, long key, int server, int a, int b, int c) {
        trace.record(worker.nowNs, event, burst.sourceHi(i), burst.sourceLo(i), key, server, a, b, c);
    }

    /** The same of a server's packet. */
    void traceServer(TraceEvent event, Burst burst, int i, long key, int server, int a, int b, int c) {
        trace.record(worker.nowNs, event, burst.destinationHi(i), burst.destinationLo(i), key, server, a, b, c);
    }
}
