package io.weir.engine.flow;

/**
 * States of a flow: those of IPVS ({@code include/net/ip_vs.h}), and one for UDP. The ordinal is what a record holds.
 *
 * <p>Default timeouts in seconds follow the LVS article where it names them (SYN 60, ESTABLISHED 900, FIN 60, UDP 300)
 * and IPVS elsewhere.
 */
public enum TcpState {
    NONE(2, "none"),
    ESTABLISHED(900, "established"),
    SYN_SENT(60, "syn-sent"),
    SYN_RECV(60, "syn-recv"),
    FIN_WAIT(60, "fin-wait"),
    TIME_WAIT(60, "time-wait"),
    CLOSE(10, "close"),
    CLOSE_WAIT(60, "close-wait"),
    LAST_ACK(60, "last-ack"),
    LISTEN(120, "listen"),
    SYNACK(60, "synack"),
    /** The one state of a UDP flow. */
    UDP(300, "udp");

    private static final TcpState[] ALL = values();

    private final int defaultSeconds;
    private final String label;

    TcpState(int defaultSeconds, String label) {
        this.defaultSeconds = defaultSeconds;
        this.label = label;
    }

    /** Default timeout in seconds. */
    public int defaultSeconds() {
        return defaultSeconds;
    }

    /** The state's name in property keys. */
    public String label() {
        return label;
    }

    /** The state that a record holds. */
    public static TcpState of(int ordinal) {
        return ALL[ordinal];
    }

    /** How many there are. */
    public static int count() {
        return ALL.length;
    }
}
