package io.weir.engine.worker;

import io.weir.bindings.Mem;
import io.weir.bindings.steering.FlowHash;
import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.forward.IcmpTranslator;
import io.weir.engine.forward.IcmpUnwrapper;
import io.weir.engine.forward.TunnelForwarder;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Ipv4;
import io.weir.engine.packet.QuotedOuter;
import io.weir.engine.packet.QuotedPacket;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.service.PathMtu;
import io.weir.engine.service.ServiceTable;
import io.weir.engine.service.TunnelHeaders;

/**
 * ICMP errors of routers on the way to a tunnel's end. One that says that a packet was too long makes the path MTU less; it
 * and what says that the end cannot be reached go on to the client whose packet was in it, if enough of that is quoted. What
 * cannot go on may be about a tunnel of the kernel's, whose address it is then sent to, and is left to it. Owned by one
 * worker.
 */
final class TunnelErrors {
    private final WorkerContext context;
    private final IcmpTranslator translator;
    private final ToKernel kernel;
    private final QuotedOuter outer = new QuotedOuter();
    private final QuotedPacket inner = new QuotedPacket();

    TunnelErrors(WorkerContext context, IcmpTranslator translator, ToKernel kernel) {
        this.context = context;
        this.translator = translator;
        this.kernel = kernel;
    }

    /**
     * Takes an ICMP error if it quotes an encapsulated packet of this node's.
     *
     * @return whether it was consumed
     */
    boolean consume(FrameBatch batch, Burst burst, int i, Pipeline pipeline) {
        QuotedOuter q = outer;
        if (!q.read(batch.address[i], burst, i)
                || q.sourceLo != burst.destinationLo(i)
                || q.sourceHi != burst.destinationHi(i)) {
            return false;
        }
        int end = context.table.tunnelEnd(q.destinationHi, q.destinationLo);
        long tunnel = end < 0 ? 0 : tunnel(end);
        if (tunnel == 0) {
            return false;
        }
        if (IcmpTranslator.isIntact(batch, burst, i)) {
            learn(batch.address[i] + burst.l4(i), end);
            pass(batch, burst, i, tunnel, end, pipeline);
        } else {
            context.egress.drop(batch.address[i], Counter.DROP_BAD_ICMP);
        }
        return true;
    }

    /** The template of a tunnel to this end by which the quoted packet may have gone; 0: there is none. */
    private long tunnel(int end) {
        for (int slot : context.table.slotsAt(end)) {
            long tunnel = context.table.tunnel(slot);
            if (isBy(tunnel)) {
                return tunnel;
            }
        }
        return 0;
    }

    private boolean isBy(long tunnel) {
        return TunnelHeaders.protocol(tunnel) == outer.protocol && TunnelHeaders.port(tunnel) == outer.port;
    }

    private void learn(long icmp, int end) {
        int mtu = outer.ipv6 ? Mem.getIntBe(icmp + Transport.ICMP_REST) : Mem.getU16Be(icmp + Transport.ICMP_REST + 2);
        if (isTooBig(icmp)
                && mtu >= 0
                && mtu < outer.length
                && PathMtu.learn(context.table.path(end), mtu, context.nowMs)) {
            context.counters.increment(Counter.TUNNEL_MTU);
        }
    }

    private boolean isTooBig(long icmp) {
        int type = Mem.getU8(icmp);
        return outer.ipv6
                ? type == Transport.ICMPV6_TOO_BIG
                : type == Transport.ICMP_UNREACHABLE
                        && Mem.getU8(icmp + Transport.ICMP_CODE) == Transport.ICMP_CODE_FRAGMENTATION_NEEDED;
    }

    /** Whether it says that the end cannot be reached, or not in time. */
    private boolean isUnreachable(long icmp) {
        int type = Mem.getU8(icmp);
        return outer.ipv6
                ? type == Transport.ICMPV6_UNREACHABLE || type == Transport.ICMPV6_TIME_EXCEEDED
                : type == Transport.ICMP_UNREACHABLE || type == Transport.ICMP_TIME_EXCEEDED;
    }

    private void pass(FrameBatch batch, Burst burst, int i, long tunnel, int end, Pipeline pipeline) {
        long frame = batch.address[i];
        long icmp = frame + burst.l4(i);
        boolean tooBig = isTooBig(icmp);
        if (!tooBig && !isUnreachable(icmp) || !readInner(frame, burst, i, tunnel)) {
            leave(batch, burst, i);
            return;
        }
        QuotedPacket q = inner;
        long hash = context.hasher.hash(q.sourceHi, q.sourceLo, q.sourcePort);
        int owner = FlowHash.owner(hash, context.workers);
        if (owner != context.worker) {
            pipeline.handOffTo(owner, batch, i);
            return;
        }
        long record = record(end, hash);
        if (record == 0) {
            leave(batch, burst, i);
            return;
        }
        boolean v6 = q.ipv6;
        int typeCode;
        if (tooBig) {
            typeCode = v6
                    ? Transport.ICMPV6_TOO_BIG << 8
                    : Transport.ICMP_UNREACHABLE << 8 | Transport.ICMP_CODE_FRAGMENTATION_NEEDED;
        } else {
            typeCode = v6
                    ? Transport.ICMPV6_UNREACHABLE << 8 | Transport.ICMPV6_CODE_ADDRESS
                    : Transport.ICMP_UNREACHABLE << 8 | Transport.ICMP_CODE_HOST;
        }
        int mtu = tooBig ? TunnelForwarder.mtu(tunnel, context.ports, v6) : 0;
        IcmpUnwrapper.unwrap(batch, burst, i, q.l3, v6, typeCode, mtu, q.sourceHi, q.sourceLo);
        if (q.read(batch.address[i], burst, i)) { // it has moved
            context.counters.increment(Counter.TUNNEL_ICMP);
            translator.toClient(batch, burst, i, q, record, context.table, context.ports);
        } else {
            context.egress.drop(batch.address[i], Counter.DROP_BAD_ICMP);
        }
    }

    /** Reads as much of the packet inside as is quoted. */
    private boolean readInner(long frame, Burst burst, int i, long tunnel) {
        int begin = outer.l3 + TunnelHeaders.length(tunnel);
        int end = burst.end(i);
        if (end - begin < Ipv4.HEADER) {
            return false;
        }
        return inner.read(frame, begin, end, Mem.getU8(frame + begin) >>> 4 == 6);
    }

    /** The flow of the packet inside, whose destination port is a server's. */
    private long record(int end, long hash) {
        ServiceTable table = context.table;
        QuotedPacket q = inner;
        for (int slot : table.slotsAt(end)) {
            int port = table.serverPort(slot);
            if (isBy(table.tunnel(slot))
                    && (port == 0 || port == q.destinationPort)
                    && table.virtualLoOf(slot) == q.destinationLo
                    && table.virtualHiOf(slot) == q.destinationHi) {
                int wildPort = port == 0 ? q.destinationPort : -1;
                long record = context.flows.findByServer(
                        hash, q.sourceHi, q.sourceLo, q.sourcePort, table.endpointOf[slot], table.endpointOf, wildPort);
                if (record != 0 && FlowRecord.protocol(record) == q.protocol) {
                    return record;
                }
            }
        }
        return 0;
    }

    private void leave(FrameBatch batch, Burst burst, int i) {
        if (context.table.owns(burst.destinationHi(i), burst.destinationLo(i))) {
            context.egress.drop(batch.address[i], Counter.DROP_ICMP_NO_FLOW);
        } else {
            kernel.give(batch, burst, i);
        }
    }
}
