package io.weir.engine.forward;

import io.weir.bindings.Mem;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Checksum;
import io.weir.engine.packet.Ethernet;
import io.weir.engine.packet.Ipv4;
import io.weir.engine.packet.Ipv6;
import io.weir.engine.port.FrameBatch;

/** What every answer to a frame has in common: it goes back where the frame came from. */
final class Replies {
    /** TTL and hop limit of packets made here. */
    static final int TTL = 64;

    private Replies() {}

    /** Turns a frame's Ethernet addresses round, in place; a VLAN tag stays. */
    static void turnRound(long frame, long portMac) {
        Ethernet.address(frame, Ethernet.source(frame), portMac);
    }

    /** Writes an Ethernet header at {@code to} that answers the frame, tag and all. Returns its length. */
    static int answerHeader(long frame, int l3, long portMac, long to) {
        Mem.copy(frame, to, l3);
        turnRound(to, portMac);
        return l3;
    }

    /** Exchanges the addresses of an IP header; no checksum changes by it. */
    static void swapAddresses(long ip, boolean ipv6) {
        if (ipv6) {
            for (int word = 0; word < 16; word += 8) {
                long source = Mem.getLong(ip + Ipv6.SOURCE + word);
                Mem.putLong(ip + Ipv6.SOURCE + word, Mem.getLong(ip + Ipv6.DESTINATION + word));
                Mem.putLong(ip + Ipv6.DESTINATION + word, source);
            }
        } else {
            int source = Mem.getInt(ip + Ipv4.SOURCE);
            Mem.putInt(ip + Ipv4.SOURCE, Mem.getInt(ip + Ipv4.DESTINATION));
            Mem.putInt(ip + Ipv4.DESTINATION, source);
        }
    }

    /** Writes a fresh IPv4 header without options, checksum included. */
    static void writeIpv4(long ip, int protocol, int payload, int source, int destination) {
        Mem.putIntBe(ip, 0x45000000 | Ipv4.HEADER + payload);
        Mem.putIntBe(ip + Ipv4.ID, Ipv4.DONT_FRAGMENT);
        Mem.putIntBe(ip + Ipv4.TTL, TTL << 24 | protocol << 16);
        Mem.putIntBe(ip + Ipv4.SOURCE, source);
        Mem.putIntBe(ip + Ipv4.DESTINATION, destination);
        Mem.putU16(ip + Ipv4.CHECKSUM, Checksum.finish(Checksum.sum(ip, Ipv4.HEADER, 0)));
    }

    /**
     * Whether a packet may be answered with an error at all (RFC 1122 §3.2.2, RFC 4443 §2.4): sent to one host, from
     * one host, and no later fragment.
     */
    static boolean mayBeAnswered(FrameBatch batch, Burst burst, int i) {
        long frame = batch.address[i];
        if ((Mem.getU8(frame) & 1) != 0 || (burst.traits(i) & Burst.LATER_FRAGMENT) != 0) {
            return false;
        }
        return isUnicastSource(burst.sourceHi(i), burst.sourceLo(i));
    }

    /** Whether an address can be somebody's source address: not unspecified, loopback, multicast or broadcast. */
    static boolean isUnicastSource(long hi, long lo) {
        if (Ipv4.isMapped(hi, lo)) {
            int first = (int) (lo >>> 24) & 0xff;
            return first != 0 && first != 127 && first < 224;
        }
        return hi >>> 56 != 0xff && (hi != 0 || lo != 0 && lo != 1);
    }
}
