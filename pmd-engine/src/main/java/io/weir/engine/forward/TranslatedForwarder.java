package io.weir.engine.forward;

import io.weir.bindings.Mem;
import io.weir.engine.counters.ServerStats;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.forward.NatForwarder.Outcome;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Checksum;
import io.weir.engine.packet.Ipv4;
import io.weir.engine.packet.Ipv6;
import io.weir.engine.packet.SegmentTranslator;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.service.ServiceTable;

/**
 * Forwards the packets of flows whose server knows the client by an endpoint of the node's own: both addresses and ports are
 * exchanged. That is full NAT; and a spliced TCP flow, made of the client's connection and one of the node's own to the
 * server, of which all numbers move by the record's deltas, too.
 *
 * <pre>
 *  client → server:  SEQ −= seqDelta, ACK and SACK −= ackDelta, TSecr −= timestampDelta
 *  server → client:  SEQ += ackDelta, ACK and SACK += seqDelta, TSval += timestampDelta
 * </pre>
 *
 * <p>Owned by one worker. Checksums follow by RFC 1624.
 */
public final class TranslatedForwarder {
    private final NatForwarder nat;
    private final Egress egress;
    private final boolean decrementTtl;
    private final SegmentTranslator translator = new SegmentTranslator();

    /**
     * @param nat the worker's forwarder of plain flows
     * @param egress the worker's way out
     * @param settings the node's
     */
    public TranslatedForwarder(NatForwarder nat, Egress egress, ForwardSettings settings) {
        this.nat = nat;
        this.egress = egress;
        this.decrementTtl = settings.decrementTtl();
    }

    /** Sends frame {@code i}, of a client, to its flow's server. */
    public Outcome toServer(FrameBatch batch, Burst burst, int i, long record, ServiceTable table, PortFacts ports) {
        int server = FlowRecord.server(record);
        long hop = table.nextHop(server);
        int local = FlowRecord.localAddress(record);
        int serverPort = table.serverPort(server);
        int toPort = serverPort == 0 ? FlowRecord.virtualPort(record) : serverPort;
        Outcome outcome = rewrite(
                batch,
                burst,
                i,
                hop,
                ports,
                table.natHi(local),
                table.natLo(local),
                table.serverHi(server),
                table.serverLo(server),
                FlowRecord.localPort(record) << 16 | toPort,
                -delta(record, FlowRecord.SEQ_DELTA),
                -delta(record, FlowRecord.ACK_DELTA),
                0,
                -delta(record, FlowRecord.TIMESTAMP_DELTA));
        return outcome == Outcome.SENT
                ? send(batch, burst, i, hop, 0, ports, server, ServerStats.PACKETS_IN, ServerStats.BYTES_IN)
                : outcome;
    }

    /** Sends frame {@code i}, of a server, to its flow's client. */
    public Outcome toClient(FrameBatch batch, Burst burst, int i, long record, ServiceTable table, PortFacts ports) {
        int server = FlowRecord.server(record);
        int service = FlowRecord.service(record);
        long hop = Mem.getLong(record + FlowRecord.CLIENT_HOP);
        Outcome outcome = rewrite(
                batch,
                burst,
                i,
                hop,
                ports,
                table.virtualHi(service),
                table.virtualLo(service),
                Mem.getLong(record + FlowRecord.CLIENT_HI),
                Mem.getLong(record + FlowRecord.CLIENT_LO),
                FlowRecord.virtualPort(record) << 16 | FlowRecord.clientPort(record),
                delta(record, FlowRecord.ACK_DELTA),
                delta(record, FlowRecord.SEQ_DELTA),
                delta(record, FlowRecord.TIMESTAMP_DELTA),
                0);
        int tag = Mem.getInt(record + FlowRecord.CLIENT_TAG);
        return outcome == Outcome.SENT
                ? send(batch, burst, i, hop, tag, ports, server, ServerStats.PACKETS_OUT, ServerStats.BYTES_OUT)
                : outcome;
    }

    /** One of a spliced flow's deltas; where there are none the word has other uses. */
    private static int delta(long record, int word) {
        return (FlowRecord.condition(record) & FlowRecord.TRANSLATED) != 0 ? Mem.getInt(record + word) : 0;
    }

    private Outcome send(
            FrameBatch batch,
            Burst burst,
            int i,
            long hop,
            int tag,
            PortFacts ports,
            int server,
            int packets,
            int bytes) {
        if (!egress.forward(hop, batch.address[i], batch.length[i], burst.traits(i), tag, ports)) {
            return Outcome.NO_ROOM;
        }
        nat.account(server, packets, bytes, burst.end(i) - burst.l3(i));
        return Outcome.SENT;
    }

    /** Exchanges addresses, ports and numbers, or says why not, with nothing changed. */
    private Outcome rewrite(
            FrameBatch batch,
            Burst burst,
            int i,
            long hop,
            PortFacts facts,
            long fromHi,
            long fromLo,
            long toHi,
            long toLo,
            int ports,
            int seqAdd,
            int ackAdd,
            int tsValAdd,
            int tsEcrAdd) {
        long ip = batch.address[i] + burst.l3(i);
        Outcome obstacle = nat.obstacle(hop, facts, burst.traits(i), burst.end(i) - burst.l3(i), ip);
        if (obstacle != Outcome.SENT) {
            return obstacle;
        }
        long tcp = batch.address[i] + burst.l4(i);
        boolean hasHeader = (burst.traits(i) & Burst.LATER_FRAGMENT) == 0;
        int delta = 0;
        if (hasHeader && (seqAdd | ackAdd | tsValAdd | tsEcrAdd) != 0) {
            delta = translator.translate(tcp, seqAdd, ackAdd, tsValAdd, tsEcrAdd);
            if (delta == SegmentTranslator.MALFORMED) {
                return Outcome.MALFORMED;
            }
        }
        int addresses = (burst.traits(i) & Burst.IPV6) != 0
                ? rewriteIpv6(ip, fromHi, fromLo, toHi, toLo)
                : rewriteIpv4(ip, (int) fromLo, (int) toLo);
        if (hasHeader) {
            delta = Checksum.combine(delta, Checksum.combine(addresses, Checksum.delta32(Mem.getIntBe(tcp), ports)));
            Mem.putIntBe(tcp, ports);
            nat.fixTransport(batch, burst, i, ip, tcp, delta);
        }
        return Outcome.SENT;
    }

    /** Returns what the addresses change in the pseudo header's sum. */
    private int rewriteIpv6(long ip, long fromHi, long fromLo, long toHi, long toLo) {
        long source = ip + Ipv6.SOURCE;
        long destination = ip + Ipv6.DESTINATION;
        int delta = Checksum.combine(
                Checksum.delta128(Mem.getLongBe(source), Mem.getLongBe(source + 8), fromHi, fromLo),
                Checksum.delta128(Mem.getLongBe(destination), Mem.getLongBe(destination + 8), toHi, toLo));
        if (decrementTtl) {
            Mem.putU8(ip + Ipv6.HOP_LIMIT, Mem.getU8(ip + Ipv6.HOP_LIMIT) - 1);
        }
        Mem.putLongBe(source, fromHi);
        Mem.putLongBe(source + 8, fromLo);
        Mem.putLongBe(destination, toHi);
        Mem.putLongBe(destination + 8, toLo);
        return delta;
    }

    private int rewriteIpv4(long ip, int from, int to) {
        int delta = Checksum.combine(
                Checksum.delta32(Mem.getIntBe(ip + Ipv4.SOURCE), from),
                Checksum.delta32(Mem.getIntBe(ip + Ipv4.DESTINATION), to));
        int header = delta;
        if (decrementTtl) {
            Mem.putU8(ip + Ipv4.TTL, Mem.getU8(ip + Ipv4.TTL) - 1);
            header = Checksum.combine(delta, 0xfeff); // the word of TTL and protocol falls by 0x0100
        }
        Mem.putIntBe(ip + Ipv4.SOURCE, from);
        Mem.putIntBe(ip + Ipv4.DESTINATION, to);
        Mem.putU16Be(ip + Ipv4.CHECKSUM, Checksum.apply(Mem.getU16Be(ip + Ipv4.CHECKSUM), header));
        return delta;
    }
}
