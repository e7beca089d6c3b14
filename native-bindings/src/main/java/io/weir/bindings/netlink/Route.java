package io.weir.bindings.netlink;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * A route, or the answer to how a destination is reached ({@code struct rtmsg}).
 *
 * @param destination network address; 0.0.0.0 or :: for a default route; the destination itself in an answer
 * @param prefixLength 0 to 32 or 128
 * @param type what becomes of the packets
 * @param table 254 is the main, 255 the local table
 * @param protocol who made it: 2 the kernel, 3 at boot, 4 static …
 * @param scope 0 universe, 253 link, 254 host
 * @param priority its metric; the least wins
 * @param preferredSource address that the host itself would send from, where one is set
 * @param nextHops one, several for multipath routes, none for a type that leads nowhere
 */
public record Route(
        InetAddress destination,
        int prefixLength,
        Type type,
        int table,
        int protocol,
        int scope,
        long priority,
        Optional<InetAddress> preferredSource,
        List<NextHop> nextHops)
        implements NetlinkRecord {

    /** {@code RTN_…} of {@code linux/rtnetlink.h}, in its order. */
    public enum Type {
        UNSPEC,
        /** To a gateway or a neighbour. */
        UNICAST,
        /** Held by this host. */
        LOCAL,
        /** A subnet's broadcast address. */
        BROADCAST,
        ANYCAST,
        MULTICAST,
        BLACKHOLE,
        UNREACHABLE,
        PROHIBIT,
        THROW,
        NAT,
        XRESOLVE,
        /** Newer than this list. */
        OTHER;

        private static final Type[] ALL = values();

        static Type of(int number) {
            return number < OTHER.ordinal() ? ALL[number] : OTHER;
        }
    }
}
