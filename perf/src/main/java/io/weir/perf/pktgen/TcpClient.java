package io.weir.perf.pktgen;

import io.weir.bindings.Mem;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Transport;

/**
 * The clients' side of all TCP flows: for each its state and numbers, and what to send next. It knows nothing of frames
 * and clocks; {@link Output} sends. Owned by one thread; allocates nothing after it was made.
 *
 * <pre>
 *  CLOSED ── SYN ──→ SYN_SENT ── SYN-ACK / ACK ──→ ESTABLISHED ── data ──→ DATA_SENT
 *    ↑                                                                        │ ACK / FIN
 *    +──────────────── FIN-ACK / ACK ──── FIN_SENT ←──────────────────────────+
 * </pre>
 *
 * <p>A flow of {@link io.weir.perf.traffic.Protocol#TCP_ESTABLISHED} stays in ESTABLISHED. What gets no answer within
 * {@link #RTO_NS} is sent again, at most {@link #TRIES} times (a fixed time: RFC 6298's would hide what is measured).
 */
final class TcpClient {
    static final byte CLOSED = 0;
    static final byte SYN_SENT = 1;
    static final byte ESTABLISHED = 2;
    static final byte DATA_SENT = 3;
    static final byte FIN_SENT = 4;

    static final long RTO_NS = 1_000_000_000L;
    static final int TRIES = 3;

    /** Sends segments; what finds no room is lost, as on any network. */
    interface Output {
        /**
         * Sends one.
         *
         * @return its payload's length, or -1 when there was no room
         */
        int send(int flow, int flags, int seq, int ack, boolean data, long nowNs);
    }

    private final Output output;
    private final ConnectionCounts counts;
    private final boolean closing;
    private final byte[] state;
    private final byte[] tries;
    private final int[] sndNxt;
    private final int[] sndUna; // of what is repeated when no answer comes
    private final int[] rcvNxt;
    private final long[] sentNs;
    private int isn;
    private int swept;

    /**
     * @param flows how many
     * @param closing whether a connection is closed after one segment of data
     * @param output what sends
     * @param counts what became of connections
     */
    TcpClient(int flows, boolean closing, Output output, ConnectionCounts counts) {
        this.output = output;
        this.counts = counts;
        this.closing = closing;
        state = new byte[flows];
        tries = new byte[flows];
        sndNxt = new int[flows];
        sndUna = new int[flows];
        rcvNxt = new int[flows];
        sentNs = new long[flows];
    }

    byte state(int flow) {
        return state[flow];
    }

    /** Sends a SYN on a closed flow. Returns false when there was no room. */
    boolean open(int flow, long nowNs) {
        isn += 0x0010_0001; // higher each time a flow is used again, so that no old connection is meant (RFC 9293
        // §3.4.1)
        if (output.send(flow, Transport.SYN, isn, 0, false, nowNs) < 0) {
            return false;
        }
        counts.count(ConnectionCounts.OPENED);
        sndUna[flow] = isn;
        sndNxt[flow] = isn + 1;
        enter(flow, SYN_SENT, nowNs);
        return true;
    }

    /** Sends data on an established flow. Returns false when there was no room. */
    boolean sendData(int flow, long nowNs) {
        int seq = sndNxt[flow];
        int payload = output.send(flow, Transport.PSH | Transport.ACK, seq, rcvNxt[flow], true, nowNs);
        if (payload < 0) {
            return false;
        }
        sndUna[flow] = seq;
        sndNxt[flow] = seq + payload;
        return true;
    }

    private void enter(int flow, byte next, long nowNs) {
        state[flow] = next;
        tries[flow] = 0;
        sentNs[flow] = nowNs;
    }

    /** A segment came for a flow. */
    void onSegment(int flow, long frame, Burst burst, int i, long nowNs) {
        long tcp = frame + burst.l4(i);
        int flags = Mem.getU8(tcp + Transport.TCP_FLAGS);
        int header = Mem.getU8(tcp + Transport.TCP_DATA_OFFSET) >>> 4 << 2;
        int payload = burst.end(i) - burst.l4(i) - header;
        onSegment(
                flow,
                flags,
                Mem.getIntBe(tcp + Transport.TCP_SEQ),
                Mem.getIntBe(tcp + Transport.TCP_ACK),
                payload,
                nowNs);
    }

    void onSegment(int flow, int flags, int seq, int ack, int payload, long nowNs) {
        byte now = state[flow];
        if ((flags & Transport.RST) != 0) {
            if (now != CLOSED) {
                counts.count(ConnectionCounts.RESET);
                state[flow] = CLOSED;
            }
        } else if (now == SYN_SENT) {
            onSynAck(flow, flags, seq, ack, nowNs);
        } else if (now == CLOSED || (flags & Transport.ACK) == 0 || (flags & Transport.SYN) != 0) {
            counts.count(ConnectionCounts.UNEXPECTED);
        } else {
            acceptData(flow, seq, payload);
            if (now == DATA_SENT && ack == sndNxt[flow]) {
                close(flow, nowNs);
            } else if (now == FIN_SENT && (flags & Transport.FIN) != 0 && ack == sndNxt[flow]) {
                rcvNxt[flow] = seq + payload + 1;
                output.send(flow, Transport.ACK, sndNxt[flow], rcvNxt[flow], false, nowNs);
                counts.count(ConnectionCounts.COMPLETED);
                state[flow] = CLOSED;
            }
        }
    }

    private void onSynAck(int flow, int flags, int seq, int ack, long nowNs) {
        int both = Transport.SYN | Transport.ACK;
        if ((flags & both) != both || ack != sndNxt[flow]) {
            counts.count(ConnectionCounts.UNEXPECTED);
            return;
        }
        counts.count(ConnectionCounts.ESTABLISHED);
        if (tries[flow] == 0) {
            counts.handshake(nowNs - sentNs[flow]); // of a repeated SYN nobody knows which was answered (Karn)
        }
        rcvNxt[flow] = seq + 1;
        enter(flow, ESTABLISHED, nowNs);
        output.send(flow, Transport.ACK, sndNxt[flow], rcvNxt[flow], false, nowNs);
        sndUna[flow] = sndNxt[flow];
        if (closing) {
            sendData(flow, nowNs); // without room it is repeated later
            enter(flow, DATA_SENT, nowNs);
        }
    }

    private void acceptData(int flow, int seq, int payload) {
        int end = seq + payload;
        if (payload > 0 && end - rcvNxt[flow] > 0) {
            rcvNxt[flow] = end;
        }
    }

    private void close(int flow, long nowNs) {
        sndUna[flow] = sndNxt[flow];
        output.send(flow, Transport.FIN | Transport.ACK, sndNxt[flow], rcvNxt[flow], false, nowNs);
        sndNxt[flow]++;
        enter(flow, FIN_SENT, nowNs);
    }

    /** Looks after some flows in turn whose answers are overdue. */
    void sweep(int howMany, long nowNs) {
        int at = swept;
        for (int i = Math.min(howMany, state.length); i > 0; i--) {
            byte now = state[at];
            if (now != CLOSED && now != ESTABLISHED && nowNs - sentNs[at] >= RTO_NS) {
                repeat(at, now, nowNs);
            }
            at = at + 1 == state.length ? 0 : at + 1;
        }
        swept = at;
    }

    private void repeat(int flow, byte now, long nowNs) {
        if (++tries[flow] > TRIES) {
            counts.count(ConnectionCounts.TIMED_OUT);
            state[flow] = CLOSED;
            return;
        }
        counts.count(ConnectionCounts.REPEATED);
        sentNs[flow] = nowNs;
        switch (now) {
            case SYN_SENT -> output.send(flow, Transport.SYN, sndUna[flow], 0, false, nowNs);
            case DATA_SENT -> {
                int seq = sndUna[flow];
                int payload = output.send(flow, Transport.PSH | Transport.ACK, seq, rcvNxt[flow], true, nowNs);
                if (payload >= 0) {
                    sndNxt[flow] = seq + payload;
                }
            }
            default -> output.send(flow, Transport.FIN | Transport.ACK, sndUna[flow], rcvNxt[flow], false, nowNs);
        }
    }
}
