package io.weir.bindings.netlink;

import java.net.InetAddress;

/**
 * An entry of the ARP or neighbour discovery cache ({@code struct ndmsg}).
 *
 * @param index the device
 * @param address the neighbour's
 * @param mac its hardware address in the low 48 bits, first byte highest; 0 while unknown
 * @param state {@code NUD_…} bits of {@code linux/neighbour.h}
 */
public record Neighbour(int index, InetAddress address, long mac, int state) implements NetlinkRecord {
    public static final int NUD_INCOMPLETE = 0x01;
    public static final int NUD_REACHABLE = 0x02;
    public static final int NUD_STALE = 0x04;
    public static final int NUD_DELAY = 0x08;
    public static final int NUD_PROBE = 0x10;
    public static final int NUD_FAILED = 0x20;
    public static final int NUD_NOARP = 0x40;
    public static final int NUD_PERMANENT = 0x80;

    private static final int NUD_VALID = NUD_REACHABLE | NUD_STALE | NUD_DELAY | NUD_PROBE | NUD_NOARP | NUD_PERMANENT;

    /** Whether the hardware address may be sent to. */
    public boolean isUsable() {
        return (state & NUD_VALID) != 0 && mac != 0;
    }
}
