package io.weir.ha.reconstruct;

import io.weir.bindings.Mem;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.packet.Transport;

/**
 * What is known of a client's numbers while its flow is unconfirmed or pending, in its record: and whether what a server
 * sends is of the same connection. All numbers modulo 2³² (RFC 9293 §3.4).
 */
final class Numbers {
    /**
     * How far a number may lie from where it is expected: the largest window that is common (32 MiB). An old socket of the
     * same four-tuple, in TIME_WAIT, has numbers of its own, which fit with a probability of one to some thousand.
     */
    static final int WINDOW = 1 << 25;

    private Numbers() {}

    /** A client's first segment since the record was made. */
    static void first(long record, Segment segment) {
        Mem.putInt(record + FlowRecord.CLIENT_ACK, segment.ack);
        Mem.putInt(record + FlowRecord.CLIENT_SEQ, segment.seq);
        Mem.putInt(record + FlowRecord.CLIENT_END, segment.end);
    }

    /** Another one. */
    static void note(long record, Segment segment) {
        if (segment.has(Transport.ACK) && segment.ack - Mem.getInt(record + FlowRecord.CLIENT_ACK) > 0) {
            Mem.putInt(record + FlowRecord.CLIENT_ACK, segment.ack);
        }
        if (segment.seq - Mem.getInt(record + FlowRecord.CLIENT_SEQ) < 0) {
            Mem.putInt(record + FlowRecord.CLIENT_SEQ, segment.seq);
        }
        if (segment.end - Mem.getInt(record + FlowRecord.CLIENT_END) > 0) {
            Mem.putInt(record + FlowRecord.CLIENT_END, segment.end);
        }
    }

    /**
     * Whether a server's segment belongs to the client's connection: it acknowledges about what the client sent, and speaks
     * about where the client listens. Not exactly: an earlier segment may be missing there; and what the client sends again
     * because an acknowledgement was lost, the server has, and what came after it too.
     */
    static boolean fit(long record, Segment server) {
        if (!server.has(Transport.ACK) || server.has(Transport.SYN)) {
            return false;
        }
        int beyond = server.ack - Mem.getInt(record + FlowRecord.CLIENT_END);
        int before = Mem.getInt(record + FlowRecord.CLIENT_SEQ) - server.ack;
        int ahead = server.seq - Mem.getInt(record + FlowRecord.CLIENT_ACK);
        return beyond <= WINDOW && before <= WINDOW && ahead <= WINDOW && ahead >= -WINDOW;
    }

    /**
     * Whether a server's segment that fits leaves a hole: it has not received what the client sent before the first segment
     * that was seen here. Either that was lost, and the client will send it again; or the client sent it to another server,
     * and this one has an old socket of the same connection.
     */
    static boolean leavesHole(long record, Segment server) {
        return Mem.getInt(record + FlowRecord.CLIENT_SEQ) - server.ack > 0;
    }

    /** The server of a flow is heard before its client: what it has sent and received is kept where the client's numbers will be. */
    static void serverFirst(long record, Segment server) {
        Mem.putInt(record + FlowRecord.CLIENT_ACK, server.seq);
        Mem.putInt(record + FlowRecord.CLIENT_SEQ, server.ack);
    }

    /**
     * The client is heard, too: its numbers take the place of the server's.
     *
     * @return whether they are of the same connection, and leave no hole
     */
    static boolean clientAfterServer(long record, Segment client) {
        int ahead = Mem.getInt(record + FlowRecord.CLIENT_ACK) - client.ack;
        int received = Mem.getInt(record + FlowRecord.CLIENT_SEQ);
        first(record, client);
        return client.seq - received <= 0 && received - client.end <= WINDOW && ahead <= WINDOW && ahead >= -WINDOW;
    }

    /** Whether a client's segment has been seen before, and is the first that the server has to acknowledge. */
    static boolean isFirstAgain(long record, Segment client) {
        return client.isSentAgain()
                && client.seq == Mem.getInt(record + FlowRecord.CLIENT_SEQ)
                && Mem.getInt(record + FlowRecord.CLIENT_END) - client.seq > 0;
    }

    /** Whether a RST is the answer of a host that knows no such connection: its number is one that the client acknowledged. */
    static boolean isAnswerTo(long record, int firstAck, Segment rst) {
        return rst.seq - firstAck >= 0 && Mem.getInt(record + FlowRecord.CLIENT_ACK) - rst.seq >= 0;
    }
}
