package io.weir.engine.flow;

import io.weir.engine.packet.Transport;

/**
 * How a TCP flow moves between states: IPVS's table (the default one of {@code net/netfilter/ipvs/ip_vs_proto_tcp.c}),
 * by what was seen of each segment. Three variants: a client's segment, a server's segment, and a client's segment of
 * a flow whose replies pass elsewhere (DR, TUN).
 */
public final class TcpTransitions {
    /** A client's segment, replies pass here too. */
    public static final int FROM_CLIENT = 0;
    /** A server's segment. */
    public static final int FROM_SERVER = 1;
    /** A client's segment, replies do not pass here. */
    public static final int FROM_CLIENT_ONLY = 2;

    private static final String[] TABLE = {
        // NO ES SS SR FW TW CL CW LA LI SA
        "SR ES ES SR SR SR SR SR SR SR SR", // client: SYN
        "CL CW SS TW TW TW CL CW LA LI TW", // FIN
        "ES ES SS ES FW TW CL CW CL LI ES", // ACK
        "CL CL CL SR CL CL CL CL LA LI SR", // RST
        "SS ES SS SR SS SS SS SS SS LI SR", // server: SYN
        "TW FW SS TW FW TW CL TW LA LI TW",
        "ES ES SS ES FW TW CL CW LA ES ES",
        "CL CL SS CL CL TW CL CL CL CL CL",
        "SR ES ES SR SR SR SR SR SR SR SR", // client only: SYN
        "CL FW SS TW FW TW CL CW LA LI TW",
        "ES ES SS ES FW TW CL CW CL LI ES",
        "CL CL CL SR CL CL CL CL LA LI CL",
    };

    private static final String CODES = "NO ES SS SR FW TW CL CW LA LI SA";

    /** Next state at [direction × 64 + event × 16 + state]. */
    private static final byte[] NEXT = new byte[3 * 64];

    /** Event (0 SYN, 1 FIN, 2 ACK, 3 RST, 4 none) by the low five flag bits. */
    private static final byte[] EVENT = new byte[32];

    static {
        for (int row = 0; row < TABLE.length; row++) {
            String[] codes = TABLE[row].split(" ");
            for (int state = 0; state < codes.length; state++) {
                NEXT[row * 16 + state] = (byte) (CODES.indexOf(codes[state]) / 3);
            }
        }
        for (int flags = 0; flags < EVENT.length; flags++) {
            EVENT[flags] = (byte)
                    ((flags & Transport.RST) != 0
                            ? 3
                            : (flags & Transport.SYN) != 0
                                    ? 0
                                    : (flags & Transport.FIN) != 0 ? 1 : (flags & Transport.ACK) != 0 ? 2 : 4);
        }
    }

    private TcpTransitions() {}

    /**
     * The state after a segment.
     *
     * @param direction one of the constants above
     * @param flags the segment's TCP flags
     * @param state ordinal of the {@link TcpState} before
     * @return ordinal of the state after; the same when the segment carries none of SYN, FIN, ACK, RST
     */
    public static int next(int direction, int flags, int state) {
        int event = EVENT[flags & 31];
        return event == 4 ? state : NEXT[direction << 6 | event << 4 | state];
    }
}
