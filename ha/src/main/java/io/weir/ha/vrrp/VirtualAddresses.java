package io.weir.ha.vrrp;

import io.weir.scheduler.IpAddress;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * The addresses of a virtual router as its advertisements carry them: each family by itself, each address once, IPv6's
 * link-local ones first (RFC 9568 §5.2.9), sorted, so that all nodes say the same.
 *
 * @param ipv4 the IPv4 ones
 * @param ipv6 the IPv6 ones
 */
public record VirtualAddresses(List<IpAddress> ipv4, List<IpAddress> ipv6) {
    private static final int LINK_LOCAL = 0x3fa; // the first ten bits of fe80::/10

    /** Sorts addresses of both families. */
    public static VirtualAddresses of(Collection<IpAddress> addresses) {
        return new VirtualAddresses(
                sorted(addresses.stream().filter(IpAddress::isV4).toList()),
                sorted(addresses.stream().filter(a -> !a.isV4()).toList()));
    }

    private static List<IpAddress> sorted(List<IpAddress> addresses) {
        return addresses.stream()
                .distinct()
                .sorted(Comparator.comparing((IpAddress a) -> !isLinkLocal(a)).thenComparing(Comparator.naturalOrder()))
                .toList();
    }

    /** Whether an address is an IPv6 link-local one. */
    public static boolean isLinkLocal(IpAddress address) {
        return !address.isV4() && address.hi() >>> 54 == LINK_LOCAL;
    }

    /** The addresses of a family. */
    public List<IpAddress> of(boolean v4) {
        return v4 ? ipv4 : ipv6;
    }

    /**
     * As many of a family as an advertisement can carry: the field counts to 255, and it must not be fragmented. The
     * rest moves with them all the same.
     *
     * @param mtu of the device
     */
    public List<IpAddress> advertised(boolean v4, int mtu) {
        int room = v4 ? (mtu - 20 - AdvertisementCodec.HEADER) / 4 : (mtu - 40 - AdvertisementCodec.HEADER) / 16;
        List<IpAddress> all = of(v4);
        return all.subList(0, Math.min(all.size(), Math.min(Advertisement.MAX_ADDRESSES, room)));
    }
}
