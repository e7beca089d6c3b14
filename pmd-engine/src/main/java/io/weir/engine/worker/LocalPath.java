package io.weir.engine.worker;

import io.weir.bindings.Mem;
import io.weir.bindings.steering.FlowHash;
import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.FragmentTable;
import io.weir.engine.forward.AddressResponder;
import io.weir.engine.forward.IcmpErrors;
import io.weir.engine.forward.IcmpTranslator;
import io.weir.engine.forward.NatForwarder;
import io.weir.engine.forward.Rejecter;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Ethernet;
import io.weir.engine.packet.QuotedPacket;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.service.NextHop;
import io.weir.engine.service.ServiceTable;

/**
 * Everything that is not simply a packet of a flow: ARP, neighbour discovery, ping, ICMP errors, fragments, ports that
 * nobody serves, and what does not concern the engine at all. Owned by one worker.
 */
public final class LocalPath {
    private final WorkerContext context;
    private final Flows flows;
    private final AddressResponder responder;
    private final IcmpErrors errors;
    private final IcmpTranslator translator;
    private final TunnelErrors tunnelErrors;
    private final Rejecter rejecter;
    private final ToKernel kernel;
    private final FragmentTable fragments;
    private final QuotedPacket quoted = new QuotedPacket();
    private final Counter[] counterOf = Counter.values();

    /** Its collaborators, all of the same worker. */
    public LocalPath(
            WorkerContext context,
            Flows flows,
            AddressResponder responder,
            IcmpErrors errors,
            IcmpTranslator translator,
            Rejecter rejecter,
            ToKernel kernel,
            FragmentTable fragments) {
        this.context = context;
        this.flows = flows;
        this.responder = responder;
        this.errors = errors;
        this.translator = translator;
        this.tunnelErrors = new TunnelErrors(context, translator, kernel);
        this.rejecter = rejecter;
        this.kernel = kernel;
        this.fragments = fragments;
    }

    /** Consumes frame {@code i}, or turns it into one that belongs to a flow. */
    void handle(FrameBatch batch, Burst burst, int i, Pipeline pipeline) {
        switch (burst.kind(i)) {
            case Burst.KIND_PORTS -> ports(batch, burst, i, pipeline);
            case Burst.KIND_ICMP -> icmp(batch, burst, i, pipeline);
            case Burst.KIND_FRAGMENT -> fragment(batch, burst, i, pipeline);
            case Burst.KIND_ARP -> {
                burst.setVerdict(i, Pipeline.GONE);
                responder.arp(batch, burst, i, context.table, context.ports);
            }
            case Burst.KIND_DROP -> {
                burst.setVerdict(i, Pipeline.GONE);
                context.egress.drop(batch.address[i], counterOf[burst.drop(i)]);
            }
            default -> otherProtocol(batch, burst, i);
        }
    }

    private void ports(FrameBatch batch, Burst burst, int i, Pipeline pipeline) {
        if ((burst.traits(i) & Burst.FIRST_FRAGMENT) != 0) {
            if ((batch.flags[i] & FrameBatch.HANDED_OFF) == 0) {
                fragments.put(
                        burst.sourceHi(i),
                        burst.sourceLo(i),
                        burst.destinationHi(i),
                        burst.destinationLo(i),
                        burst.fragmentId(i),
                        burst.protocol(i),
                        burst.ports(i),
                        context.nowMs);
            }
            if (pipeline.classify(burst, context.table, i)) {
                return;
            }
        }
        unserved(batch, burst, i);
    }

    /** TCP or UDP, neither to a service nor from a real server. */
    private void unserved(FrameBatch batch, Burst burst, int i) {
        burst.setVerdict(i, Pipeline.GONE);
        if (context.table.owns(burst.destinationHi(i), burst.destinationLo(i))) {
            rejecter.refuse(batch, burst, i, context.ports, context.nowNs, Counter.DROP_NO_SERVICE);
        } else {
            kernel.give(batch, burst, i);
        }
    }

    private void otherProtocol(FrameBatch batch, Burst burst, int i) {
        burst.setVerdict(i, Pipeline.GONE);
        if (!context.table.owns(burst.destinationHi(i), burst.destinationLo(i))) {
            kernel.give(batch, burst, i);
        } else if (context.settings.reject()) {
            errors.protocolUnreachable(batch, burst, i, context.ports, context.nowNs);
        } else {
            context.egress.drop(batch.address[i], Counter.DROP_PROTOCOL);
        }
    }

    private void fragment(FrameBatch batch, Burst burst, int i, Pipeline pipeline) {
        long ports = (batch.flags[i] & FrameBatch.HANDED_OFF) != 0
                ? batch.hint[i] & 0xffff_ffffL
                : fragments.find(
                        burst.sourceHi(i),
                        burst.sourceLo(i),
                        burst.destinationHi(i),
                        burst.destinationLo(i),
                        burst.fragmentId(i),
                        burst.protocol(i),
                        context.nowMs);
        if (ports >= 0) {
            burst.setPorts(i, (int) ports);
            if (pipeline.classify(burst, context.table, i)) {
                context.counters.increment(Counter.FRAGMENTS);
                return;
            }
        }
        burst.setVerdict(i, Pipeline.GONE);
        boolean v6 = (burst.traits(i) & Burst.IPV6) != 0;
        if (!context.table.owns(burst.destinationHi(i), burst.destinationLo(i))) {
            kernel.give(batch, burst, i);
        } else if (burst.protocol(i) == (v6 ? Transport.ICMPV6 : Transport.ICMP)) {
            responder.echo(batch, burst, i, context.ports);
        } else {
            context.egress.drop(batch.address[i], Counter.DROP_FRAGMENT);
        }
    }

    private void icmp(FrameBatch batch, Burst burst, int i, Pipeline pipeline) {
        boolean v6 = (burst.traits(i) & Burst.IPV6) != 0;
        int type = Mem.getU8(batch.address[i] + burst.l4(i));
        if (v6 && type == Transport.ICMPV6_NEIGHBOUR_SOLICITATION) {
            burst.setVerdict(i, Pipeline.GONE);
            responder.neighbour(batch, burst, i, context.table, context.ports);
        } else if (v6 ? Transport.isIcmpV6Error(type) : Transport.isIcmpError(type)) {
            icmpError(batch, burst, i, pipeline);
        } else {
            burst.setVerdict(i, Pipeline.GONE);
            if (!context.table.owns(burst.destinationHi(i), burst.destinationLo(i))) {
                kernel.give(batch, burst, i);
            } else if (type == (v6 ? Transport.ICMPV6_ECHO : Transport.ICMP_ECHO)) {
                responder.echo(batch, burst, i, context.ports);
            } else {
                context.egress.drop(batch.address[i], Counter.DROP_ICMP_TYPE);
            }
        }
    }

    private void icmpError(FrameBatch batch, Burst burst, int i, Pipeline pipeline) {
        burst.setVerdict(i, Pipeline.GONE);
        if (tunnelErrors.consume(batch, burst, i, pipeline)) {
            return;
        }
        long frame = batch.address[i];
        ServiceTable services = context.table;
        boolean ours = services.owns(burst.destinationHi(i), burst.destinationLo(i));
        QuotedPacket q = quoted;
        if (!q.read(frame, burst, i)) {
            unknownError(batch, burst, i, ours);
            return;
        }
        if (services.mayBeNat(q.sourceLo) && context.settings.natPorts().contains(q.sourcePort)) {
            int local = services.nat(q.sourceHi, q.sourceLo);
            if (local >= 0) {
                errorAboutOwnConnection(batch, burst, i, local, pipeline);
                return;
            }
        }
        // sent to the virtual address: it quotes a reply, as the client got it; else it quotes a request
        int service = ours
                ? services.service(q.sourceHi, q.sourceLo, q.sourcePort, q.protocol)
                : services.endpoint(q.destinationHi, q.destinationLo, q.destinationPort, q.protocol);
        if (service < 0) {
            unknownError(batch, burst, i, ours);
            return;
        }
        long clientHi = ours ? q.destinationHi : q.sourceHi;
        long clientLo = ours ? q.destinationLo : q.sourceLo;
        int clientPort = ours ? q.destinationPort : q.sourcePort;
        long hash = context.hasher.hash(clientHi, clientLo, clientPort);
        int owner = FlowHash.owner(hash, context.workers);
        if (owner != context.worker) {
            pipeline.handOffTo(owner, batch, i);
            return;
        }
        if (ours) {
            long key = FlowRecord.key(clientPort, q.sourcePort, service, q.protocol);
            long record = context.flows.find(hash, clientHi, clientLo, key);
            if (record == 0) {
                unknownError(batch, burst, i, true);
            } else if (!IcmpTranslator.isIntact(batch, burst, i)) {
                context.egress.drop(frame, Counter.DROP_BAD_ICMP);
            } else {
                translator.toServer(batch, burst, i, q, record, services, context.ports);
            }
        } else {
            int virtualPort = services.serverPort(service) == 0 ? q.destinationPort : -1;
            long record = context.flows.findByServer(
                    hash, clientHi, clientLo, clientPort, service, services.endpointOf, virtualPort);
            if (record == 0) {
                unknownError(batch, burst, i, false);
            } else if (!IcmpTranslator.isIntact(batch, burst, i)) {
                context.egress.drop(frame, Counter.DROP_BAD_ICMP);
            } else {
                translator.toClient(batch, burst, i, q, record, services, context.ports);
            }
        }
    }

    /** The error quotes a segment of a connection of the node's own to a server: the client of its flow is to know. */
    private void errorAboutOwnConnection(FrameBatch batch, Burst burst, int i, int local, Pipeline pipeline) {
        QuotedPacket q = quoted;
        int owner = context.settings.natPorts().owner(q.sourcePort, context.workers);
        if (owner != context.worker) {
            pipeline.handOffTo(owner, batch, i);
            return;
        }
        long record = flows.atLocalPort(local, q.sourcePort);
        long frame = batch.address[i];
        if (record == 0 || (FlowRecord.condition(record) & FlowRecord.PENDING) != 0) {
            context.egress.drop(frame, Counter.DROP_ICMP_NO_FLOW);
        } else if (!IcmpTranslator.isIntact(batch, burst, i)) {
            context.egress.drop(frame, Counter.DROP_BAD_ICMP);
        } else {
            translator.toClient(batch, burst, i, q, record, context.table, context.ports);
        }
    }

    private void unknownError(FrameBatch batch, Burst burst, int i, boolean ours) {
        if (ours) {
            context.egress.drop(batch.address[i], Counter.DROP_ICMP_NO_FLOW);
        } else {
            kernel.give(batch, burst, i);
        }
    }

    /** Keeps a flow's way back to its client up to date: replies go where the last request came from. */
    void rememberClient(FrameBatch batch, Burst burst, int i, long record) {
        long frame = batch.address[i];
        long hop = NextHop.of(batch.port[i], Ethernet.source(frame));
        if (Mem.getLong(record + FlowRecord.CLIENT_HOP) != hop) {
            Mem.putLong(record + FlowRecord.CLIENT_HOP, hop);
        }
        int tag = (burst.traits(i) & Burst.TAGGED) != 0 ? Mem.getIntBe(frame + Ethernet.TYPE) : 0;
        if (Mem.getInt(record + FlowRecord.CLIENT_TAG) != tag) {
            Mem.putInt(record + FlowRecord.CLIENT_TAG, tag);
        }
    }

    /**
     * Says why a packet cannot go on, and consumes it.
     *
     * @param mtu the longest that could
     */
    void obstacle(NatForwarder.Outcome outcome, FrameBatch batch, Burst burst, int i, int mtu) {
        switch (outcome) {
            case TTL_EXCEEDED -> errors.timeExceeded(batch, burst, i, context.ports, context.nowNs);
            case TOO_BIG -> errors.tooBig(batch, burst, i, context.ports, context.nowNs, mtu);
            case NO_NEIGHBOUR -> context.egress.drop(batch.address[i], Counter.DROP_NO_NEIGHBOUR);
            case MALFORMED -> context.egress.drop(batch.address[i], Counter.DROP_BAD_OPTIONS);
            case NO_ROOM, SENT -> {}
        }
    }
}
