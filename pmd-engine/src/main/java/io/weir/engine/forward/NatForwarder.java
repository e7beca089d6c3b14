package io.weir.engine.forward;

import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;
import io.weir.engine.counters.ServerStats;
import io.weir.engine.counters.WorkerCounters;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Checksum;
import io.weir.engine.packet.Ipv4;
import io.weir.engine.packet.Ipv6;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.service.NextHop;
import io.weir.engine.service.ServiceTable;

/**
 * VS/NAT: a client's packet gets the real server's address and port as its destination, a server's packet the virtual
 * address and port as its source; checksums follow by RFC 1624, from deltas that were computed when the table was built.
 *
 * <p>Owned by one worker. {@link #toServer} and {@link #toClient} send the frame, or say why not.
 */
public final class NatForwarder {
    /** What became of a frame. */
    public enum Outcome {
        SENT,
        /** No next hop is known; or there is none, because the packet is for {@link TunnelForwarder}. Nothing is changed. */
        NO_NEIGHBOUR,
        TTL_EXCEEDED,
        TOO_BIG,
        /** The transmit ring was full; counted and released already. */
        NO_ROOM,
        /** TCP options malformed, and numbers in them to be translated. */
        MALFORMED
    }

    private final Egress egress;
    private final long ownLines;
    private final WorkerCounters counters;
    private final boolean decrementTtl;

    /**
     * @param egress the worker's way out
     * @param stats per-server statistics
     * @param worker the worker's number
     * @param counters the worker's counters
     * @param settings the node's
     */
    public NatForwarder(
            Egress egress, ServerStats stats, int worker, WorkerCounters counters, ForwardSettings settings) {
        this.egress = egress;
        this.ownLines = stats.line(worker, 0);
        this.counters = counters;
        this.decrementTtl = settings.decrementTtl();
    }

    /** Sends frame {@code i}, of a client, to its flow's server. */
    public Outcome toServer(FrameBatch batch, Burst burst, int i, long record, ServiceTable table, PortFacts ports) {
        long frame = batch.address[i];
        int l3 = burst.l3(i);
        int traits = burst.traits(i);
        int length = burst.end(i) - l3;
        long ip = frame + l3;
        int server = FlowRecord.server(record);
        long hop = table.nextHop(server);
        Outcome obstacle = obstacle(hop, ports, traits, length, ip);
        if (obstacle != Outcome.SENT) {
            return obstacle;
        }
        rewriteToServer(batch, burst, i, record, table, server);
        if (!egress.forward(hop, frame, batch.length[i], traits, 0, ports)) {
            return Outcome.NO_ROOM;
        }
        account(server, ServerStats.PACKETS_IN, ServerStats.BYTES_IN, length);
        return Outcome.SENT;
    }

    /** Gives a client's packet its server's address and port. */
    void rewriteToServer(FrameBatch batch, Burst burst, int i, long record, ServiceTable table, int server) {
        long frame = batch.address[i];
        int traits = burst.traits(i);
        long ip = frame + burst.l3(i);
        if ((traits & Burst.IPV6) != 0) {
            decrementHopLimit(ip);
            Mem.putLongBe(ip + Ipv6.DESTINATION, table.serverHi(server));
            Mem.putLongBe(ip + Ipv6.DESTINATION + 8, table.serverLo(server));
        } else {
            Mem.putIntBe(ip + Ipv4.DESTINATION, (int) table.serverLo(server));
            Mem.putIntBe(ip + Ipv4.TTL, ttlAndChecksum(Mem.getIntBe(ip + Ipv4.TTL), table.headerDelta(server)));
        }
        if ((traits & Burst.LATER_FRAGMENT) == 0) {
            int port = table.serverPort(server);
            long transport = frame + burst.l4(i);
            if (port != 0) {
                Mem.putU16Be(transport + Transport.DESTINATION_PORT, port);
            }
            fixTransport(batch, burst, i, ip, transport, transportDelta(table, record, server, port));
        }
    }

    /** Sends frame {@code i}, of a server, to its flow's client. */
    public Outcome toClient(FrameBatch batch, Burst burst, int i, long record, ServiceTable table, PortFacts ports) {
        long frame = batch.address[i];
        int l3 = burst.l3(i);
        int traits = burst.traits(i);
        int length = burst.end(i) - l3;
        long ip = frame + l3;
        int server = FlowRecord.server(record);
        long hop = Mem.getLong(record + FlowRecord.CLIENT_HOP);
        Outcome obstacle = obstacle(hop, ports, traits, length, ip);
        if (obstacle != Outcome.SENT) {
            return obstacle;
        }
        if ((traits & Burst.IPV6) != 0) {
            decrementHopLimit(ip);
            Mem.putLongBe(ip + Ipv6.SOURCE, table.virtualHiOf(server));
            Mem.putLongBe(ip + Ipv6.SOURCE + 8, table.virtualLoOf(server));
        } else {
            int delta = Checksum.undo(table.headerDelta(server));
            Mem.putIntBe(ip + Ipv4.SOURCE, (int) table.virtualLoOf(server));
            Mem.putIntBe(ip + Ipv4.TTL, ttlAndChecksum(Mem.getIntBe(ip + Ipv4.TTL), delta));
        }
        if ((traits & Burst.LATER_FRAGMENT) == 0) {
            int port = table.serverPort(server);
            long transport = frame + burst.l4(i);
            if (port != 0) {
                Mem.putU16Be(transport + Transport.SOURCE_PORT, FlowRecord.virtualPort(record));
            }
            int delta = Checksum.undo(transportDelta(table, record, server, port));
            fixTransport(batch, burst, i, ip, transport, delta);
        }
        int tag = Mem.getInt(record + FlowRecord.CLIENT_TAG); // the client's frames came with a tag: so go the replies
        if (!egress.forward(hop, frame, batch.length[i], traits, tag, ports)) {
            return Outcome.NO_ROOM;
        }
        account(server, ServerStats.PACKETS_OUT, ServerStats.BYTES_OUT, length);
        return Outcome.SENT;
    }

    /** Of a service for all ports whose server has one port, the table's delta lacks the port's part. */
    private static int transportDelta(ServiceTable table, long record, int server, int port) {
        int delta = table.transportDelta(server);
        return table.anyPort && port != 0 && table.virtualPortOf(server) == 0
                ? Checksum.combine(delta, Checksum.delta16(FlowRecord.virtualPort(record), port))
                : delta;
    }

    /** What keeps a packet from leaving by a hop; {@link Outcome#SENT}: nothing. */
    Outcome obstacle(long hop, PortFacts ports, int traits, int length, long ip) {
        if (hop == 0) {
            return Outcome.NO_NEIGHBOUR;
        }
        int ttlAt = (traits & Burst.IPV6) != 0 ? Ipv6.HOP_LIMIT : Ipv4.TTL;
        if (decrementTtl && Mem.getU8(ip + ttlAt) <= 1) {
            return Outcome.TTL_EXCEEDED;
        }
        return length > ports.mtu()[NextHop.port(hop)] ? Outcome.TOO_BIG : Outcome.SENT;
    }

    private void decrementHopLimit(long ip) {
        if (decrementTtl) {
            Mem.putU8(ip + Ipv6.HOP_LIMIT, Mem.getU8(ip + Ipv6.HOP_LIMIT) - 1);
        }
    }

    /**
     * The 32 bits from an IPv4 header's TTL to its checksum, after a change elsewhere in the header.
     *
     * @param word TTL, protocol and checksum
     * @param delta of the change
     */
    private int ttlAndChecksum(int word, int delta) {
        int timeToLive = decrementTtl ? 1 : 0;
        // the word of TTL and protocol falls by 0x0100: ~m + m' = 0xffff - 0x0100
        int sum = (~word & 0xffff) + delta + timeToLive * 0xfeff;
        sum = (sum & 0xffff) + (sum >>> 16);
        sum = (sum & 0xffff) + (sum >>> 16);
        return (word - (timeToLive << 24)) & 0xffff_0000 | ~sum & 0xffff;
    }

    /** Moves a transport checksum by a delta, or computes one that an offload was to compute. */
    void fixTransport(FrameBatch batch, Burst burst, int i, long ip, long transport, int delta) {
        int protocol = burst.protocol(i);
        if ((batch.flags[i] & FrameBatch.CHECKSUM_PARTIAL) != 0) {
            int length = burst.end(i) - burst.l4(i);
            Checksum.writeTransport(ip, transport, protocol, Transport.checksumOffset(protocol), length);
            counters.increment(Counter.CHECKSUM_COMPLETED);
            return;
        }
        long at = transport + Transport.checksumOffset(protocol);
        int checksum = Mem.getU16Be(at);
        if (protocol == Transport.UDP) {
            if (checksum == 0) {
                return; // the sender computed none (RFC 768)
            }
            int updated = Checksum.apply(checksum, delta);
            Mem.putU16Be(at, updated == 0 ? 0xffff : updated);
        } else {
            Mem.putU16Be(at, Checksum.apply(checksum, delta));
        }
    }

    /** Counts a packet of a server. */
    void account(int server, int packets, int bytes, int length) {
        long line = ownLines + (long) server * ServerStats.LINE;
        ServerStats.add(line, packets, 1);
        ServerStats.add(line, bytes, length);
    }
}
