package io.weir.engine.packet;

import io.weir.bindings.Mem;

/**
 * Ethernet II (IEEE 802.3) with at most one 802.1Q tag.
 *
 * <pre>
 *  0                   6                   12      14
 * +-------------------+-------------------+-------+----------
 * | destination MAC   | source MAC        | type  | payload …
 * +-------------------+-------------------+-------+----------
 *                                         | 8100  | TCI | type | payload …   (tagged)
 * </pre>
 *
 * MAC addresses are the low 48 bits of a long, most significant byte first on the wire.
 */
public final class Ethernet {
    public static final int DESTINATION = 0;
    public static final int SOURCE = 6;
    public static final int TYPE = 12;
    public static final int HEADER = 14;
    /** Bytes of an 802.1Q tag. */
    public static final int TAG = 4;

    public static final int TYPE_IPV4 = 0x0800;
    public static final int TYPE_ARP = 0x0806;
    public static final int TYPE_VLAN = 0x8100;
    public static final int TYPE_QINQ = 0x88a8;
    public static final int TYPE_IPV6 = 0x86dd;

    /** Length of the shortest frame, without FCS. */
    public static final int MIN_FRAME = 60;

    /** The 48 bits of a MAC address. */
    public static final long MAC_MASK = 0xffff_ffff_ffffL;

    private Ethernet() {}

    /** Source MAC; the frame must hold a whole header. */
    public static long source(long frame) {
        return Mem.getLongBe(frame + SOURCE) >>> 16;
    }

    /** Destination MAC. */
    public static long destination(long frame) {
        return Mem.getLongBe(frame) >>> 16;
    }

    /** Writes both MAC addresses. */
    public static void address(long frame, long destination, long source) {
        Mem.putLongBe(frame, destination << 16 | source >>> 32 & 0xffff);
        Mem.putIntBe(frame + 8, (int) source);
    }

    /** {@code 02:fc:00:00:00:01}. */
    public static String format(long mac) {
        return "%02x:%02x:%02x:%02x:%02x:%02x"
                .formatted(
                        mac >> 40 & 0xff,
                        mac >> 32 & 0xff,
                        mac >> 24 & 0xff,
                        mac >> 16 & 0xff,
                        mac >> 8 & 0xff,
                        mac & 0xff);
    }
}
