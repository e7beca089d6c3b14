package io.weir.engine.service;

import io.weir.engine.packet.Encapsulation;
import io.weir.engine.packet.Ethernet;
import io.weir.engine.packet.Ipv4;
import io.weir.engine.packet.Ipv6;
import io.weir.engine.packet.Transport;
import io.weir.scheduler.IpAddress;

/**
 * How packets to a server are encapsulated; immutable.
 *
 * @param kind by what
 * @param destination outer destination: the server, or the host that it runs on
 * @param port UDP port there, of a kind that has one
 * @param vni VXLAN's network identifier
 * @param mac VXLAN: the server's own hardware address; 0: that of its next hop
 */
public record Tunnel(Kind kind, IpAddress destination, int port, int vni, long mac) {
    /** Encapsulations. */
    public enum Kind {
        /** IP in IP. */
        IPIP(0),
        /** Generic routing encapsulation. */
        GRE(Encapsulation.GRE_HEADER),
        /** Generic UDP encapsulation. */
        GUE(Transport.UDP_HEADER + Encapsulation.GUE_HEADER),
        /** A frame in UDP, in a virtual network. */
        VXLAN(Transport.UDP_HEADER + Encapsulation.VXLAN_HEADER + Ethernet.HEADER);

        private final int bytes;

        Kind(int bytes) {
            this.bytes = bytes;
        }

        /** Bytes between the outer IP header and the inner one. */
        public int bytes() {
            return bytes;
        }

        /** Whether the outer IP header is followed by one of UDP. */
        public boolean isUdp() {
            return this == GUE || this == VXLAN;
        }
    }

    /** IP in IP to a server. */
    public static Tunnel ipip(IpAddress destination) {
        return new Tunnel(Kind.IPIP, destination, 0, 0, 0);
    }

    /** GRE to a server. */
    public static Tunnel gre(IpAddress destination) {
        return new Tunnel(Kind.GRE, destination, 0, 0, 0);
    }

    /** GUE to a server's port. */
    public static Tunnel gue(IpAddress destination, int port) {
        return new Tunnel(Kind.GUE, destination, port, 0, 0);
    }

    /** VXLAN to a host's port. */
    public static Tunnel vxlan(IpAddress host, int port, int vni, long mac) {
        return new Tunnel(Kind.VXLAN, host, port, vni, mac);
    }

    /** Whether the hardware address of the server's own next hop must be known, too. */
    public boolean needsNeighbour() {
        return kind == Kind.VXLAN && mac == 0;
    }

    /** Bytes that it adds to a packet. */
    public int overhead() {
        return (destination.isV4() ? Ipv4.HEADER : Ipv6.HEADER) + kind.bytes();
    }
}
