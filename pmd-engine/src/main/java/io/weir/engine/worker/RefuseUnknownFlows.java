package io.weir.engine.worker;

import io.weir.engine.counters.Counter;
import io.weir.engine.forward.Rejecter;
import io.weir.engine.packet.Burst;
import io.weir.engine.port.FrameBatch;

/**
 * Recovers nothing: a client whose connection is unknown is told at once by RST, and a server's packet that answers no
 * flow goes to the kernel, as it may be of a connection that the server opened itself.
 */
public final class RefuseUnknownFlows implements UnknownFlowHandler {
    private final WorkerContext context;
    private final Rejecter rejecter;
    private final ToKernel kernel;

    /**
     * @param context the worker's
     * @param rejecter sends the RST
     * @param kernel the way back
     */
    public RefuseUnknownFlows(WorkerContext context, Rejecter rejecter, ToKernel kernel) {
        this.context = context;
        this.rejecter = rejecter;
        this.kernel = kernel;
    }

    @Override
    public long fromClient(FrameBatch batch, Burst burst, int i, int service, long hash) {
        rejecter.reset(batch, burst, i, context.ports, context.nowNs, Counter.DROP_NO_FLOW);
        return 0;
    }

    @Override
    public long fromServer(FrameBatch batch, Burst burst, int i, int endpoint, long hash) {
        kernel.give(batch, burst, i);
        return 0;
    }
}
