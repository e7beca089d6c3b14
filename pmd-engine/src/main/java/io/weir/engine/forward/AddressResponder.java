package io.weir.engine.forward;

import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;
import io.weir.engine.packet.Arp;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Checksum;
import io.weir.engine.packet.Ethernet;
import io.weir.engine.packet.Ipv4;
import io.weir.engine.packet.Ipv6;
import io.weir.engine.packet.NeighbourAdvertisement;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.service.ServiceTable;

/**
 * Answers for the addresses that the engine owns: ARP (RFC 826), neighbour solicitations (RFC 4861 §7.2), and ping.
 *
 * <p>Owned by one worker; consumes the frames it is given.
 */
public final class AddressResponder {
    private static final int SOLICITATION = 24;

    private final Egress egress;

    /**
     * @param egress the worker's way out
     */
    public AddressResponder(Egress egress) {
        this.egress = egress;
    }

    /** Answers an ARP request for an owned address. */
    public void arp(FrameBatch batch, Burst burst, int i, ServiceTable table, PortFacts ports) {
        long frame = batch.address[i];
        long arp = frame + burst.l3(i);
        int port = batch.port[i];
        int sender = Mem.getIntBe(arp + Arp.SENDER_IP);
        int target = Mem.getIntBe(arp + Arp.TARGET_IP);
        if (Mem.getU16Be(arp + Arp.OPCODE) != Arp.REQUEST
                || sender == target
                || !table.answersFor(0, Ipv4.mapped(target), port)) {
            egress.drop(frame, Counter.DROP_ARP_OTHER);
            return;
        }
        long mac = ports.mac()[port];
        long asker = Mem.getLongBe(arp + Arp.SENDER_MAC) >>> 16;
        Mem.putU16Be(arp + Arp.OPCODE, Arp.REPLY);
        Mem.putLongBe(arp + Arp.SENDER_MAC, mac << 16 | target >>> 16);
        Mem.putU16Be(arp + Arp.SENDER_IP + 2, target);
        Mem.putLongBe(arp + Arp.TARGET_MAC, asker << 16 | sender >>> 16);
        Mem.putU16Be(arp + Arp.TARGET_IP + 2, sender);
        Replies.turnRound(frame, mac);
        egress.send(port, frame, batch.length[i], Counter.REPLY_ARP);
    }

    /** Answers an echo request, or a fragment of one, to an owned address. */
    public void echo(FrameBatch batch, Burst burst, int i, PortFacts ports) {
        long frame = batch.address[i];
        long ip = frame + burst.l3(i);
        boolean v6 = (burst.traits(i) & Burst.IPV6) != 0;
        if ((Mem.getU8(frame) & 1) != 0 || !Replies.isUnicastSource(burst.sourceHi(i), burst.sourceLo(i))) {
            egress.drop(frame, Counter.DROP_MARTIAN);
            return;
        }
        if ((burst.traits(i) & Burst.LATER_FRAGMENT) == 0) {
            long icmp = frame + burst.l4(i);
            int from = Mem.getU16Be(icmp);
            int to = v6 ? Transport.ICMPV6_ECHO_REPLY << 8 : Transport.ICMP_ECHO_REPLY << 8;
            Mem.putU16Be(icmp, to);
            if ((batch.flags[i] & FrameBatch.CHECKSUM_PARTIAL) != 0) {
                completeEcho(burst, i, ip, icmp, v6);
            } else {
                int checksum = Mem.getU16Be(icmp + Transport.ICMP_CHECKSUM);
                Mem.putU16Be(icmp + Transport.ICMP_CHECKSUM, Checksum.apply(checksum, Checksum.delta16(from, to)));
            }
        }
        Replies.swapAddresses(ip, v6);
        if (v6) {
            Mem.putU8(ip + Ipv6.HOP_LIMIT, Replies.TTL);
        } else {
            Mem.putU8(ip + Ipv4.TTL, Replies.TTL);
            Ipv4.writeChecksum(ip);
        }
        int port = batch.port[i];
        Replies.turnRound(frame, ports.mac()[port]);
        egress.send(port, frame, batch.length[i], Counter.REPLY_ECHO);
    }

    private static void completeEcho(Burst burst, int i, long ip, long icmp, boolean v6) {
        int length = burst.end(i) - burst.l4(i);
        if (v6) {
            Checksum.writeTransport(ip, icmp, Transport.ICMPV6, Transport.ICMP_CHECKSUM, length);
        } else {
            Mem.putU16(icmp + Transport.ICMP_CHECKSUM, 0);
            Mem.putU16(icmp + Transport.ICMP_CHECKSUM, Checksum.finish(Checksum.sum(icmp, length, 0)));
        }
    }

    /** Answers a neighbour solicitation for an owned address. */
    public void neighbour(FrameBatch batch, Burst burst, int i, ServiceTable table, PortFacts ports) {
        long frame = batch.address[i];
        long ip = frame + burst.l3(i);
        long icmp = frame + burst.l4(i);
        int length = burst.end(i) - burst.l4(i);
        if (!isValid(burst, i, ip, icmp, length)) {
            egress.drop(frame, Counter.DROP_BAD_ND);
            return;
        }
        long targetHi = Mem.getLongBe(icmp + 8);
        long targetLo = Mem.getLongBe(icmp + 16);
        int port = batch.port[i];
        if (!table.answersFor(targetHi, targetLo, port)) {
            egress.drop(frame, Counter.DROP_ARP_OTHER);
            return;
        }
        long answer = egress.pool().allocate();
        if (answer == 0) {
            egress.drop(frame, Counter.DROP_NO_FRAME);
            return;
        }
        long mac = ports.mac()[port];
        int l3 = Replies.answerHeader(frame, burst.l3(i), mac, answer);
        boolean probing = (burst.sourceHi(i) | burst.sourceLo(i)) == 0; // duplicate address detection: tell all nodes
        if (probing) {
            Ethernet.address(answer, NeighbourAdvertisement.ALL_NODES_MAC, mac);
            NeighbourAdvertisement.writeToAll(answer + l3, targetHi, targetLo, mac);
        } else {
            NeighbourAdvertisement.writeAnswer(
                    answer + l3, targetHi, targetLo, mac, burst.sourceHi(i), burst.sourceLo(i));
        }
        egress.pool().release(frame);
        egress.send(port, answer, l3 + Ipv6.HEADER + NeighbourAdvertisement.LENGTH, Counter.REPLY_ND);
    }

    /** RFC 4861 §7.1.1: what a node must check before it believes a solicitation. */
    private static boolean isValid(Burst burst, int i, long ip, long icmp, int length) {
        if (length < SOLICITATION
                || Mem.getU8(ip + Ipv6.HOP_LIMIT) != 255
                || Mem.getU8(icmp + Transport.ICMP_CODE) != 0
                || Mem.getU8(icmp + 8) == 0xff) {
            return false;
        }
        for (int at = SOLICITATION; at < length; ) {
            int units = at + 1 < length ? Mem.getU8(icmp + at + 1) : 0;
            if (units == 0) {
                return false;
            }
            at += units * 8;
        }
        long pseudo = Checksum.pseudoHeader(ip, Transport.ICMPV6, length);
        return Checksum.fold(Checksum.sum(icmp, length, pseudo)) == 0xffff;
    }
}
