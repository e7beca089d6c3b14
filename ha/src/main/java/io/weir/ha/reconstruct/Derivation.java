package io.weir.ha.reconstruct;

import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.TcpState;
import io.weir.engine.packet.Burst;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.service.FlowOwners;
import io.weir.engine.trace.TraceEvent;
import io.weir.engine.worker.Flows;

/**
 * First means: where the scheduler is a function of the flow, and the pool is what it was, the flow's server is known.
 * Costs nothing. Owned by one worker.
 *
 * <p>The pool may have been another after all, to the node that had the flow: so the record is unconfirmed, and what shows
 * that its server is the wrong one is kept from the client ({@link Doubt}).
 */
final class Derivation {
    private final ReconstructionContext context;

    Derivation(ReconstructionContext context) {
        this.context = context;
    }

    /**
     * Gives frame {@code i} to the server that the scheduler assigns to its flow, if that is certain.
     *
     * @return whether it was consumed
     */
    boolean derive(FrameBatch batch, Burst burst, int i, int service, long hash, long key) {
        var table = context.worker.table;
        int server = table.owners[service].derive(
                burst.sourceHi(i),
                burst.sourceLo(i),
                PendingFlows.clientPort(key),
                table.virtualHi(service),
                table.virtualLo(service));
        if (server == FlowOwners.NONE || !table.isReachable(server)) {
            return false;
        }
        int condition = TcpState.ESTABLISHED.ordinal() | FlowRecord.UNCONFIRMED;
        long record = context.flows.adopt(hash, burst.sourceHi(i), burst.sourceLo(i), key, server, condition, true);
        if (record == Flows.TUPLE_CONFLICT) {
            return false;
        }
        if (record == Flows.TABLE_FULL) {
            context.drop(batch, i, Counter.DROP_TABLE_FULL);
            return true;
        }
        Numbers.first(record, context.segment);
        context.flows.countConnection(record);
        context.count(Counter.RECONSTRUCTED_DERIVE);
        context.traceFlow(TraceEvent.DERIVED, record, 0, 0, 0);
        context.forwarder.toServer(batch, burst, i, record, Counter.FORWARDED_TO_SERVER);
        return true;
    }
}
