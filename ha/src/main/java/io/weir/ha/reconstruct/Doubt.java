package io.weir.ha.reconstruct;

import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.packet.Burst;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.service.FlowOwners;
import io.weir.engine.trace.TraceEvent;

/**
 * What makes one doubt the server of a flow that was derived or learned, without asking anybody: it disowns the flow, it is
 * silent, or it misses what the client sent before. From then on {@link Probe} has the flow. Owned by one worker.
 */
final class Doubt {
    private final ReconstructionContext context;
    private final PendingFlows pending;
    private final Probe probe;

    Doubt(ReconstructionContext context, Probe probe) {
        this.context = context;
        this.pending = context.pending;
        this.probe = probe;
    }

    /** An entry for a flow without one, with its server as the candidate that was asked last; or {@link PendingFlows#NONE}. */
    private int claim(long record, long hash) {
        int e = pending.claim(
                hash,
                Mem.getLong(record + FlowRecord.CLIENT_HI),
                Mem.getLong(record + FlowRecord.CLIENT_LO),
                Mem.getLong(record + FlowRecord.KEY),
                context.worker.nowNs);
        if (e == PendingFlows.NONE) {
            return e;
        }
        probe.listCandidates(e, FlowRecord.service(record));
        context.bind(record, e);
        for (int n = 0; n < pending.candidateCount[e]; n++) {
            if (pending.candidates[e * FlowOwners.MOST + n] == FlowRecord.server(record)) {
                pending.current[e] = (byte) n; // the scheduler's choice comes first
            }
        }
        return e;
    }

    /** The server says that it does not know the flow: the client's next segment asks the others. Consumes the frame. */
    void disowned(long record, FrameBatch batch, Burst burst, int i, Counter reason) {
        Segment s = context.segment;
        context.traceFlow(TraceEvent.DERIVED_WRONG, record, s.seq, s.ack, 0);
        context.drop(batch, i, reason);
        int e = claim(record, burst.hash(i));
        if (e == PendingFlows.NONE) {
            context.flows.expire(record);
        } else {
            probe.search(e, record);
        }
    }

    /** The client's segment has come again, without a word from the server: it asks the others. Consumes the frame. */
    void silent(long record, FrameBatch batch, Burst burst, int i) {
        Segment s = context.segment;
        context.traceFlow(TraceEvent.PROBE_REPEATED, record, s.seq, 0, 0);
        int e = claim(record, burst.hash(i));
        if (e == PendingFlows.NONE) {
            context.drop(batch, i, Counter.DROP_RECONSTRUCT_FULL);
            return;
        }
        pending.exclude(e, FlowRecord.server(record));
        probe.askNextWith(e, record, batch, burst, i);
    }

    /** A segment of either end shows that the server misses something of the client's. Takes nothing. */
    void misses(long record, long hash) {
        int e = claim(record, hash);
        if (e == PendingFlows.NONE) {
            return; // the flow's next segment shows it again
        }
        pending.seq[e] = Mem.getInt(record + FlowRecord.CLIENT_SEQ);
        pending.end[e] = Mem.getInt(record + FlowRecord.CLIENT_END);
        pending.asked[e] = Mem.getInt(record + FlowRecord.CLIENT_ACK);
        pending.ack[e] = pending.asked[e];
        pending.countedAt[e] = FlowRecord.server(record);
        probe.doubt(e, record);
    }
}
