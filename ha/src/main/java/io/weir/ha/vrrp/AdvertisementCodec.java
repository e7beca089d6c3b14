package io.weir.ha.vrrp;

import io.weir.bindings.Mem;
import io.weir.engine.packet.Checksum;
import io.weir.ha.HaCounter;
import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * VRRP version 3 on the wire (RFC 9568 §5.2).
 *
 * <pre>
 *   0               1               2               3
 *  +-------+-------+---------------+---------------+---------------+
 *  | ver 3 | type 1|      VRID     |   priority    | address count |
 *  +-------+-------+---------------+---------------+---------------+
 *  | 0     |  interval, centisec.  |           checksum            |
 *  +-------+-----------------------+-------------------------------+
 *  | addresses, 4 or 16 bytes each …                               |
 * </pre>
 *
 * <p><b>Checksum.</b> Over IPv6 it covers RFC 8200's pseudo header. Over IPv4 RFC 5798 was read so, and keepalived and
 * most routers do it; RFC 9568 §5.2.8 says that it covers the message alone. So both are accepted, and the pseudo header
 * is included when sending.
 */
public final class AdvertisementCodec {
    /** Protocol number of VRRP. */
    public static final int PROTOCOL = 112;

    /** TTL and hop limit of every VRRP packet. */
    public static final int HOP_LIMIT = 255;

    /** Bytes before the addresses. */
    public static final int HEADER = 8;

    private static final int VERSION = 3;
    private static final int ADVERTISEMENT = 1;
    private static final int VRID = 1;
    private static final int PRIORITY = 2;
    private static final int COUNT = 3;
    private static final int INTERVAL = 4;
    private static final int CHECKSUM = 6;

    private AdvertisementCodec() {}

    /** Bytes of an advertisement of so many addresses. */
    public static int length(int addresses, boolean v4) {
        return HEADER + addresses * addressSize(v4);
    }

    private static int addressSize(boolean v4) {
        return v4 ? 4 : 16;
    }

    /**
     * Writes an advertisement.
     *
     * @param at room for {@link #length}
     * @param source address that it will be sent from
     * @param destination address that it will be sent to
     * @return its length
     */
    public static int write(long at, Advertisement advertisement, IpAddress source, IpAddress destination) {
        boolean v4 = source.isV4();
        List<IpAddress> addresses = advertisement.addresses();
        int length = length(addresses.size(), v4);
        Mem.putU8(at, VERSION << 4 | ADVERTISEMENT);
        Mem.putU8(at + VRID, advertisement.vrid());
        Mem.putU8(at + PRIORITY, advertisement.priority());
        Mem.putU8(at + COUNT, addresses.size());
        Mem.putU16Be(at + INTERVAL, advertisement.centiseconds());
        Mem.putU16(at + CHECKSUM, 0);
        long to = at + HEADER;
        for (IpAddress address : addresses) {
            if (v4) {
                Mem.putIntBe(to, address.v4());
            } else {
                Mem.putLongBe(to, address.hi());
                Mem.putLongBe(to + 8, address.lo());
            }
            to += addressSize(v4);
        }
        Mem.putU16(at + CHECKSUM, Checksum.finish(Checksum.sum(at, length, pseudoHeader(source, destination, length))));
        return length;
    }

    /**
     * Reads a packet, and checks what RFC 9568 §7.1 demands of every receiver, in its order. What depends on the
     * receiver's configuration is {@link ReceptionRules}' to check.
     *
     * @param anyHopLimit whether it may have come through routers: between unicast peers
     */
    public static Reception read(Datagram packet, boolean anyHopLimit) {
        long at = packet.address();
        int length = packet.length();
        boolean v4 = packet.source().isV4();
        if (packet.hopLimit() != HOP_LIMIT && !anyHopLimit) {
            return new Reception.Ignored(HaCounter.IGNORED_TTL);
        }
        if (length < 1) {
            return new Reception.Ignored(HaCounter.IGNORED_LENGTH);
        }
        if (Mem.getU8(at) >>> 4 != VERSION) {
            return new Reception.Ignored(HaCounter.IGNORED_VERSION);
        }
        if ((Mem.getU8(at) & 0xf) != ADVERTISEMENT) {
            return new Reception.Ignored(HaCounter.IGNORED_TYPE);
        }
        int count = length < HEADER ? 0 : Mem.getU8(at + COUNT);
        int told = length(count, v4);
        if (count == 0 || told > length) { // what is longer has been padded by Ethernet
            return new Reception.Ignored(HaCounter.IGNORED_LENGTH);
        }
        int sum = Checksum.fold(Checksum.sum(at, told, 0));
        boolean plain = v4 && sum == 0xffff;
        if (!plain && Checksum.fold(sum + pseudoHeader(packet.source(), packet.destination(), told)) != 0xffff) {
            return new Reception.Ignored(HaCounter.IGNORED_CHECKSUM);
        }
        List<IpAddress> addresses = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long from = at + HEADER + (long) i * addressSize(v4);
            addresses.add(
                    v4
                            ? IpAddress.ofV4(Mem.getIntBe(from))
                            : new IpAddress(Mem.getLongBe(from), Mem.getLongBe(from + 8)));
        }
        Advertisement advertisement = new Advertisement(
                Mem.getU8(at + VRID),
                Mem.getU8(at + PRIORITY),
                Mem.getU16Be(at + INTERVAL) & Advertisement.MAX_CENTISECONDS, // the rest is reserved, to be ignored
                addresses);
        return new Reception.Heard(advertisement, plain);
    }

    /** Running sum of the pseudo header (RFC 8200 §8.1; over IPv4 the one of RFC 9293 §3.1). */
    private static long pseudoHeader(IpAddress source, IpAddress destination, int length) {
        long sum = PROTOCOL + length;
        for (IpAddress address : List.of(source, destination)) {
            if (!address.isV4()) {
                sum += (address.hi() >>> 32) + (address.hi() & 0xffff_ffffL) + (address.lo() >>> 32);
            }
            sum += address.lo() & 0xffff_ffffL;
        }
        // a sum of words in network order; swapped, it is one of words in this machine's (RFC 1071 §2(B))
        return Short.toUnsignedLong(Short.reverseBytes((short) Checksum.fold(sum)));
    }
}
