package io.weir.bindings.netlink;

import static io.weir.bindings.netlink.NetlinkAbi.NLM_F_ACK;
import static io.weir.bindings.netlink.NetlinkAbi.NLM_F_CREATE;
import static io.weir.bindings.netlink.NetlinkAbi.NLM_F_DUMP;

import io.weir.bindings.Errno;
import io.weir.bindings.NativeException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Questions and orders to the kernel's network configuration (rtnetlink, {@code rtnetlink(7)}).
 *
 * <p>Works on the network namespace of the thread that opened it, from whatever thread it is used. Questions need no
 * privilege, orders need CAP_NET_ADMIN. For the control path: calls block, though not for long, and allocate.
 * Thread-safe.
 */
public final class RouteNetlink implements AutoCloseable {
    private static final int ATTEMPTS = 10;

    private final NetlinkSocket socket = new NetlinkSocket();
    private int sequence;
    private boolean closed;

    private RouteNetlink() {
        socket.trySet(NetlinkAbi.SOL_NETLINK, NetlinkAbi.NETLINK_CAP_ACK, 1);
        socket.trySet(NetlinkAbi.SOL_NETLINK, NetlinkAbi.NETLINK_EXT_ACK, 1);
        socket.trySet(NetlinkAbi.SOL_NETLINK, NetlinkAbi.NETLINK_GET_STRICT_CHK, 1);
    }

    /**
     * Opens a socket in the calling thread's network namespace.
     *
     * @throws NativeException when the kernel refuses
     */
    public static RouteNetlink open() {
        return new RouteNetlink();
    }

    /** All devices. */
    public List<Link> links() {
        return dump("RTM_GETLINK", NetlinkAbi.RTM_GETLINK, NetlinkAbi.IFINFOMSG_SIZE, Link.class);
    }

    /** A device by its name. */
    public Optional<Link> link(String name) {
        return links().stream().filter(link -> link.name().equals(name)).findFirst();
    }

    /** All addresses of all devices. */
    public List<Address> addresses() {
        return dump("RTM_GETADDR", NetlinkAbi.RTM_GETADDR, NetlinkAbi.IFADDRMSG_SIZE, Address.class);
    }

    /** All routes of all tables; what the host itself holds and its broadcast addresses are in the local table. */
    public List<Route> routes() {
        return dump("RTM_GETROUTE", NetlinkAbi.RTM_GETROUTE, NetlinkAbi.RTMSG_SIZE, Route.class);
    }

    /**
     * The routes of one table that one program made; cheap beside a full Internet table, because the kernel chooses.
     *
     * @param table its number, unsigned
     * @param protocol {@code rtm_protocol} of the program
     */
    public List<Route> routes(int table, int protocol) {
        List<Route> found = new ArrayList<>();
        for (int family : List.of(NetlinkAbi.AF_INET, NetlinkAbi.AF_INET6)) {
            NetlinkRequest request = new NetlinkRequest(
                            "RTM_GETROUTE table %s protocol %d".formatted(Integer.toUnsignedString(table), protocol),
                            NetlinkAbi.RTM_GETROUTE,
                            NLM_F_DUMP,
                            NetlinkAbi.RTMSG_SIZE)
                    .body8(NetlinkAbi.RTM_FAMILY, family)
                    .body8(NetlinkAbi.RTM_PROTOCOL, protocol)
                    .attribute(NetlinkAbi.RTA_TABLE, table);
            try {
                // once more here: kernels before 4.20 do not choose
                records(exchange(request), Route.class).stream()
                        .filter(route -> route.table() == table && route.protocol() == protocol)
                        .forEach(found::add);
            } catch (NativeException e) {
                if (e.errno() != Errno.ENOENT) { // no such table: there has never been a route in it
                    throw e;
                }
            }
        }
        return found;
    }

    /**
     * Adds a route. It stays when this process ends, unless its device ends with it.
     *
     * @throws NativeException when the kernel refuses: {@code EEXIST} when the table has a route to the same destination
     *     with the same metric, whoever made it
     */
    public void add(DeviceRoute route) {
        try {
            exchange(route.request("RTM_NEWROUTE ", NetlinkAbi.RTM_NEWROUTE, NLM_F_CREATE | NetlinkAbi.NLM_F_EXCL));
        } catch (NativeException e) {
            if (e.errno() == Errno.EEXIST) {
                throw new NativeException(
                        e.call(),
                        Errno.EEXIST,
                        "another program has put a route to it with this metric into this table; see `ip route show table %s`"
                                .formatted(Integer.toUnsignedString(route.table())));
            }
            throw e;
        }
    }

    /**
     * Removes a route, if it is there exactly as given.
     *
     * @return false when it is not there
     */
    public boolean remove(DeviceRoute route) {
        try {
            exchange(route.request("RTM_DELROUTE ", NetlinkAbi.RTM_DELROUTE, 0));
            return true;
        } catch (NativeException e) {
            if (e.errno() == Errno.ESRCH || e.errno() == Errno.ENOENT || e.errno() == Errno.ENODEV) {
                return false;
            }
            throw e;
        }
    }

    /** All entries of the ARP and neighbour discovery caches. */
    public List<Neighbour> neighbours() {
        return dump("RTM_GETNEIGH", NetlinkAbi.RTM_GETNEIGH, NetlinkAbi.NDMSG_SIZE, Neighbour.class);
    }

    /**
     * How the host would reach a destination: device, gateway, source address.
     *
     * @return empty when it is unreachable
     */
    public Optional<Route> route(InetAddress destination) {
        boolean v4 = destination instanceof Inet4Address;
        NetlinkRequest request = new NetlinkRequest(
                        "RTM_GETROUTE to " + destination.getHostAddress(),
                        NetlinkAbi.RTM_GETROUTE,
                        0,
                        NetlinkAbi.RTMSG_SIZE)
                .body8(NetlinkAbi.RTM_FAMILY, family(destination))
                .body8(NetlinkAbi.RTM_DST_LEN, v4 ? 32 : 128)
                .attribute(NetlinkAbi.RTA_DST, destination);
        try {
            return records(exchange(request), Route.class).stream().findFirst();
        } catch (NativeException e) {
            if (e.errno() == Errno.ENETUNREACH || e.errno() == Errno.EHOSTUNREACH) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Has the kernel find out a neighbour's hardware address, or confirm it, as if it had a packet for it. The answer
     * comes as an event, and into {@link #neighbours}.
     *
     * @param index the device
     * @param address the neighbour's
     */
    public void resolve(int index, InetAddress address) {
        exchange(neighbour("RTM_NEWNEIGH use ", NetlinkAbi.RTM_NEWNEIGH, NLM_F_CREATE, index, address)
                .body8(NetlinkAbi.NDM_FLAGS, NetlinkAbi.NTF_USE));
    }

    /**
     * As {@link #resolve}, and has the kernel keep the answer fresh from then on, packets or not
     * ({@code NTF_EXT_MANAGED}, since Linux 5.16). The order outlives this process: {@link #forget} takes it back.
     *
     * @param index the device
     * @param address the neighbour's
     */
    public void keepResolved(int index, InetAddress address) {
        int flags = NLM_F_CREATE | NetlinkAbi.NLM_F_REPLACE;
        exchange(neighbour("RTM_NEWNEIGH managed ", NetlinkAbi.RTM_NEWNEIGH, flags, index, address)
                .attribute(NetlinkAbi.NDA_FLAGS_EXT, NetlinkAbi.NTF_EXT_MANAGED));
    }

    /**
     * Removes a neighbour's entry; one that is not there is no error.
     *
     * @param index the device
     * @param address the neighbour's
     */
    public void forget(int index, InetAddress address) {
        try {
            exchange(neighbour("RTM_DELNEIGH ", NetlinkAbi.RTM_DELNEIGH, 0, index, address));
        } catch (NativeException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
    }

    /** Sets a device up or down. */
    public void setUp(int index, boolean up) {
        exchange(link(index, up ? "up" : "down")
                .body32(NetlinkAbi.IFI_FLAGS, up ? NetlinkAbi.IFF_UP : 0)
                .body32(NetlinkAbi.IFI_CHANGE, NetlinkAbi.IFF_UP));
    }

    /**
     * Attaches an XDP program to a device that has none; it stays after the end of this process.
     *
     * @param fd the program's descriptor
     * @param flags {@code XDP_FLAGS_…} for where it runs
     */
    public void attachXdp(int index, int fd, int flags) {
        exchange(link(index, "xdp on")
                .nested(
                        NetlinkAbi.IFLA_XDP,
                        NetlinkAbi.IFLA_XDP_FD,
                        fd,
                        NetlinkAbi.IFLA_XDP_FLAGS,
                        flags | NetlinkAbi.XDP_FLAGS_UPDATE_IF_NOEXIST));
    }

    /**
     * Detaches the XDP program that was attached so, if there is one.
     *
     * @param flags {@code XDP_FLAGS_…} for where it runs
     */
    public void detachXdp(int index, int flags) {
        exchange(link(index, "xdp off")
                .nested(NetlinkAbi.IFLA_XDP, NetlinkAbi.IFLA_XDP_FD, -1, NetlinkAbi.IFLA_XDP_FLAGS, flags));
    }

    /** Sets a device's MTU, in bytes of layer 3. */
    public void setMtu(int index, int mtu) {
        exchange(link(index, "mtu " + mtu).attribute(NetlinkAbi.IFLA_MTU, mtu));
    }

    /**
     * Sets a device's hardware address.
     *
     * @param index the device
     * @param mac in the low 48 bits, first byte highest
     */
    public void setMac(int index, long mac) {
        exchange(link(index, "address %012x".formatted(mac)).attributeMac(NetlinkAbi.IFLA_ADDRESS, mac));
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            socket.close();
        }
    }

    private static NetlinkRequest link(int index, String change) {
        return new NetlinkRequest(
                        "RTM_NEWLINK ifindex %d %s".formatted(index, change),
                        NetlinkAbi.RTM_NEWLINK,
                        NLM_F_ACK,
                        NetlinkAbi.IFINFOMSG_SIZE)
                .body32(NetlinkAbi.IFI_INDEX, index);
    }

    private static NetlinkRequest neighbour(String what, int type, int flags, int index, InetAddress address) {
        String description = what + address.getHostAddress() + " ifindex " + index;
        return new NetlinkRequest(description, type, NLM_F_ACK | flags, NetlinkAbi.NDMSG_SIZE)
                .body8(NetlinkAbi.NDM_FAMILY, family(address))
                .body32(NetlinkAbi.NDM_IFINDEX, index)
                .attribute(NetlinkAbi.NDA_DST, address);
    }

    private <T extends NetlinkRecord> List<T> dump(String name, int type, int bodySize, Class<T> kind) {
        return records(exchange(new NetlinkRequest(name, type, NLM_F_DUMP, bodySize)), kind);
    }

    private static <T extends NetlinkRecord> List<T> records(List<NetlinkMessage> messages, Class<T> kind) {
        return messages.stream()
                .flatMap(message -> RecordParser.parse(message).stream())
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    static int family(InetAddress address) {
        return address instanceof Inet4Address ? NetlinkAbi.AF_INET : NetlinkAbi.AF_INET6;
    }

    /** Sends a request and collects its answers; a dump that the kernel says is inconsistent is asked for again. */
    private synchronized List<NetlinkMessage> exchange(NetlinkRequest request) {
        if (closed) {
            throw new IllegalStateException("closed");
        }
        for (int i = 0; i < ATTEMPTS; i++) {
            socket.send(request.bytes(++sequence), request.toString());
            List<NetlinkMessage> answers = new ArrayList<>();
            if (new NetlinkAnswer(socket, request, sequence).collect(answers)) {
                return answers;
            }
        }
        throw new NativeException(
                request.toString(),
                Errno.EINTR,
                "what was asked for kept changing while it was read, %d times in a row".formatted(ATTEMPTS));
    }
}
