package io.weir.bindings.netlink;

/**
 * Numbers and offsets of rtnetlink. Source: {@code include/uapi/linux/} {@code netlink.h}, {@code rtnetlink.h},
 * {@code if_link.h}, {@code if_addr.h}, {@code neighbour.h}, {@code if.h}, Linux 6.18.
 *
 * <pre>
 *   struct nlmsghdr                        struct nlattr
 *   0         4      6       8     12  16  0     2      4
 *   +---------+------+-------+-----+---+   +-----+------+---------
 *   | length  | type | flags | seq |pid|   | len | type | value …     each padded to 4 bytes
 *   +---------+------+-------+-----+---+   +-----+------+---------
 *   struct ifinfomsg                       struct ifaddrmsg
 *   0      2    4       8       12      16 0      1      2     3     4     8
 *   +------+----+-------+-------+-------+  +------+------+-----+-----+-----+
 *   |family|type| index | flags | change|  |family|prefix|flags|scope|index|
 *   +------+----+-------+-------+-------+  +------+------+-----+-----+-----+
 *   struct rtmsg                                               struct ndmsg
 *   0      1   2   3   4     5     6     7    8      12        0      4      8     10    11   12
 *   +------+---+---+---+-----+-----+-----+----+-------+        +------+------+-----+-----+----+
 *   |family|dst|src|tos|table|proto|scope|type| flags |        |family| index|state|flags|type|
 *   +------+---+---+---+-----+-----+-----+----+-------+        +------+------+-----+-----+----+
 * </pre>
 */
final class NetlinkAbi {
    static final int NETLINK_ROUTE = 0;
    static final int SOL_NETLINK = 270;
    static final int NETLINK_ADD_MEMBERSHIP = 1;
    static final int NETLINK_CAP_ACK = 10;
    static final int NETLINK_EXT_ACK = 11;
    static final int NETLINK_GET_STRICT_CHK = 12;

    // struct sockaddr_nl
    static final int SOCKADDR_NL_SIZE = 12;
    static final int NL_PID = 4;

    static final int NLMSG_HDRLEN = 16;
    static final int NLMSG_LEN = 0;
    static final int NLMSG_TYPE = 4;
    static final int NLMSG_FLAGS = 6;
    static final int NLMSG_SEQ = 8;

    static final int NLMSG_ERROR = 2;
    static final int NLMSG_DONE = 3;
    static final int NLMSG_OVERRUN = 4;
    /** {@code struct nlmsgerr}: the error, and the header of the request. */
    static final int NLMSGERR_SIZE = 20;

    static final int NLMSGERR_ATTR_MSG = 1;

    static final int NLM_F_REQUEST = 0x1;
    static final int NLM_F_ACK = 0x4;
    static final int NLM_F_DUMP_INTR = 0x10;
    static final int NLM_F_DUMP = 0x300;
    static final int NLM_F_REPLACE = 0x100;
    static final int NLM_F_EXCL = 0x200;
    static final int NLM_F_CREATE = 0x400;
    static final int NLM_F_ACK_TLVS = 0x200;

    static final int NLA_HDRLEN = 4;
    static final int NLA_TYPE_MASK = 0x3fff;

    static final int RTM_NEWLINK = 16;
    static final int RTM_DELLINK = 17;
    static final int RTM_GETLINK = 18;
    static final int RTM_NEWADDR = 20;
    static final int RTM_DELADDR = 21;
    static final int RTM_GETADDR = 22;
    static final int RTM_NEWROUTE = 24;
    static final int RTM_DELROUTE = 25;
    static final int RTM_GETROUTE = 26;
    static final int RTM_NEWNEIGH = 28;
    static final int RTM_DELNEIGH = 29;
    static final int RTM_GETNEIGH = 30;

    static final int RTNLGRP_LINK = 1;
    static final int RTNLGRP_NEIGH = 3;
    static final int RTNLGRP_IPV4_IFADDR = 5;
    static final int RTNLGRP_IPV4_ROUTE = 7;
    static final int RTNLGRP_IPV6_IFADDR = 9;
    static final int RTNLGRP_IPV6_ROUTE = 11;

    static final int AF_UNSPEC = 0;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;

    // struct ifinfomsg
    static final int IFINFOMSG_SIZE = 16;
    static final int IFI_FAMILY = 0;
    static final int IFI_INDEX = 4;
    static final int IFI_FLAGS = 8;
    static final int IFI_CHANGE = 12;
    static final int IFF_UP = 1;
    static final int IFF_LOOPBACK = 1 << 3;
    static final int IFF_LOWER_UP = 1 << 16;
    static final int IFLA_ADDRESS = 1;
    static final int IFLA_IFNAME = 3;
    static final int IFLA_MTU = 4;
    static final int IFLA_MASTER = 10;
    static final int IFLA_LINKINFO = 18;
    static final int IFLA_NUM_TX_QUEUES = 31;
    static final int IFLA_NUM_RX_QUEUES = 32;
    static final int IFLA_XDP = 43;
    static final int IFLA_INFO_KIND = 1;
    static final int IFLA_XDP_FD = 1;
    static final int IFLA_XDP_FLAGS = 3;
    static final int IFLA_XDP_PROG_ID = 4;
    static final int NLA_F_NESTED = 1 << 15;
    static final int XDP_FLAGS_UPDATE_IF_NOEXIST = 1;

    // struct ifaddrmsg
    static final int IFADDRMSG_SIZE = 8;
    static final int IFA_FAMILY = 0;
    static final int IFA_PREFIXLEN = 1;
    static final int IFA_SCOPE = 3;
    static final int IFA_INDEX = 4;
    static final int IFA_ADDRESS = 1;
    static final int IFA_LOCAL = 2;
    static final int IFA_BROADCAST = 4;
    static final int IFA_FLAGS = 8;
    static final int IFA_F_DADFAILED = 0x08;
    static final int IFA_F_TENTATIVE = 0x40;

    // struct rtmsg
    static final int RTMSG_SIZE = 12;
    static final int RTM_FAMILY = 0;
    static final int RTM_DST_LEN = 1;
    static final int RTM_TABLE = 4;
    static final int RTM_PROTOCOL = 5;
    static final int RTM_SCOPE = 6;
    static final int RTM_TYPE = 7;
    static final int RT_SCOPE_UNIVERSE = 0;
    static final int RT_SCOPE_LINK = 253;
    static final int RTA_DST = 1;
    static final int RTA_OIF = 4;
    static final int RTA_GATEWAY = 5;
    static final int RTA_PRIORITY = 6;
    static final int RTA_PREFSRC = 7;
    static final int RTA_MULTIPATH = 9;
    static final int RTA_TABLE = 15;
    static final int RTA_VIA = 18;
    // struct rtnexthop
    static final int RTNEXTHOP_SIZE = 8;
    static final int RTNH_HOPS = 3;
    static final int RTNH_IFINDEX = 4;
    // struct rtvia
    static final int RTVIA_ADDR = 2;

    // struct ndmsg
    static final int NDMSG_SIZE = 12;
    static final int NDM_FAMILY = 0;
    static final int NDM_IFINDEX = 4;
    static final int NDM_STATE = 8;
    static final int NDM_FLAGS = 10;
    static final int NTF_USE = 0x01;
    static final int NTF_EXT_MANAGED = 0x01;
    static final int NDA_DST = 1;
    static final int NDA_LLADDR = 2;
    static final int NDA_FLAGS_EXT = 15;

    private NetlinkAbi() {}
}
