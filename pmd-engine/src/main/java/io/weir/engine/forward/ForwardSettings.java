package io.weir.engine.forward;

import io.weir.bindings.steering.NatPorts;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.TcpState;

/**
 * How frames are forwarded; immutable.
 *
 * @param timeoutMs milliseconds without a packet after which a flow ends, by ordinal of {@link TcpState}
 * @param decrementTtl whether TTL and hop limit fall by one, as a router does
 * @param reject whether other ports of an owned address are refused (RST, ICMP) or passed over in silence
 * @param icmpPerSecond ICMP errors and RSTs that a worker may send a second
 * @param natPorts ports of the node's own connections to servers
 * @param natAddresses local addresses that such connections may have, at most {@link FlowRecord#LOCAL_ADDRESSES}
 */
public record ForwardSettings(
        int[] timeoutMs, boolean decrementTtl, boolean reject, int icmpPerSecond, NatPorts natPorts, int natAddresses) {
    /** Settings of a node that opens no connections to servers. */
    public ForwardSettings(int[] timeoutMs, boolean decrementTtl, boolean reject, int icmpPerSecond) {
        this(timeoutMs, decrementTtl, reject, icmpPerSecond, NatPorts.NONE, 0);
    }

    /** The same of a node that opens connections to servers. */
    public ForwardSettings withNat(NatPorts ports, int addresses) {
        return new ForwardSettings(timeoutMs, decrementTtl, reject, icmpPerSecond, ports, addresses);
    }

    /** The defaults of the properties file. */
    public static ForwardSettings defaults() {
        int[] timeouts = new int[TcpState.count()];
        for (TcpState state : TcpState.values()) {
            timeouts[state.ordinal()] = state.defaultSeconds() * 1000;
        }
        return new ForwardSettings(timeouts, true, true, 1000);
    }
}
