package io.weir.engine.forward;

import io.weir.engine.flow.TcpState;

/**
 * How frames are forwarded; immutable.
 *
 * @param timeoutMs milliseconds without a packet after which a flow ends, by ordinal of {@link TcpState}
 * @param decrementTtl whether TTL and hop limit fall by one, as a router does
 * @param reject whether other ports of an owned address are refused (RST, ICMP) or passed over in silence
 * @param icmpPerSecond ICMP errors and RSTs that a worker may send a second
 */
public record ForwardSettings(int[] timeoutMs, boolean decrementTtl, boolean reject, int icmpPerSecond) {
    /** The defaults of the properties file. */
    public static ForwardSettings defaults() {
        int[] timeouts = new int[TcpState.count()];
        for (TcpState state : TcpState.values()) {
            timeouts[state.ordinal()] = state.defaultSeconds() * 1000;
        }
        return new ForwardSettings(timeouts, true, true, 1000);
    }
}
