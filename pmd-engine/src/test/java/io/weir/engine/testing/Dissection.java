package io.weir.engine.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.scheduler.IpAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/** A frame, or a packet that an ICMP error quotes, taken apart without the product's codecs. */
public final class Dissection {
    private final byte[] bytes;
    private final ByteBuffer buffer;
    private final int l3;
    private final int etherType;
    private final boolean quote;
    private boolean v6;
    private int protocol = -1;
    private int l4;
    private int end;
    private int fragmentOffset;
    private boolean moreFragments;
    private Peer from;
    private Peer to;

    private Dissection(byte[] bytes, int l3, int etherType, boolean quote) {
        this.bytes = bytes;
        this.buffer = ByteBuffer.wrap(bytes);
        this.l3 = l3;
        this.etherType = etherType;
        this.quote = quote;
        if (etherType == 0x0800) {
            ipv4();
        } else if (etherType == 0x86dd) {
            ipv6();
        }
        if (quote) {
            end = Math.min(end, bytes.length);
        } else {
            assertTrue(
                    end <= bytes.length, () -> "packet of %d bytes in a frame of %d".formatted(end - l3, bytes.length));
        }
    }

    /** A whole frame. */
    public static Dissection of(byte[] frame) {
        ByteBuffer buffer = ByteBuffer.wrap(frame);
        int type = buffer.getShort(12) & 0xffff;
        boolean tagged = type == 0x8100 || type == 0x88a8;
        return new Dissection(frame, tagged ? 18 : 14, tagged ? buffer.getShort(16) & 0xffff : type, false);
    }

    private void ipv4() {
        assertEquals(4, u8(l3) >>> 4);
        int header = (u8(l3) & 15) * 4;
        end = l3 + u16(l3 + 2);
        fragmentOffset = (u16(l3 + 6) & 0x1fff) * 8;
        moreFragments = (u16(l3 + 6) & 0x2000) != 0;
        protocol = u8(l3 + 9);
        l4 = l3 + header;
        ports(IpAddress.ofV4(buffer.getInt(l3 + 12)), IpAddress.ofV4(buffer.getInt(l3 + 16)));
    }

    private void ipv6() {
        v6 = true;
        assertEquals(6, u8(l3) >>> 4);
        end = l3 + 40 + u16(l3 + 4);
        protocol = u8(l3 + 6);
        l4 = l3 + 40;
        while (protocol == 0 || protocol == 43 || protocol == 44 || protocol == 60) {
            int next = u8(l4);
            if (protocol == 44) {
                fragmentOffset = u16(l4 + 2) & 0xfff8;
                moreFragments = (u16(l4 + 2) & 1) != 0;
                l4 += 8;
            } else {
                l4 += 8 + u8(l4 + 1) * 8;
            }
            protocol = next;
            if (fragmentOffset != 0) {
                break;
            }
        }
        ports(
                new IpAddress(buffer.getLong(l3 + 8), buffer.getLong(l3 + 16)),
                new IpAddress(buffer.getLong(l3 + 24), buffer.getLong(l3 + 32)));
    }

    private void ports(IpAddress source, IpAddress destination) {
        boolean known = (protocol == 6 || protocol == 17) && fragmentOffset == 0 && l4 + 4 <= bytes.length;
        from = new Peer(source, known ? u16(l4) : 0);
        to = new Peer(destination, known ? u16(l4 + 2) : 0);
    }

    private int u8(int at) {
        return bytes[at] & 0xff;
    }

    private int u16(int at) {
        return buffer.getShort(at) & 0xffff;
    }

    public long destinationMac() {
        return buffer.getLong(0) >>> 16;
    }

    public long sourceMac() {
        return buffer.getLong(6) >>> 16;
    }

    /** The tag's type and TCI as one number; 0 without a tag. */
    public int tag() {
        return l3 == 18 ? buffer.getInt(12) : 0;
    }

    public int etherType() {
        return etherType;
    }

    public boolean isV6() {
        return v6;
    }

    public Peer from() {
        return from;
    }

    public Peer to() {
        return to;
    }

    public int protocol() {
        return protocol;
    }

    public int ttl() {
        return u8(l3 + (v6 ? 7 : 8));
    }

    /** Bytes of the IP packet. */
    public int packetLength() {
        return end - l3;
    }

    public int fragmentOffset() {
        return fragmentOffset;
    }

    public boolean moreFragments() {
        return moreFragments;
    }

    public int flags() {
        return u8(l4 + 13);
    }

    public int seq() {
        return buffer.getInt(l4 + 4);
    }

    public int ack() {
        return buffer.getInt(l4 + 8);
    }

    /** The options of a TCP header. */
    public byte[] tcpOptions() {
        return Arrays.copyOfRange(bytes, l4 + 20, l4 + (u8(l4 + 12) >>> 4) * 4);
    }

    public int window() {
        return u16(l4 + 14);
    }

    /** The transport checksum field. */
    public int checksum() {
        return u16(l4 + checksumOffset());
    }

    public int icmpType() {
        return u8(l4);
    }

    public int icmpCode() {
        return u8(l4 + 1);
    }

    /** The second word of an ICMP header. */
    public int icmpRest() {
        return buffer.getInt(l4 + 4);
    }

    /** What follows the transport header, or the fragment's whole payload. */
    public byte[] payload() {
        int header = fragmentOffset != 0 ? 0 : protocol == 6 ? (u8(l4 + 12) >>> 4) * 4 : protocol < 0 ? 0 : 8;
        return Arrays.copyOfRange(bytes, l4 + header, end);
    }

    /** Transport header and payload. */
    public byte[] transport() {
        return Arrays.copyOfRange(bytes, l4, end);
    }

    /** The IP packet. */
    public byte[] packet() {
        return Arrays.copyOfRange(bytes, l3, end);
    }

    /** What an ARP message says, from its first byte. */
    public ByteBuffer arp() {
        assertEquals(0x0806, etherType);
        return buffer.slice(l3, 28);
    }

    /** The packet that this ICMP error quotes. */
    public Dissection quoted() {
        return new Dissection(payload(), 0, v6 ? 0x86dd : 0x0800, true);
    }

    /** Recomputes every checksum that is whole: IP header, transport, and those of a quoted packet. */
    public Dissection assertChecksums() {
        if (protocol < 0) {
            return this;
        }
        if (!v6) {
            assertEquals(0xffff, Sums.sum(bytes, l3, l4), () -> "IPv4 header checksum of " + this);
        }
        int length = end - l4;
        boolean cut = quote && (v6 ? 40 + u16(l3 + 4) : u16(l3 + 2)) > end - l3;
        if (fragmentOffset != 0 || moreFragments || cut) {
            return this;
        }
        if (protocol == 1) {
            assertEquals(0xffff, Sums.sum(bytes, l4, end), () -> "ICMP checksum of " + this);
        } else if (protocol == 6 || protocol == 58 || protocol == 17 && checksum() != 0) {
            int sum = Sums.transportSum(from, to, protocol, bytes, l4, l4 + length);
            assertEquals(0xffff, sum, () -> "transport checksum of " + this);
        }
        if (!quote && (protocol == 1 && (icmpType() == 3 || icmpType() == 11) || protocol == 58 && icmpType() < 5)) {
            quoted().assertChecksums();
        }
        return this;
    }

    private int checksumOffset() {
        return protocol == 6 ? 16 : protocol == 17 ? 6 : 2;
    }

    @Override
    public String toString() {
        return "%s → %s protocol %d, %s"
                .formatted(from, to, protocol, HexFormat.of().formatHex(bytes));
    }
}
