package io.weir.engine.forward;

import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;
import io.weir.engine.counters.WorkerCounters;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Checksum;
import io.weir.engine.packet.Ipv4;
import io.weir.engine.packet.Ipv6;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.FrameBatch;

/**
 * Refuses what reaches an owned address and has nowhere to go: TCP by RST (RFC 9293 §3.5.2, group 1), UDP by ICMP port
 * unreachable; or passes it over in silence, as {@code vip.reject} says. Owned by one worker.
 */
public final class Rejecter {
    private final Egress egress;
    private final WorkerCounters counters;
    private final IcmpErrors errors;
    private final TokenBucket rate;
    private final boolean reject;

    /**
     * @param egress the worker's way out
     * @param counters the worker's counters
     * @param errors sends the ICMP errors
     * @param rate limits the RSTs, too
     * @param settings say whether to answer at all
     */
    public Rejecter(
            Egress egress, WorkerCounters counters, IcmpErrors errors, TokenBucket rate, ForwardSettings settings) {
        this.egress = egress;
        this.counters = counters;
        this.errors = errors;
        this.rate = rate;
        this.reject = settings.reject();
    }

    /** Refuses frame {@code i}, which it consumes, and counts it under {@code reason}. */
    public void refuse(FrameBatch batch, Burst burst, int i, PortFacts ports, long nowNs, Counter reason) {
        long frame = batch.address[i];
        if (!reject) {
            egress.drop(frame, reason);
        } else if (burst.protocol(i) != Transport.TCP) {
            errors.portUnreachable(batch, burst, i, ports, nowNs, reason);
        } else {
            reset(batch, burst, i, ports, nowNs, reason);
        }
    }

    /** Whether a packet cannot be a client's: not sent by one host to one host (RFC 1812 §5.3.7, §5.3.4). */
    public static boolean isMartian(FrameBatch batch, Burst burst, int i) {
        return (Mem.getU8(batch.address[i]) & 1) != 0 || !Replies.isUnicastSource(burst.sourceHi(i), burst.sourceLo(i));
    }

    /** Answers a TCP segment with RST from the address it was sent to, whatever {@code vip.reject} says. */
    public void reset(FrameBatch batch, Burst burst, int i, PortFacts ports, long nowNs, Counter reason) {
        long frame = batch.address[i];
        long tcp = frame + burst.l4(i);
        if (!Replies.mayBeAnswered(batch, burst, i) || (Mem.getU8(tcp + Transport.TCP_FLAGS) & Transport.RST) != 0) {
            egress.drop(frame, reason);
            return;
        }
        if (!rate.take(nowNs)) {
            counters.increment(Counter.REPLY_LIMITED);
            egress.drop(frame, reason);
            return;
        }
        counters.increment(reason);
        int port = batch.port[i];
        int length = rewriteAsReset(burst, i, frame);
        Replies.turnRound(frame, ports.mac()[port]);
        egress.send(port, frame, length, Counter.REPLY_RST);
    }

    /** Makes the segment its own RST, in place; it only gets shorter. Returns the frame's length. */
    private static int rewriteAsReset(Burst burst, int i, long frame) {
        long ip = frame + burst.l3(i);
        long tcp = frame + burst.l4(i);
        int flags = Mem.getU8(tcp + Transport.TCP_FLAGS);
        int headerLength = Mem.getU8(tcp + Transport.TCP_DATA_OFFSET) >>> 4 << 2;
        int segmentLength = burst.end(i)
                - burst.l4(i)
                - headerLength
                + ((flags & Transport.SYN) != 0 ? 1 : 0)
                + ((flags & Transport.FIN) != 0 ? 1 : 0);
        int seq = Mem.getIntBe(tcp + Transport.TCP_SEQ);
        int ack = Mem.getIntBe(tcp + Transport.TCP_ACK);
        boolean v6 = (burst.traits(i) & Burst.IPV6) != 0;
        int headers = v6 ? Ipv6.HEADER : Ipv4.HEADER;
        int ports = burst.ports(i);
        long out = ip + headers;
        Mem.putIntBe(out, Integer.rotateLeft(ports, 16));
        boolean acknowledged = (flags & Transport.ACK) != 0;
        Mem.putIntBe(out + Transport.TCP_SEQ, acknowledged ? ack : 0);
        Mem.putIntBe(out + Transport.TCP_ACK, acknowledged ? 0 : seq + segmentLength);
        int resetFlags = acknowledged ? Transport.RST : Transport.RST | Transport.ACK;
        Mem.putIntBe(out + Transport.TCP_DATA_OFFSET, 5 << 28 | resetFlags << 16);
        Mem.putIntBe(out + Transport.TCP_CHECKSUM, 0);
        if (v6) {
            Ipv6.writeHeader(
                    ip,
                    Transport.TCP,
                    Transport.TCP_HEADER,
                    Replies.TTL,
                    burst.destinationHi(i),
                    burst.destinationLo(i),
                    burst.sourceHi(i),
                    burst.sourceLo(i));
        } else {
            Replies.writeIpv4(
                    ip, Transport.TCP, Transport.TCP_HEADER, (int) burst.destinationLo(i), (int) burst.sourceLo(i));
        }
        Checksum.writeTransport(ip, out, Transport.TCP, Transport.TCP_CHECKSUM, Transport.TCP_HEADER);
        return burst.l3(i) + headers + Transport.TCP_HEADER;
    }
}
