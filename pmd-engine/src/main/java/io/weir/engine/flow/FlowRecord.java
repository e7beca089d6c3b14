package io.weir.engine.flow;

import io.weir.bindings.Mem;

/**
 * One connection in one cache line, off-heap. Only the worker that owns the flow reads or writes it.
 *
 * <pre>
 *   0                               8                               16
 *  +-------------------------------+-------------------------------+
 *  |       client address (16 bytes, IPv4 as v4-mapped)            |
 *  +---------------+---------------+-------+---+---+---------------+
 *  | client port   | virtual port  |service|prt|use| server | seen |   16: key   24: server slot   28: last seen, see below
 *  +---------------+---------------+-------+---+---+---------------+
 *  | port | MAC of client's next hop   | cond |flg|lport| 802.1Q tag|   32: answer to where the request came from
 *  +-------------------------------+-------------------------------+   40: condition  41: flags  42: local port  44: the client's tag, 0: none
 *  | seq delta | ack delta | timestamp delta | replay point        |   48   52   56   60: of a translated flow
 *  | client's ACK | client's SEQ | its end | pending entry         |                      of an unconfirmed or pending one
 *  | watched SEQ | repeats |                                       |                      of any other
 *  +-------------------------------+-------------------------------+
 *
 *  condition   7           6            5         4             3 … 0
 *            | condemned | translated | pending | unconfirmed | TcpState |
 *
 *  flags       7 … 4                  0
 *            | local address | … | server heard | active |
 * </pre>
 *
 * <p><b>Condition.</b> A flow whose upper four bits are 0 is forwarded as it comes; any of them sends its packets to the
 * slow path, through the comparison that finds expired flows ({@link FlowTimes}), so that plain flows do not pay for it.
 *
 * <p><b>Last seen</b> is the time of the last packet in milliseconds, even when a client sent it, odd when a server did.
 *
 * The key is one word: client port (63…48), virtual port (47…32), service index (31…16), protocol (15…8) and 1 in the
 * low byte, so that a slot whose key is 0 is free. Both directions find the record through the hash of the client's endpoint:
 * a client's packet matches the whole key, a server's packet the client port and the server.
 */
public final class FlowRecord {
    public static final int BYTES = 64;

    public static final int CLIENT_HI = 0;
    public static final int CLIENT_LO = 8;
    public static final int KEY = 16;
    public static final int SERVER = 24;
    public static final int LAST_SEEN = 28;
    public static final int CLIENT_HOP = 32;
    public static final int CONDITION = 40;
    public static final int FLAGS = 41;
    /** Port of the node's own by which the server knows the client; 0: by the client's own endpoint. */
    public static final int LOCAL_PORT = 42;

    public static final int CLIENT_TAG = 44;
    public static final int SEQ_DELTA = 48;
    public static final int ACK_DELTA = 52;
    public static final int TIMESTAMP_DELTA = 56;
    public static final int REPLAY_POINT = 60;

    /** Of a flow that is unconfirmed or pending: acknowledgement number of the client's last segment. */
    public static final int CLIENT_ACK = 48;
    /** First sequence number that the client sent since its record was made; while only the server is heard, both are its own. */
    public static final int CLIENT_SEQ = 52;
    /** The number after the last one that it sent. */
    public static final int CLIENT_END = 56;
    /** Number of the entry that reconstructs the flow, plus 1; 0: none. */
    public static final int PENDING_ENTRY = 60;

    /** Of a plain flow: sequence number of the client's last segment after a pause. */
    public static final int WATCHED_SEQ = 48;
    /** How often it came again while the server said nothing. */
    public static final int REPEATS = 52;

    /** The part of a condition that is a {@link TcpState}. */
    public static final int STATE_MASK = 0x0f;
    /** Reconstructed, and only one end has been heard since. */
    public static final int UNCONFIRMED = 0x10;
    /** Being reconstructed: {@link #PENDING_ENTRY} says by what. */
    public static final int PENDING = 0x20;
    /** Spliced from two connections: numbers and the client's endpoint are exchanged for others. */
    public static final int TRANSLATED = 0x40;
    /** Its server is dead. */
    public static final int CONDEMNED = 0x80;

    /** The flow counts as active of its server, not as inactive. */
    public static final int FLAG_ACTIVE = 1;
    /** Of an unconfirmed flow: it was a server that was heard. */
    public static final int FLAG_SERVER_HEARD = 2;
    /** Where the number of a translated flow's local address begins in the flags. */
    public static final int LOCAL_ADDRESS_SHIFT = 4;
    /** Local addresses that the flags can tell apart. */
    public static final int LOCAL_ADDRESSES = 16;

    private FlowRecord() {}

    /** The key word of a flow. */
    public static long key(int clientPort, int virtualPort, int service, int protocol) {
        return (long) clientPort << 48 | (long) virtualPort << 32 | (long) service << 16 | (long) protocol << 8 | 1;
    }

    public static int clientPort(long record) {
        return (int) (Mem.getLong(record + KEY) >>> 48);
    }

    public static int virtualPort(long record) {
        return (int) (Mem.getLong(record + KEY) >>> 32) & 0xffff;
    }

    public static int service(long record) {
        return (int) (Mem.getLong(record + KEY) >>> 16) & 0xffff;
    }

    public static int protocol(long record) {
        return (int) (Mem.getLong(record + KEY) >>> 8) & 0xff;
    }

    public static int server(long record) {
        return Mem.getInt(record + SERVER);
    }

    /** Ordinal of its {@link TcpState}. */
    public static int state(long record) {
        return Mem.getU8(record + CONDITION) & STATE_MASK;
    }

    /** State and the bits above. */
    public static int condition(long record) {
        return Mem.getU8(record + CONDITION);
    }

    public static int localPort(long record) {
        return Mem.getU16(record + LOCAL_PORT);
    }

    /** Number of the local address. */
    public static int localAddress(long record) {
        return Mem.getU8(record + FLAGS) >>> LOCAL_ADDRESS_SHIFT;
    }
}
