package io.weir.bindings.netlink;

import static io.weir.bindings.netlink.NetlinkAbi.AF_INET;
import static io.weir.bindings.netlink.NetlinkAbi.AF_INET6;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Messages to records. Families other than IPv4 and IPv6, and a bridge's view of its ports, give none. */
final class RecordParser {
    private static final int MAC_SIZE = 6;

    private RecordParser() {}

    static Optional<NetlinkRecord> parse(NetlinkMessage message) {
        return switch (message.type()) {
            case NetlinkAbi.RTM_NEWLINK, NetlinkAbi.RTM_DELLINK -> link(message);
            case NetlinkAbi.RTM_NEWADDR, NetlinkAbi.RTM_DELADDR -> address(message);
            case NetlinkAbi.RTM_NEWROUTE, NetlinkAbi.RTM_DELROUTE -> route(message);
            case NetlinkAbi.RTM_NEWNEIGH, NetlinkAbi.RTM_DELNEIGH -> neighbour(message);
            default -> Optional.empty();
        };
    }

    private static Optional<NetlinkRecord> link(NetlinkMessage m) {
        if (m.body().limit() < NetlinkAbi.IFINFOMSG_SIZE || m.u8(NetlinkAbi.IFI_FAMILY) != NetlinkAbi.AF_UNSPEC) {
            return Optional.empty();
        }
        Map<Integer, ByteBuffer> a = m.attributes(NetlinkAbi.IFINFOMSG_SIZE);
        int flags = m.i32(NetlinkAbi.IFI_FLAGS);
        return Optional.of(new Link(
                m.i32(NetlinkAbi.IFI_INDEX),
                a.containsKey(NetlinkAbi.IFLA_IFNAME) ? NetlinkMessage.text(a.get(NetlinkAbi.IFLA_IFNAME)) : "",
                mac(a.get(NetlinkAbi.IFLA_ADDRESS)),
                number(a, NetlinkAbi.IFLA_MTU, 0),
                (flags & NetlinkAbi.IFF_UP) != 0,
                (flags & NetlinkAbi.IFF_LOWER_UP) != 0,
                (flags & NetlinkAbi.IFF_LOOPBACK) != 0,
                number(a, NetlinkAbi.IFLA_NUM_RX_QUEUES, 1),
                number(a, NetlinkAbi.IFLA_NUM_TX_QUEUES, 1),
                kind(a.get(NetlinkAbi.IFLA_LINKINFO)),
                number(a, NetlinkAbi.IFLA_MASTER, 0),
                a.containsKey(NetlinkAbi.IFLA_XDP)
                        ? number(
                                NetlinkMessage.attributes(a.get(NetlinkAbi.IFLA_XDP), 0),
                                NetlinkAbi.IFLA_XDP_PROG_ID,
                                0)
                        : 0));
    }

    private static String kind(ByteBuffer info) {
        ByteBuffer kind =
                info == null ? null : NetlinkMessage.attributes(info, 0).get(NetlinkAbi.IFLA_INFO_KIND);
        return kind == null ? "" : NetlinkMessage.text(kind);
    }

    private static Optional<NetlinkRecord> address(NetlinkMessage m) {
        if (m.body().limit() < NetlinkAbi.IFADDRMSG_SIZE || !isInternet(m.u8(NetlinkAbi.IFA_FAMILY))) {
            return Optional.empty();
        }
        Map<Integer, ByteBuffer> a = m.attributes(NetlinkAbi.IFADDRMSG_SIZE);
        // on a point-to-point link IFA_ADDRESS is the other end; plain IPv6 addresses have no IFA_LOCAL
        Optional<InetAddress> own = internet(a.getOrDefault(NetlinkAbi.IFA_LOCAL, a.get(NetlinkAbi.IFA_ADDRESS)));
        int flags = number(a, NetlinkAbi.IFA_FLAGS, 0);
        return own.map(address -> new Address(
                m.i32(NetlinkAbi.IFA_INDEX),
                address,
                m.u8(NetlinkAbi.IFA_PREFIXLEN),
                internet(a.get(NetlinkAbi.IFA_BROADCAST)),
                m.u8(NetlinkAbi.IFA_SCOPE),
                (flags & (NetlinkAbi.IFA_F_TENTATIVE | NetlinkAbi.IFA_F_DADFAILED)) == 0));
    }

    private static Optional<NetlinkRecord> route(NetlinkMessage m) {
        if (m.body().limit() < NetlinkAbi.RTMSG_SIZE || !isInternet(m.u8(NetlinkAbi.RTM_FAMILY))) {
            return Optional.empty();
        }
        Map<Integer, ByteBuffer> a = m.attributes(NetlinkAbi.RTMSG_SIZE);
        InetAddress any = internet(ByteBuffer.allocate(m.u8(NetlinkAbi.RTM_FAMILY) == AF_INET ? 4 : 16))
                .orElseThrow();
        return Optional.of(new Route(
                internet(a.get(NetlinkAbi.RTA_DST)).orElse(any),
                m.u8(NetlinkAbi.RTM_DST_LEN),
                Route.Type.of(m.u8(NetlinkAbi.RTM_TYPE)),
                number(a, NetlinkAbi.RTA_TABLE, m.u8(NetlinkAbi.RTM_TABLE)),
                m.u8(NetlinkAbi.RTM_PROTOCOL),
                m.u8(NetlinkAbi.RTM_SCOPE),
                number(a, NetlinkAbi.RTA_PRIORITY, 0) & 0xffff_ffffL,
                internet(a.get(NetlinkAbi.RTA_PREFSRC)),
                nextHops(a)));
    }

    private static List<NextHop> nextHops(Map<Integer, ByteBuffer> a) {
        ByteBuffer multipath = a.get(NetlinkAbi.RTA_MULTIPATH);
        if (multipath == null) {
            return a.containsKey(NetlinkAbi.RTA_OIF)
                    ? List.of(new NextHop(number(a, NetlinkAbi.RTA_OIF, 0), gateway(a), 1))
                    : List.of();
        }
        List<NextHop> hops = new ArrayList<>();
        int at = 0;
        while (multipath.limit() - at >= NetlinkAbi.RTNEXTHOP_SIZE) {
            int length = multipath.getShort(at) & 0xffff;
            if (length < NetlinkAbi.RTNEXTHOP_SIZE || length > multipath.limit() - at) {
                break;
            }
            ByteBuffer hop = NetlinkMessage.slice(multipath, at, length);
            hops.add(new NextHop(
                    hop.getInt(NetlinkAbi.RTNH_IFINDEX),
                    gateway(NetlinkMessage.attributes(hop, NetlinkAbi.RTNEXTHOP_SIZE)),
                    (hop.get(NetlinkAbi.RTNH_HOPS) & 0xff) + 1));
            at += length + 3 & ~3;
        }
        return List.copyOf(hops);
    }

    private static Optional<InetAddress> gateway(Map<Integer, ByteBuffer> a) {
        ByteBuffer via = a.get(NetlinkAbi.RTA_VIA);
        if (via != null && via.limit() > NetlinkAbi.RTVIA_ADDR) {
            return internet(NetlinkMessage.slice(via, NetlinkAbi.RTVIA_ADDR, via.limit() - NetlinkAbi.RTVIA_ADDR));
        }
        return internet(a.get(NetlinkAbi.RTA_GATEWAY));
    }

    private static Optional<NetlinkRecord> neighbour(NetlinkMessage m) {
        if (m.body().limit() < NetlinkAbi.NDMSG_SIZE || !isInternet(m.u8(NetlinkAbi.NDM_FAMILY))) {
            return Optional.empty();
        }
        Map<Integer, ByteBuffer> a = m.attributes(NetlinkAbi.NDMSG_SIZE);
        return internet(a.get(NetlinkAbi.NDA_DST))
                .map(address -> new Neighbour(
                        m.i32(NetlinkAbi.NDM_IFINDEX),
                        address,
                        mac(a.get(NetlinkAbi.NDA_LLADDR)),
                        m.u16(NetlinkAbi.NDM_STATE)));
    }

    private static boolean isInternet(int family) {
        return family == AF_INET || family == AF_INET6;
    }

    private static Optional<InetAddress> internet(ByteBuffer value) {
        if (value == null || value.limit() != 4 && value.limit() != 16) {
            return Optional.empty();
        }
        byte[] bytes = new byte[value.limit()];
        value.get(0, bytes);
        try {
            return Optional.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of 4 or 16 bytes", e);
        }
    }

    private static long mac(ByteBuffer value) {
        if (value == null || value.limit() != MAC_SIZE) {
            return 0;
        }
        long mac = 0;
        for (int i = 0; i < MAC_SIZE; i++) {
            mac = mac << 8 | value.get(i) & 0xff;
        }
        return mac;
    }

    private static int number(Map<Integer, ByteBuffer> attributes, int type, int otherwise) {
        ByteBuffer value = attributes.get(type);
        return value == null || value.limit() < Integer.BYTES ? otherwise : value.getInt(0);
    }
}
