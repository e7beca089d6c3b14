package io.weir.engine.packet;

import io.weir.bindings.Mem;

/**
 * An ARP request for one's own address (RFC 5227 §1.1, announcement): whoever has the address in its table takes the
 * new hardware address, and switches learn the port.
 */
public final class GratuitousArp {
    private static final long BROADCAST = 0xffff_ffff_ffffL;

    private GratuitousArp() {}

    /**
     * Writes the whole frame, padded.
     *
     * @param at room for {@link Ethernet#MIN_FRAME} bytes
     * @param mac hardware address that the address is at from now on
     * @param address the address
     * @return the frame's length
     */
    public static int write(long at, long mac, int address) {
        Mem.fill(at, Ethernet.MIN_FRAME, 0);
        Ethernet.address(at, BROADCAST, mac);
        Mem.putU16Be(at + Ethernet.TYPE, Ethernet.TYPE_ARP);
        long arp = at + Ethernet.HEADER;
        Mem.putLongBe(arp, Arp.IPV4_OVER_ETHERNET << 16 | Arp.REQUEST);
        Mem.putLongBe(arp + Arp.SENDER_MAC, mac << 16);
        Mem.putIntBe(arp + Arp.SENDER_IP, address);
        Mem.putIntBe(arp + Arp.TARGET_IP, address);
        return Ethernet.MIN_FRAME;
    }
}
