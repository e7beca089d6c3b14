package io.weir.bindings.raw;

/**
 * {@code linux/in.h}, {@code linux/in6.h}, {@code linux/ip.h} and {@code linux/socket.h} (Linux 6.1).
 *
 * <pre>
 *   struct sockaddr_in               struct sockaddr_in6                     struct ip_mreqn
 *   0      2    4        8     16    0      2    4        8      24    28    0           4         8       12
 *   +------+----+--------+-----+     +------+----+--------+------+-----+     +-----------+---------+-------+
 *   |family|port| addr   | zero|     |family|port|flowinfo| addr |scope|     | multiaddr | address |ifindex|
 *   +------+----+--------+-----+     +------+----+--------+------+-----+     +-----------+---------+-------+
 *
 *   struct ipv6_mreq       struct in6_pktinfo     struct cmsghdr, padded to 8, data behind it
 *   0           16   20    0       16     20      0       8       12     16
 *   +-----------+-----+    +-------+-------+      +-------+-------+------+------
 *   | multiaddr |index|    | addr  |ifindex|      | len   | level | type | data …
 *   +-----------+-----+    +-------+-------+      +-------+-------+------+------
 * </pre>
 */
final class RawAbi {
    static final int IPPROTO_IP = 0;
    static final int IPPROTO_IPV6 = 41;

    static final int IP_TOS = 1;
    static final int IP_TTL = 2;
    static final int IP_MULTICAST_IF = 32;
    static final int IP_MULTICAST_TTL = 33;
    static final int IP_MULTICAST_LOOP = 34;
    static final int IP_ADD_MEMBERSHIP = 35;
    static final int IP_MULTICAST_ALL = 49;

    static final int IPV6_UNICAST_HOPS = 16;
    static final int IPV6_MULTICAST_IF = 17;
    static final int IPV6_MULTICAST_HOPS = 18;
    static final int IPV6_MULTICAST_LOOP = 19;
    static final int IPV6_ADD_MEMBERSHIP = 20;
    static final int IPV6_DROP_MEMBERSHIP = 21;
    static final int IPV6_MULTICAST_ALL = 29;
    static final int IPV6_RECVPKTINFO = 49;
    static final int IPV6_PKTINFO = 50;
    static final int IPV6_RECVHOPLIMIT = 51;
    static final int IPV6_HOPLIMIT = 52;
    static final int IPV6_TCLASS = 67;

    static final int SOCKADDR_IN_SIZE = 16;
    static final int SOCKADDR_IN_ADDR = 4;
    static final int SOCKADDR_IN6_SIZE = 28;
    static final int SOCKADDR_IN6_ADDR = 8;
    static final int SOCKADDR_IN6_SCOPE = 24;
    static final int IP_MREQN_SIZE = 12;
    static final int IP_MREQN_IFINDEX = 8;
    static final int IPV6_MREQ_SIZE = 20;
    static final int IPV6_MREQ_IFINDEX = 16;
    static final int IN6_PKTINFO_SIZE = 20;

    static final int CMSGHDR_SIZE = 16;
    static final int CMSGHDR_LEVEL = 8;
    static final int CMSGHDR_TYPE = 12;

    static final int IPHDR_SIZE = 20;
    static final int IPHDR_TTL = 8;
    static final int IPHDR_SADDR = 12;
    static final int IPHDR_DADDR = 16;

    private RawAbi() {}
}
