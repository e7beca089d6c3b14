package io.weir.engine.forward;

import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Checksum;
import io.weir.engine.packet.Ipv4;
import io.weir.engine.packet.Ipv6;
import io.weir.engine.packet.QuotedPacket;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.service.ServiceTable;

/**
 * Carries ICMP errors about a translated flow to the end that sent the packet they quote, so that path MTU discovery
 * and "port unreachable" work through the balancer. As the flow's packets are translated, so is the quoted one, back
 * into the form in which its sender knows it (RFC 5508 §4; IPVS {@code ip_vs_nat_icmp}).
 *
 * <p>Owned by one worker; consumes the frames it is given.
 */
public final class IcmpTranslator {
    private final Egress egress;
    private final TunnelForwarder tunnels;

    /**
     * @param egress the worker's way out
     * @param tunnels the way to servers behind tunnels
     */
    public IcmpTranslator(Egress egress, TunnelForwarder tunnels) {
        this.egress = egress;
        this.tunnels = tunnels;
    }

    /** Whether an error arrived as it was sent: translation writes a new checksum, which must not hide damage. */
    public static boolean isIntact(FrameBatch batch, Burst burst, int i) {
        if ((batch.flags[i] & FrameBatch.CHECKSUM_PARTIAL) != 0) {
            return true;
        }
        long frame = batch.address[i];
        int length = burst.end(i) - burst.l4(i);
        long pseudo = (burst.traits(i) & Burst.IPV6) != 0
                ? Checksum.pseudoHeader(frame + burst.l3(i), Transport.ICMPV6, length)
                : 0;
        return Checksum.fold(Checksum.sum(frame + burst.l4(i), length, pseudo)) == 0xffff;
    }

    /** An error about a reply, sent to the virtual address: goes to the server that sent the reply. */
    public void toServer(
            FrameBatch batch,
            Burst burst,
            int i,
            QuotedPacket quoted,
            long record,
            ServiceTable table,
            PortFacts ports) {
        int server = FlowRecord.server(record);
        long hop = table.nextHop(server);
        if (!table.isReachable(server)) {
            egress.drop(batch.address[i], Counter.DROP_NO_NEIGHBOUR);
            return;
        }
        long frame = batch.address[i];
        long hi = table.serverHi(server);
        long lo = table.serverLo(server);
        int port = table.serverPort(server) == 0 ? quoted.sourcePort : table.serverPort(server);
        rewriteQuoted(frame, quoted, true, hi, lo, port);
        if (FlowRecord.localPort(record) != 0) {
            int local = FlowRecord.localAddress(record);
            rewriteQuoted(frame, quoted, false, table.natHi(local), table.natLo(local), FlowRecord.localPort(record));
        }
        if ((FlowRecord.condition(record) & FlowRecord.TRANSLATED) != 0) {
            shiftQuoted(
                    frame,
                    quoted,
                    -Mem.getInt(record + FlowRecord.ACK_DELTA),
                    -Mem.getInt(record + FlowRecord.SEQ_DELTA));
        }
        putAddress(frame + burst.l3(i), quoted.ipv6, false, hi, lo);
        sumUp(burst, i, frame);
        if (hop != 0) {
            egress.forward(hop, frame, batch.length[i], burst.traits(i), 0, ports, Counter.ICMP_TRANSLATED);
        } else {
            int length = burst.end(i) - burst.l3(i);
            long client = Mem.getLong(record + FlowRecord.CLIENT_LO);
            long packet = frame + burst.l3(i);
            tunnels.send(table.tunnel(server), packet, length, quoted.ipv6, client, ports, Counter.ICMP_TRANSLATED);
        }
    }

    /** An error about a request, sent to the client by its server or a router there: goes on to the client. */
    public void toClient(
            FrameBatch batch,
            Burst burst,
            int i,
            QuotedPacket quoted,
            long record,
            ServiceTable table,
            PortFacts ports) {
        long frame = batch.address[i];
        int service = FlowRecord.service(record);
        long hi = table.virtualHi(service);
        long lo = table.virtualLo(service);
        rewriteQuoted(frame, quoted, false, hi, lo, FlowRecord.virtualPort(record));
        if (FlowRecord.localPort(record) != 0) {
            long clientHi = Mem.getLong(record + FlowRecord.CLIENT_HI);
            long clientLo = Mem.getLong(record + FlowRecord.CLIENT_LO);
            rewriteQuoted(frame, quoted, true, clientHi, clientLo, FlowRecord.clientPort(record));
            putAddress(frame + burst.l3(i), quoted.ipv6, false, clientHi, clientLo);
        }
        if ((FlowRecord.condition(record) & FlowRecord.TRANSLATED) != 0) {
            shiftQuoted(
                    frame,
                    quoted,
                    Mem.getInt(record + FlowRecord.SEQ_DELTA),
                    Mem.getInt(record + FlowRecord.ACK_DELTA));
        }
        putAddress(frame + burst.l3(i), quoted.ipv6, true, hi, lo);
        sumUp(burst, i, frame);
        long hop = Mem.getLong(record + FlowRecord.CLIENT_HOP);
        int tag = Mem.getInt(record + FlowRecord.CLIENT_TAG);
        egress.forward(hop, frame, batch.length[i], burst.traits(i), tag, ports, Counter.ICMP_TRANSLATED);
    }

    /** Rewrites one end of the quoted packet, with the checksums in it that are there. */
    private static void rewriteQuoted(long frame, QuotedPacket quoted, boolean source, long hi, long lo, int port) {
        long ip = frame + quoted.l3;
        long transport = frame + quoted.l4;
        int portAt = source ? Transport.SOURCE_PORT : Transport.DESTINATION_PORT;
        int oldPort = source ? quoted.sourcePort : quoted.destinationPort;
        int addressDelta;
        if (quoted.ipv6) {
            int field = source ? Ipv6.SOURCE : Ipv6.DESTINATION;
            addressDelta = Checksum.delta128(Mem.getLongBe(ip + field), Mem.getLongBe(ip + field + 8), hi, lo);
        } else {
            int field = source ? Ipv4.SOURCE : Ipv4.DESTINATION;
            addressDelta = Checksum.delta32(Mem.getIntBe(ip + field), (int) lo);
            int checksum = Mem.getU16Be(ip + Ipv4.CHECKSUM);
            Mem.putU16Be(ip + Ipv4.CHECKSUM, Checksum.apply(checksum, addressDelta));
        }
        putAddress(ip, quoted.ipv6, source, hi, lo);
        Mem.putU16Be(transport + portAt, port);
        applyQuoted(frame, quoted, Checksum.combine(addressDelta, Checksum.delta16(oldPort, port)));
    }

    /** Moves the numbers of the quoted segment that are quoted whole. */
    private static void shiftQuoted(long frame, QuotedPacket quoted, int seqAdd, int ackAdd) {
        long tcp = frame + quoted.l4;
        int delta = shift(tcp + Transport.TCP_SEQ, seqAdd);
        if (quoted.l4 + Transport.TCP_FLAGS < quoted.end
                && (Mem.getU8(tcp + Transport.TCP_FLAGS) & Transport.ACK) != 0) {
            delta = Checksum.combine(delta, shift(tcp + Transport.TCP_ACK, ackAdd));
        }
        applyQuoted(frame, quoted, delta);
    }

    private static int shift(long at, int addend) {
        int number = Mem.getIntBe(at);
        Mem.putIntBe(at, number + addend);
        return Checksum.delta32(number, number + addend);
    }

    private static void putAddress(long ip, boolean ipv6, boolean source, long hi, long lo) {
        if (ipv6) {
            int field = source ? Ipv6.SOURCE : Ipv6.DESTINATION;
            Mem.putLongBe(ip + field, hi);
            Mem.putLongBe(ip + field + 8, lo);
        } else {
            Mem.putIntBe(ip + (source ? Ipv4.SOURCE : Ipv4.DESTINATION), (int) lo);
        }
    }

    /** Changes the quoted transport checksum, if it is quoted. */
    private static void applyQuoted(long frame, QuotedPacket quoted, int delta) {
        long transport = frame + quoted.l4;
        int checksumAt = Transport.checksumOffset(quoted.protocol);
        if (quoted.l4 + checksumAt + 2 <= quoted.end) {
            int checksum = Mem.getU16Be(transport + checksumAt);
            if (checksum != 0 || quoted.protocol == Transport.TCP) {
                int updated = Checksum.apply(checksum, delta);
                Mem.putU16Be(
                        transport + checksumAt, updated == 0 && quoted.protocol == Transport.UDP ? 0xffff : updated);
            }
        }
    }

    /** Writes the checksums of a message that has been changed. */
    private static void sumUp(Burst burst, int i, long frame) {
        long ip = frame + burst.l3(i);
        long icmp = frame + burst.l4(i);
        int length = burst.end(i) - burst.l4(i);
        if ((burst.traits(i) & Burst.IPV6) != 0) {
            Checksum.writeTransport(ip, icmp, Transport.ICMPV6, Transport.ICMP_CHECKSUM, length);
        } else {
            Ipv4.writeChecksum(ip);
            Mem.putU16(icmp + Transport.ICMP_CHECKSUM, 0);
            Mem.putU16(icmp + Transport.ICMP_CHECKSUM, Checksum.finish(Checksum.sum(icmp, length, 0)));
        }
    }
}
