package io.weir.ha.reconstruct;

import io.weir.engine.counters.Counter;
import io.weir.engine.packet.Burst;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.trace.TraceEvent;

/**
 * Refuses a flow: RST to the client, from the virtual address, with the sequence number that the client expects, so that
 * it fails fast and connects again. Owned by one worker.
 */
final class Refusal {
    private final ReconstructionContext context;

    Refusal(ReconstructionContext context) {
        this.context = context;
    }

    /** Refuses with frame {@code i}, of a flow without a record; consumes it. */
    void refuse(FrameBatch batch, Burst burst, int i, long key, Counter why) {
        context.traceClient(TraceEvent.REFUSED, burst, i, key, ReconstructionContext.NOBODY, 0, 0, why.ordinal());
        context.count(Counter.RECONSTRUCTED_REFUSE);
        reset(batch, burst, i, why);
    }

    /**
     * There is no server that is up for frame {@code i}, which it consumes. Refuses, unless none has ever been: then none
     * has been checked yet, and the client had better try again.
     */
    void noServer(FrameBatch batch, Burst burst, int i, long key) {
        if (context.worker.table.hasServed(PendingFlows.service(key))) {
            refuse(batch, burst, i, key, Counter.DROP_NO_SERVER);
        } else {
            context.drop(batch, i, Counter.DROP_NO_SERVER);
        }
    }

    /** Refuses with frame {@code i}, and ends the flow's record; consumes the frame. */
    void refuse(FrameBatch batch, Burst burst, int i, long record, int e, Counter why) {
        context.traceFlow(TraceEvent.REFUSED, record, 0, 0, why.ordinal());
        context.flows.expire(record);
        if (e != PendingFlows.NONE) {
            context.release(e, why);
        }
        reset(batch, burst, i, why);
    }

    /**
     * Refuses with the last segment that an entry holds, and ends entry and record.
     *
     * @param record the flow's, or 0: there is none yet
     */
    void refuse(int e, long record, Counter why) {
        HeldSegments held = context.held;
        context.traceEntry(TraceEvent.REFUSED, e, ReconstructionContext.NOBODY, 0, 0, why.ordinal());
        int last = held.count(e) - 1;
        if (last >= 0 && held.thaw(e, last, context.worker.egress.pool())) {
            if (held.isCopy(e, last)) {
                reset(held.one, held.burst, 0, Counter.RECONSTRUCTED_REFUSE); // counted there
            } else {
                context.count(Counter.RECONSTRUCTED_REFUSE);
                reset(held.one, held.burst, 0, why);
            }
            context.unhold(e, last, null);
        } else {
            context.count(Counter.RECONSTRUCTED_REFUSE);
        }
        if (record != 0) {
            context.flows.expire(record);
        }
        context.release(e, why);
    }

    private void reset(FrameBatch batch, Burst burst, int i, Counter why) {
        context.rejecter.reset(batch, burst, i, context.worker.ports, context.worker.nowNs, why);
    }
}
