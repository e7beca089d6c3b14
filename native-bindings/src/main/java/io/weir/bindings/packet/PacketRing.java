package io.weir.bindings.packet;

import io.weir.bindings.Mem;

/**
 * The reader's side of a TPACKET_V2 receive ring.
 *
 * <p>The kernel and this side pass each slot back and forth by its status word: the kernel stores {@code USER} after the
 * frame (its {@code smp_wmb}, here an acquire load), this side stores {@code KERNEL} when it is done with the frame (a
 * release store). Slots are used strictly in order. Several may be held at once: {@link #next} steps on,
 * {@link #giveBack} returns all that were stepped over. Owned by one thread.
 */
public final class PacketRing {
    private static final int PKTTYPE = PacketAbi.TPACKET2_SIZE + PacketAbi.SOCKADDR_LL_PKTTYPE;

    private final long base;
    private final int slotShift;
    private final int mask;
    private int oldest; // the first slot not given back
    private int current; // the slot to be read next
    private long slot; // address of the slot that next() found
    private long frame;
    private int length;
    private int status;

    PacketRing(long base, int slotSize, int slots) {
        if (Integer.bitCount(slotSize) != 1 || Integer.bitCount(slots) != 1) {
            throw new IllegalArgumentException(
                    "%d slots of %d; powers of two would be right".formatted(slots, slotSize));
        }
        this.base = base;
        this.slotShift = Integer.numberOfTrailingZeros(slotSize);
        this.mask = slots - 1;
    }

    /**
     * Steps to the next received frame, which {@link #frame}, {@link #length} and {@link #isChecksumPartial} describe.
     * A VLAN tag that the kernel took out is put back.
     *
     * @return false when there is none, or all slots are held
     */
    public boolean next() {
        if (current - oldest > mask) {
            return false;
        }
        long at = base + ((long) (current & mask) << slotShift);
        int word = Mem.getIntAcquire(at + PacketAbi.TPACKET2_STATUS); // pairs with the kernel's smp_wmb
        if ((word & PacketAbi.TP_STATUS_USER) == 0) {
            return false;
        }
        current++;
        slot = at;
        status = word;
        length = Mem.getInt(at + PacketAbi.TPACKET2_SNAPLEN);
        frame = at + Mem.getU16(at + PacketAbi.TPACKET2_MAC);
        if ((word & PacketAbi.TP_STATUS_VLAN_VALID) != 0) {
            putTagBack(at);
        }
        return true;
    }

    /** Moves both addresses four bytes ahead and writes tag protocol and tag control into the gap. */
    private void putTagBack(long at) {
        long macs = frame - 4;
        Mem.putLong(macs, Mem.getLong(frame));
        Mem.putInt(macs + 8, Mem.getInt(frame + 8));
        int tpid = (status & PacketAbi.TP_STATUS_VLAN_TPID_VALID) != 0
                ? Mem.getU16(at + PacketAbi.TPACKET2_VLAN_TPID)
                : 0x8100;
        Mem.putU16Be(macs + 12, tpid);
        Mem.putU16Be(macs + 14, Mem.getU16(at + PacketAbi.TPACKET2_VLAN_TCI));
        frame = macs;
        length += 4;
    }

    /** Address of the frame's Ethernet header. */
    public long frame() {
        return frame;
    }

    /** Bytes of the frame. */
    public int length() {
        return length;
    }

    /** Whether the layer-4 checksum holds the pseudo header's sum only ({@code TP_STATUS_CSUMNOTREADY}). */
    public boolean isChecksumPartial() {
        return (status & PacketAbi.TP_STATUS_CSUMNOTREADY) != 0;
    }

    /** Whether the frame is whole and came from outside. */
    public boolean isUsable() {
        return !isTruncated() && !isOutgoing();
    }

    /** Whether the frame was longer than a slot, so that its end is missing: segmentation or GRO was at work. */
    public boolean isTruncated() {
        return Mem.getInt(slot + PacketAbi.TPACKET2_LEN) > Mem.getInt(slot + PacketAbi.TPACKET2_SNAPLEN);
    }

    /** Whether this host sent the frame. */
    public boolean isOutgoing() {
        return Mem.getU8(slot + PKTTYPE) == PacketAbi.PACKET_OUTGOING;
    }

    /** Gives all slots back that were stepped over since the last time; their frames are gone. */
    public void giveBack() {
        int from = oldest;
        int to = current;
        for (int i = from; i != to; i++) {
            Mem.putIntRelease(base + ((long) (i & mask) << slotShift), PacketAbi.TP_STATUS_KERNEL);
        }
        oldest = to;
    }

    /** Slots held now. */
    public int held() {
        return current - oldest;
    }
}
