package io.weir.bindings.netlink;

import io.weir.bindings.Errno;
import io.weir.bindings.Libc;
import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import io.weir.bindings.NativeException;
import io.weir.bindings.SocketAbi;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A subscription to changes of the kernel's network configuration.
 *
 * <p>Subscribe first, then read the present state with {@link RouteNetlink}, then apply the events: so nothing is
 * missed. In the network namespace of the thread that opened it. One thread at a time may use it.
 */
public final class RouteEvents implements AutoCloseable {
    /** What can be subscribed to: {@code RTNLGRP_…}. */
    public enum Group {
        LINK(NetlinkAbi.RTNLGRP_LINK),
        IPV4_ADDRESS(NetlinkAbi.RTNLGRP_IPV4_IFADDR),
        IPV6_ADDRESS(NetlinkAbi.RTNLGRP_IPV6_IFADDR),
        IPV4_ROUTE(NetlinkAbi.RTNLGRP_IPV4_ROUTE),
        IPV6_ROUTE(NetlinkAbi.RTNLGRP_IPV6_ROUTE),
        NEIGHBOUR(NetlinkAbi.RTNLGRP_NEIGH);

        private final int number;

        Group(int number) {
            this.number = number;
        }
    }

    private static final int RECEIVE_BUFFER = 4 << 20;
    private static final int MAX_DATAGRAMS = 256;

    private final NetlinkSocket socket = new NetlinkSocket();
    private final NativeBlock pollfd = new NativeBlock(SocketAbi.POLLFD_SIZE);
    private final List<NetlinkMessage> received = new ArrayList<>();
    private boolean closed;

    private RouteEvents(Set<Group> groups, int bufferSize) {
        socket.trySet(SocketAbi.SOL_SOCKET, SocketAbi.SO_RCVBUFFORCE, bufferSize);
        try {
            for (Group group : groups) {
                socket.set(
                        NetlinkAbi.SOL_NETLINK,
                        NetlinkAbi.NETLINK_ADD_MEMBERSHIP,
                        group.number,
                        "setsockopt(NETLINK_ADD_MEMBERSHIP, " + group + ")");
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Subscribes, in the calling thread's network namespace.
     *
     * @throws NativeException when the kernel refuses
     */
    public static RouteEvents subscribe(Set<Group> groups) {
        return subscribe(groups, RECEIVE_BUFFER);
    }

    static RouteEvents subscribe(Set<Group> groups, int bufferSize) {
        return new RouteEvents(groups, bufferSize);
    }

    /** Its descriptor, for {@code poll(2)}; stays the subscription's own. */
    public int fd() {
        return socket.fd();
    }

    /**
     * Waits for something to read.
     *
     * @param timeoutMs milliseconds, -1 for ever
     * @return whether there is something
     */
    public boolean await(int timeoutMs) {
        Mem.putInt(pollfd.address(), socket.fd());
        Mem.putInt(pollfd.address() + SocketAbi.POLLFD_EVENTS, SocketAbi.POLLIN);
        return Libc.poll(pollfd.address(), 1, timeoutMs) > 0;
    }

    /**
     * Delivers what has come, without waiting; of a flood a part, so call again while it returns more than 0.
     *
     * @return how many events
     */
    public int poll(Consumer<NetlinkEvent> consumer) {
        int delivered = 0;
        for (int i = 0; i < MAX_DATAGRAMS; i++) {
            received.clear();
            int result = socket.receive(false, received);
            if (result == -Errno.EAGAIN) {
                break;
            }
            if (result == -Errno.ENOBUFS) {
                consumer.accept(new NetlinkEvent.ResyncNeeded());
                delivered++;
            } else if (result < 0 && result != -Errno.EINTR) {
                throw new NativeException("recvfrom(NETLINK_ROUTE events)", -result);
            }
            for (NetlinkMessage message : received) {
                delivered += deliver(message, consumer);
            }
        }
        return delivered;
    }

    private static int deliver(NetlinkMessage message, Consumer<NetlinkEvent> consumer) {
        return RecordParser.parse(message)
                .map(record -> {
                    consumer.accept(
                            isRemoval(message.type())
                                    ? new NetlinkEvent.Removed(record)
                                    : new NetlinkEvent.Changed(record));
                    return 1;
                })
                .orElse(0);
    }

    private static boolean isRemoval(int type) {
        return switch (type) {
            case NetlinkAbi.RTM_DELLINK, NetlinkAbi.RTM_DELADDR, NetlinkAbi.RTM_DELROUTE, NetlinkAbi.RTM_DELNEIGH ->
                true;
            default -> false;
        };
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            socket.close();
            pollfd.close();
        }
    }
}
