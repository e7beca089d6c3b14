package io.weir.perf.sink;

import io.weir.bindings.Mem;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Checksum;
import io.weir.engine.packet.Ethernet;
import io.weir.engine.packet.Ipv4;
import io.weir.engine.packet.Ipv6;
import io.weir.engine.packet.Transport;

/**
 * Turns a received frame into its answer, in place and without any state.
 *
 * <p>A datagram goes back as it is. Of TCP, a SYN gets a SYN-ACK, data an ACK (of what this segment carries), a FIN a
 * FIN-ACK; a pure ACK, a SYN-ACK and an RST get nothing. The answer's sequence number is the number that the segment
 * acknowledges, so it fits whatever the client holds. Checksums are right.
 */
public final class Reflector {
    /** The sequence number of every SYN-ACK. */
    public static final int ISN = 0x2000_0000;

    private static final int TTL = 64;

    private final boolean echo;

    /**
     * @param echo whether the answer to data carries the same data
     */
    public Reflector(boolean echo) {
        this.echo = echo;
    }

    /**
     * Makes the answer.
     *
     * @param frame a frame that the parser found to be whole
     * @param length its length
     * @return the answer's length, 0 when there is none
     */
    public int reflect(long frame, int length, Burst burst, int i) {
        long ip = frame + burst.l3(i);
        boolean v4 = (burst.traits(i) & Burst.IPV6) == 0;
        int answer = length;
        if (burst.protocol(i) == Transport.TCP) {
            answer = answerTcp(frame, burst, i, v4);
            if (answer == 0) {
                return 0;
            }
        }
        Ethernet.address(frame, Ethernet.source(frame), Ethernet.destination(frame));
        swapAddresses(ip, v4);
        int ports = burst.ports(i);
        Mem.putIntBe(frame + burst.l4(i), ports << 16 | ports >>> 16);
        if (v4) {
            Mem.putU8(ip + Ipv4.TTL, TTL);
            Ipv4.writeChecksum(ip);
        } else {
            Mem.putU8(ip + Ipv6.HOP_LIMIT, TTL);
        }
        if (burst.protocol(i) == Transport.TCP) {
            int bytes = tcpLength(frame, burst, i, v4);
            Checksum.writeTransport(ip, frame + burst.l4(i), Transport.TCP, Transport.TCP_CHECKSUM, bytes);
        }
        return answer;
    }

    private static void swapAddresses(long ip, boolean v4) {
        if (v4) {
            int source = Mem.getInt(ip + Ipv4.SOURCE);
            Mem.putInt(ip + Ipv4.SOURCE, Mem.getInt(ip + Ipv4.DESTINATION));
            Mem.putInt(ip + Ipv4.DESTINATION, source);
        } else {
            for (int half = 0; half < 16; half += 8) {
                long source = Mem.getLong(ip + Ipv6.SOURCE + half);
                Mem.putLong(ip + Ipv6.SOURCE + half, Mem.getLong(ip + Ipv6.DESTINATION + half));
                Mem.putLong(ip + Ipv6.DESTINATION + half, source);
            }
        }
    }

    private static int tcpLength(long frame, Burst burst, int i, boolean v4) {
        long ip = frame + burst.l3(i);
        int end = v4
                ? burst.l3(i) + Mem.getU16Be(ip + Ipv4.TOTAL_LENGTH)
                : burst.l3(i) + Ipv6.HEADER + Mem.getU16Be(ip + Ipv6.PAYLOAD_LENGTH);
        return end - burst.l4(i);
    }

    /** Writes flags, numbers and lengths; the checksum comes later. Returns the frame's length, or 0. */
    private int answerTcp(long frame, Burst burst, int i, boolean v4) {
        int l4 = burst.l4(i);
        long tcp = frame + l4;
        int flags = Mem.getU8(tcp + Transport.TCP_FLAGS);
        int payloadAt = Receiver.payloadAt(frame, burst, i);
        int payload = burst.end(i) - payloadAt;
        int seq = Mem.getIntBe(tcp + Transport.TCP_SEQ);
        int ack = Mem.getIntBe(tcp + Transport.TCP_ACK);
        boolean syn = (flags & Transport.SYN) != 0;
        boolean fin = (flags & Transport.FIN) != 0;
        if ((flags & Transport.RST) != 0 || syn && (flags & Transport.ACK) != 0 || !syn && !fin && payload == 0) {
            return 0;
        }
        int answerFlags = Transport.ACK | (syn ? Transport.SYN : 0) | (fin ? Transport.FIN : 0);
        boolean keep = echo && payload > 0 && !syn;
        int header = keep ? payloadAt - l4 : Transport.TCP_HEADER; // options go with the payload
        Mem.putIntBe(tcp + Transport.TCP_SEQ, syn ? ISN : ack);
        Mem.putIntBe(tcp + Transport.TCP_ACK, seq + payload + (syn ? 1 : 0) + (fin ? 1 : 0));
        int words = header >>> 2;
        int control = keep ? answerFlags | Transport.PSH : answerFlags;
        Mem.putIntBe(tcp + Transport.TCP_DATA_OFFSET, words << 28 | control << 16 | 0xffff);
        Mem.putU16(tcp + Transport.TCP_URGENT, 0);
        int bytes = header + (keep ? payload : 0);
        long ip = frame + burst.l3(i);
        if (v4) {
            Mem.putU16Be(ip + Ipv4.TOTAL_LENGTH, l4 - burst.l3(i) + bytes);
        } else {
            Mem.putU16Be(ip + Ipv6.PAYLOAD_LENGTH, l4 - burst.l3(i) - Ipv6.HEADER + bytes);
        }
        int end = l4 + bytes;
        if (end < Ethernet.MIN_FRAME) {
            Mem.fill(frame + end, Ethernet.MIN_FRAME - end, 0);
            return Ethernet.MIN_FRAME;
        }
        return end;
    }
}
