package io.weir.engine.worker;

import io.weir.bindings.Mem;
import io.weir.engine.flow.FlowRecord;

/** Ends all flows of a service that is served no more: a bounded number of slots at a time. */
public final class EndFlowsOfService implements WorkerCommand {
    private static final int SLOTS_A_CYCLE = 4096;

    private final int service;
    private long next;

    /**
     * @param service its number
     */
    public EndFlowsOfService(int service) {
        this.service = service;
    }

    @Override
    public boolean execute(WorkerContext context, Flows flows) {
        long slots = context.flows.slots();
        for (int n = 0; n < SLOTS_A_CYCLE && next < slots; n++) {
            long slot = context.flows.slot(next);
            if (Mem.getLong(slot + FlowRecord.KEY) != 0 && FlowRecord.service(slot) == service) {
                flows.end(slot); // another record may have moved here: look again
            } else {
                next++;
            }
        }
        return next == slots;
    }
}
