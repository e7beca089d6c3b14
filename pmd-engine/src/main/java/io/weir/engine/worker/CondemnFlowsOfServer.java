package io.weir.engine.worker;

import io.weir.bindings.Mem;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.TcpState;

/**
 * Marks the flows of a server that went down, a bounded number of slots at a time: the next packet of each shows whether
 * it is dead ({@link UnknownFlowHandler#ofFlowFromClient}). Datagrams have no connection to lose, so their flows end, and
 * the next one is scheduled anew. Services that keep flows on dead servers are left alone.
 */
public final class CondemnFlowsOfServer implements WorkerCommand {
    private static final int SLOTS_A_CYCLE = 4096;

    private final int server;
    private long next;

    /**
     * @param server its slot
     */
    public CondemnFlowsOfServer(int server) {
        this.server = server;
    }

    @Override
    public boolean execute(WorkerContext context, Flows flows) {
        long slots = context.flows.slots();
        for (int n = 0; n < SLOTS_A_CYCLE && next < slots; n++) {
            long slot = context.flows.slot(next);
            boolean its = Mem.getLong(slot + FlowRecord.KEY) != 0 && FlowRecord.server(slot) == server;
            if (!its || !context.table.watchesServers(FlowRecord.service(slot))) {
                next++;
            } else if (FlowRecord.state(slot) == TcpState.UDP.ordinal()) {
                flows.end(slot); // another record may have moved here: look again
            } else {
                condemn(slot, flows);
                next++;
            }
        }
        return next == slots;
    }

    /** A flow that is just being reconstructed finds out by itself. */
    private static void condemn(long record, Flows flows) {
        int condition = FlowRecord.condition(record);
        if ((condition & (FlowRecord.PENDING | FlowRecord.UNCONFIRMED)) == 0) {
            flows.setCondition(record, condition | FlowRecord.CONDEMNED);
        }
    }
}
