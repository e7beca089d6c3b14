package io.weir.engine.worker;

import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.TcpState;
import io.weir.scheduler.IpAddress;

/**
 * A flow as it was when {@link CopyFlows} came by.
 *
 * @param client the client's address
 * @param clientPort its port
 * @param virtualPort the port that it called
 * @param service the service's number
 * @param protocol TCP or UDP
 * @param server the server's slot
 * @param expiresMs so long it lives without another packet
 * @param condition {@link FlowRecord#CONDITION}
 * @param localPort this node's port towards the server, of a translated flow; else 0
 */
public record CopiedFlow(
        IpAddress client,
        int clientPort,
        int virtualPort,
        int service,
        int protocol,
        int server,
        int expiresMs,
        int condition,
        int localPort) {
    static CopiedFlow of(long[] rows, int at) {
        long key = rows[at + 2];
        long last = rows[at + 4];
        return new CopiedFlow(
                new IpAddress(rows[at], rows[at + 1]),
                (int) (key >>> 48),
                (int) (key >>> 32) & 0xffff,
                (int) (key >>> 16) & 0xffff,
                (int) (key >>> 8) & 0xff,
                (int) (rows[at + 3] >>> 32),
                (int) rows[at + 3],
                (int) (last >>> 56),
                (int) (last >>> 32) & 0xffff);
    }

    /** Its state. */
    public TcpState state() {
        return TcpState.of(condition & FlowRecord.STATE_MASK);
    }
}
