package io.weir.engine.packet;

import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;
import io.weir.engine.port.FrameBatch;

/**
 * Stage 2: finds the headers of each frame and believes no length before it has checked it.
 *
 * <p>Stateless. For every frame it either fills the {@link Burst}'s arrays with offsets that lie inside the frame, or
 * sets {@link Burst#KIND_DROP} with the reason. It reads nothing beyond the frame's length. Sources: RFC 791, 8200,
 * 9293, 768, 792, 4443, 826; IEEE 802.1Q.
 */
public final class Parser {
    private Parser() {}

    /** Parses all frames of a batch. */
    public static void parse(FrameBatch batch, Burst burst) {
        for (int i = 0, n = batch.size; i < n; i++) {
            parse(batch.address[i], batch.length[i], burst, i);
        }
    }

    /** Parses one frame into position {@code i}. */
    public static void parse(long frame, int length, Burst burst, int i) {
        if (length < Ethernet.HEADER) {
            drop(burst, i, Counter.DROP_SHORT);
            return;
        }
        burst.setStation(i, Ethernet.destination(frame));
        int type = Mem.getU16Be(frame + Ethernet.TYPE);
        int l3 = Ethernet.HEADER;
        int traits = 0;
        if (type == Ethernet.TYPE_VLAN || type == Ethernet.TYPE_QINQ) {
            l3 += Ethernet.TAG;
            if (length < l3) {
                drop(burst, i, Counter.DROP_SHORT);
                return;
            }
            type = Mem.getU16Be(frame + Ethernet.TYPE + Ethernet.TAG);
            traits = Burst.TAGGED;
        }
        burst.setL3(i, l3);
        burst.setTraits(i, traits);
        if (type == Ethernet.TYPE_IPV4) {
            parseIpv4(frame, length, burst, i, l3);
        } else if (type == Ethernet.TYPE_IPV6) {
            Ipv6Parser.parse(frame, length, burst, i, l3);
        } else if (type == Ethernet.TYPE_ARP) {
            parseArp(frame, length, burst, i, l3);
        } else {
            drop(burst, i, Counter.DROP_ETHER_TYPE);
        }
    }

    private static void parseIpv4(long frame, int length, Burst burst, int i, int l3) {
        long ip = frame + l3;
        int room = length - l3;
        if (room < Ipv4.HEADER) {
            drop(burst, i, Counter.DROP_SHORT);
            return;
        }
        int versionLength = Mem.getU8(ip);
        if (versionLength >>> 4 != 4) {
            drop(burst, i, Counter.DROP_BAD_VERSION);
            return;
        }
        int headerLength = (versionLength & 0x0f) << 2;
        int totalLength = Mem.getU16Be(ip + Ipv4.TOTAL_LENGTH);
        if (headerLength < Ipv4.HEADER || totalLength < headerLength || totalLength > room) {
            drop(burst, i, Counter.DROP_BAD_HEADER);
            return;
        }
        if (!Ipv4.hasRightChecksum(ip, headerLength)) {
            drop(burst, i, Counter.DROP_BAD_CHECKSUM);
            return;
        }
        burst.setSourceHi(i, 0);
        burst.setSourceLo(i, Ipv4.mapped(Mem.getIntBe(ip + Ipv4.SOURCE)));
        burst.setDestinationHi(i, 0);
        burst.setDestinationLo(i, Ipv4.mapped(Mem.getIntBe(ip + Ipv4.DESTINATION)));
        int protocol = Mem.getU8(ip + Ipv4.PROTOCOL);
        int fragment = Mem.getU16Be(ip + Ipv4.FRAGMENT) & (Ipv4.MORE_FRAGMENTS | Ipv4.FRAGMENT_OFFSET);
        if (fragment != 0) {
            burst.setFragmentId(i, Mem.getU16Be(ip + Ipv4.ID));
            burst.setTraits(
                    i,
                    burst.traits(i)
                            | ((fragment & Ipv4.FRAGMENT_OFFSET) != 0 ? Burst.LATER_FRAGMENT : Burst.FIRST_FRAGMENT));
        }
        parseTransport(frame, burst, i, protocol, l3 + headerLength, l3 + totalLength, Transport.ICMP);
    }

    /** The transport header behind either IP header; {@code icmp} is the ICMP that belongs to this version of IP. */
    static void parseTransport(long frame, Burst burst, int i, int protocol, int l4, int end, int icmp) {
        burst.setProtocol(i, protocol);
        burst.setL4(i, l4);
        burst.setEnd(i, end);
        burst.setTcpFlags(i, 0);
        int room = end - l4;
        long transport = frame + l4;
        if ((burst.traits(i) & Burst.LATER_FRAGMENT) != 0) {
            burst.setKind(i, Burst.KIND_FRAGMENT);
            burst.setPorts(i, 0);
        } else if (protocol == Transport.TCP) {
            if (room < Transport.TCP_HEADER) {
                drop(burst, i, Counter.DROP_SHORT);
                return;
            }
            int headerLength = Mem.getU8(transport + Transport.TCP_DATA_OFFSET) >>> 4 << 2;
            if (headerLength < Transport.TCP_HEADER || headerLength > room) {
                drop(burst, i, Counter.DROP_BAD_TCP);
                return;
            }
            burst.setKind(i, Burst.KIND_PORTS);
            burst.setPorts(i, Mem.getIntBe(transport));
            burst.setTcpFlags(i, Mem.getU8(transport + Transport.TCP_FLAGS));
        } else if (protocol == Transport.UDP) {
            if (room < Transport.UDP_HEADER) {
                drop(burst, i, Counter.DROP_SHORT);
                return;
            }
            int udpLength = Mem.getU16Be(transport + Transport.UDP_LENGTH);
            boolean whole = (burst.traits(i) & Burst.FIRST_FRAGMENT) == 0;
            if (udpLength < Transport.UDP_HEADER || whole && udpLength > room) {
                drop(burst, i, Counter.DROP_BAD_UDP);
                return;
            }
            burst.setKind(i, Burst.KIND_PORTS);
            burst.setPorts(i, Mem.getIntBe(transport));
        } else if (protocol == icmp) {
            if (room < Transport.ICMP_HEADER) {
                drop(burst, i, Counter.DROP_BAD_ICMP);
                return;
            }
            burst.setKind(i, Burst.KIND_ICMP);
            burst.setPorts(i, 0);
        } else {
            burst.setKind(i, Burst.KIND_OTHER_PROTOCOL);
            burst.setPorts(i, 0);
        }
    }

    private static void parseArp(long frame, int length, Burst burst, int i, int l3) {
        if (length < l3 + Arp.LENGTH || Mem.getLongBe(frame + l3) >>> 16 != Arp.IPV4_OVER_ETHERNET) {
            drop(burst, i, Counter.DROP_BAD_ARP);
            return;
        }
        burst.setKind(i, Burst.KIND_ARP);
        burst.setEnd(i, l3 + Arp.LENGTH);
        burst.setDestinationHi(i, 0);
        burst.setDestinationLo(i, Ipv4.mapped(Mem.getIntBe(frame + l3 + Arp.TARGET_IP)));
    }

    static void drop(Burst burst, int i, Counter reason) {
        burst.setKind(i, Burst.KIND_DROP);
        burst.setDrop(i, reason.ordinal());
    }
}
