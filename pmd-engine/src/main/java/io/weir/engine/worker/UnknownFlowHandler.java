package io.weir.engine.worker;

import io.weir.engine.packet.Burst;
import io.weir.engine.port.FrameBatch;

/**
 * Decides about TCP segments in the middle of a connection that this node has no record of: it restarted, or the
 * connection came here from another node. One instance a worker, called by it alone.
 */
public interface UnknownFlowHandler {
    /**
     * A client's segment, neither SYN nor RST.
     *
     * @param hash of the client's endpoint
     * @return address of a flow record by which to forward the frame; or 0: the handler has consumed the frame
     */
    long fromClient(FrameBatch batch, Burst burst, int i, int service, long hash);

    /**
     * A real server's packet.
     *
     * @param endpoint index of the server's endpoint
     * @param hash of the client's endpoint
     * @return as above
     */
    long fromServer(FrameBatch batch, Burst burst, int i, int endpoint, long hash);
}
