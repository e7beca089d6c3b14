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
 *  | client port   | virtual port  |service|prt|use| server | seen |   16: key   24: server slot   28: last seen, ms
 *  +---------------+---------------+-------+---+---+---------------+
 *  | port | MAC of client's next hop   | state|flg|lport| 802.1Q tag|   32: answer to where the request came from
 *  +-------------------------------+-------------------------------+   40: state  41: flags  42: local port  44: the client's tag, 0: none
 *  | seq diff | ack diff | timestamp diff | replay point           |   48   52   56   60: for translated flows
 *  +-------------------------------+-------------------------------+
 * </pre>
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
    public static final int STATE = 40;
    public static final int FLAGS = 41;
    public static final int LOCAL_PORT = 42;
    public static final int CLIENT_TAG = 44;
    public static final int SEQ_DELTA = 48;
    public static final int ACK_DELTA = 52;
    public static final int TIMESTAMP_DELTA = 56;
    public static final int REPLAY_POINT = 60;

    /** The flow counts as active of its server, not as inactive. */
    public static final int FLAG_ACTIVE = 1;

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

    public static int state(long record) {
        return Mem.getU8(record + STATE);
    }
}
