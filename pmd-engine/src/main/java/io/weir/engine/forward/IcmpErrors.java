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
 * Sends ICMP errors (RFC 792, RFC 1191, RFC 4443) about a packet back to its sender, as a router would: from an
 * address of the device that the packet came in by, with as much of the packet quoted as the RFCs allow (576 bytes in
 * all for IPv4, 1280 for IPv6), and at a limited rate. Owned by one worker.
 */
public final class IcmpErrors {
    private static final int MAX_IPV4 = 576;

    private final Egress egress;
    private final WorkerCounters counters;
    private final TokenBucket rate;

    /**
     * @param egress the worker's way out
     * @param counters the worker's counters
     * @param rate shared with whatever else answers unasked
     */
    public IcmpErrors(Egress egress, WorkerCounters counters, TokenBucket rate) {
        this.egress = egress;
        this.counters = counters;
        this.rate = rate;
    }

    /** TTL or hop limit used up on the way through here. */
    public void timeExceeded(FrameBatch batch, Burst burst, int i, PortFacts ports, long nowNs) {
        boolean v6 = (burst.traits(i) & Burst.IPV6) != 0;
        int type = v6 ? Transport.ICMPV6_TIME_EXCEEDED : Transport.ICMP_TIME_EXCEEDED;
        send(batch, burst, i, ports, nowNs, type, 0, 0, false, Counter.DROP_TTL);
    }

    /** Longer than the link on the way out takes. */
    public void tooBig(FrameBatch batch, Burst burst, int i, PortFacts ports, long nowNs, int mtu) {
        boolean v6 = (burst.traits(i) & Burst.IPV6) != 0;
        int type = v6 ? Transport.ICMPV6_TOO_BIG : Transport.ICMP_UNREACHABLE;
        int code = v6 ? 0 : Transport.ICMP_CODE_FRAGMENTATION_NEEDED;
        send(batch, burst, i, ports, nowNs, type, code, mtu, false, Counter.DROP_TOO_BIG);
    }

    /** No such port at the destination, which is an address of ours: it is the one that answers. */
    public void portUnreachable(FrameBatch batch, Burst burst, int i, PortFacts ports, long nowNs, Counter reason) {
        boolean v6 = (burst.traits(i) & Burst.IPV6) != 0;
        int type = v6 ? Transport.ICMPV6_UNREACHABLE : Transport.ICMP_UNREACHABLE;
        int code = v6 ? Transport.ICMPV6_CODE_PORT : Transport.ICMP_CODE_PORT;
        send(batch, burst, i, ports, nowNs, type, code, 0, true, reason);
    }

    /** No such protocol at the destination, which is an address of ours. */
    public void protocolUnreachable(FrameBatch batch, Burst burst, int i, PortFacts ports, long nowNs) {
        boolean v6 = (burst.traits(i) & Burst.IPV6) != 0;
        int type = v6 ? Transport.ICMPV6_PARAMETER : Transport.ICMP_UNREACHABLE;
        int code = v6 ? Transport.ICMPV6_CODE_NEXT_HEADER : Transport.ICMP_CODE_PROTOCOL;
        send(batch, burst, i, ports, nowNs, type, code, v6 ? Ipv6.NEXT_HEADER : 0, true, Counter.DROP_PROTOCOL);
    }

    private void send(
            FrameBatch batch,
            Burst burst,
            int i,
            PortFacts ports,
            long nowNs,
            int type,
            int code,
            int rest,
            boolean fromDestination,
            Counter reason) {
        long frame = batch.address[i];
        if (burst.kind(i) == Burst.KIND_ICMP && isError(burst, i, frame) || !Replies.mayBeAnswered(batch, burst, i)) {
            egress.drop(frame, reason);
            return;
        }
        if (!rate.take(nowNs)) {
            counters.increment(Counter.REPLY_LIMITED);
            egress.drop(frame, reason);
            return;
        }
        long answer = egress.pool().allocate();
        if (answer == 0) {
            egress.drop(frame, Counter.DROP_NO_FRAME);
            return;
        }
        int port = batch.port[i];
        int l3 = Replies.answerHeader(frame, burst.l3(i), ports.mac()[port], answer);
        int length = (burst.traits(i) & Burst.IPV6) != 0
                ? writeIpv6(burst, i, frame, answer + l3, port, ports, type << 8 | code, rest, fromDestination)
                : writeIpv4(burst, i, frame, answer + l3, port, ports, type << 8 | code, rest, fromDestination);
        egress.drop(frame, reason);
        egress.send(port, answer, l3 + length, Counter.REPLY_ICMP);
    }

    private int writeIpv4(
            Burst burst, int i, long frame, long ip, int port, PortFacts ports, int typeCode, int rest, boolean own) {
        long offending = frame + burst.l3(i);
        int quoted = Math.min(burst.end(i) - burst.l3(i), MAX_IPV4 - Ipv4.HEADER - Transport.ICMP_HEADER);
        long icmp = ip + Ipv4.HEADER;
        int source = own || ports.ipv4()[port] == 0 ? (int) burst.destinationLo(i) : ports.ipv4()[port];
        Replies.writeIpv4(ip, Transport.ICMP, Transport.ICMP_HEADER + quoted, source, (int) burst.sourceLo(i));
        Mem.putIntBe(icmp, typeCode << 16);
        Mem.putIntBe(icmp + Transport.ICMP_REST, rest);
        Mem.copy(offending, icmp + Transport.ICMP_HEADER, quoted);
        Mem.putU16(
                icmp + Transport.ICMP_CHECKSUM, Checksum.finish(Checksum.sum(icmp, Transport.ICMP_HEADER + quoted, 0)));
        return Ipv4.HEADER + Transport.ICMP_HEADER + quoted;
    }

    private int writeIpv6(
            Burst burst, int i, long frame, long ip, int port, PortFacts ports, int typeCode, int rest, boolean own) {
        long offending = frame + burst.l3(i);
        int room = Math.min(Ipv6.MIN_MTU, egress.pool().capacity() - burst.l3(i));
        int quoted = Math.min(burst.end(i) - burst.l3(i), room - Ipv6.HEADER - Transport.ICMP_HEADER);
        int payload = Transport.ICMP_HEADER + quoted;
        boolean fromDestination = own || (ports.ipv6Hi()[port] | ports.ipv6Lo()[port]) == 0;
        Ipv6.writeHeader(
                ip,
                Transport.ICMPV6,
                payload,
                Replies.TTL,
                fromDestination ? burst.destinationHi(i) : ports.ipv6Hi()[port],
                fromDestination ? burst.destinationLo(i) : ports.ipv6Lo()[port],
                burst.sourceHi(i),
                burst.sourceLo(i));
        long icmp = ip + Ipv6.HEADER;
        Mem.putIntBe(icmp, typeCode << 16);
        Mem.putIntBe(icmp + Transport.ICMP_REST, rest);
        Mem.copy(offending, icmp + Transport.ICMP_HEADER, quoted);
        Checksum.writeTransport(ip, icmp, Transport.ICMPV6, Transport.ICMP_CHECKSUM, payload);
        return Ipv6.HEADER + payload;
    }

    private static boolean isError(Burst burst, int i, long frame) {
        int type = Mem.getU8(frame + burst.l4(i));
        return (burst.traits(i) & Burst.IPV6) != 0 ? Transport.isIcmpV6Error(type) : Transport.isIcmpError(type);
    }
}
