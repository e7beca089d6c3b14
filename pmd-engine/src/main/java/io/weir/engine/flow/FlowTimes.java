package io.weir.engine.flow;

/**
 * When a flow is over, and when one of its packets must be looked at closely: milliseconds since its last packet, by the
 * record's condition ({@link FlowRecord#CONDITION}). Immutable.
 *
 * <p>The fast path compares a flow's age with {@link #attention} alone. One comparison finds the flow that is over, the
 * one whose condition is special (whatever its age), and the one that was quiet for so long that the next packet of its
 * client may be a retransmission to a dead server.
 */
public final class FlowTimes {
    /** Milliseconds that a reconstructed flow lives until both ends have been heard. */
    public static final int UNCONFIRMED_MS = 10_000;

    /**
     * Milliseconds of silence after which an established flow's packet is looked at: less than any common stack's least
     * retransmission timeout (Linux 200, BSD 230, Windows 300).
     */
    public static final int QUIET_MS = 150;

    private static final int CONDITIONS = 256;
    private static final int SPECIAL =
            FlowRecord.UNCONFIRMED | FlowRecord.PENDING | FlowRecord.TRANSLATED | FlowRecord.CONDEMNED;

    private final int[] expiry = new int[CONDITIONS];
    private final int[] attention = new int[CONDITIONS];

    /**
     * @param timeoutMs by ordinal of {@link TcpState}
     */
    public FlowTimes(int[] timeoutMs) {
        if (timeoutMs.length != TcpState.count()) {
            throw new IllegalArgumentException(
                    "%d timeouts for %d states".formatted(timeoutMs.length, TcpState.count()));
        }
        for (int condition = 0; condition < CONDITIONS; condition++) {
            int state = condition & FlowRecord.STATE_MASK;
            int timeout = state < timeoutMs.length ? timeoutMs[state] : 0;
            boolean unsure = (condition & (FlowRecord.UNCONFIRMED | FlowRecord.PENDING)) != 0;
            expiry[condition] = unsure ? Math.min(UNCONFIRMED_MS, timeoutMs[TcpState.ESTABLISHED.ordinal()]) : timeout;
            if ((condition & SPECIAL) != 0) {
                attention[condition] = Integer.MIN_VALUE;
            } else if (state == TcpState.ESTABLISHED.ordinal()) {
                attention[condition] = Math.min(timeout, QUIET_MS);
            } else {
                attention[condition] = timeout;
            }
        }
    }

    /** Age at which a flow in this condition is over. */
    public int expiry(int condition) {
        return expiry[condition];
    }

    /** Age from which a packet must be looked at; less than any age when it always must. */
    public int attention(int condition) {
        return attention[condition];
    }
}
