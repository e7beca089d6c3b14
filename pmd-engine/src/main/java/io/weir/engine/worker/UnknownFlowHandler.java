package io.weir.engine.worker;

import io.weir.engine.flow.FlowRecord;
import io.weir.engine.packet.Burst;
import io.weir.engine.port.FrameBatch;

/**
 * Decides about packets in the middle of connections that this node has no record of: it restarted, or the connection
 * came here from another node; and takes care of such flows until they are plain ones. One instance a worker, called by it
 * alone: no method allocates, blocks or throws.
 *
 * <p>Every method that is given a frame returns the address of a record by which to forward it as any other, or 0: then
 * it has consumed the frame. Records stay where they are until {@link #doWork}.
 */
public interface UnknownFlowHandler {
    /**
     * A client's TCP segment, neither SYN nor RST, of which there is no record.
     *
     * @param service number of the service that it was sent to
     * @param hash of the client's endpoint
     */
    long fromClient(FrameBatch batch, Burst burst, int i, int service, long hash);

    /**
     * A real server's packet, TCP or UDP, of which there is no record.
     *
     * @param endpoint index of the server's endpoint
     * @param hash of the client's endpoint
     */
    long fromServer(FrameBatch batch, Burst burst, int i, int endpoint, long hash);

    /**
     * A client's packet of a flow that is not simply forwarded: its {@linkplain FlowRecord#CONDITION condition} is
     * special, or it was quiet and the service wants to know when a server dies.
     */
    default long ofFlowFromClient(FrameBatch batch, Burst burst, int i, long record) {
        return record;
    }

    /** A server's packet of a flow whose condition is special. */
    default long ofFlowFromServer(FrameBatch batch, Burst burst, int i, long record) {
        return record;
    }

    /**
     * Once a cycle in which the node forwards, between bursts and before what was sent is flushed: a bounded amount of
     * whatever is due.
     *
     * @return how much there was
     */
    default int doWork() {
        return 0;
    }

    /**
     * The node is master no more: every flow is forgotten from now on, and another node has them. Drops all that it
     * holds, frames too, and sends nothing. Between bursts; {@link #doWork} is not called again until the node is master.
     */
    default void forgetAll() {}
}
