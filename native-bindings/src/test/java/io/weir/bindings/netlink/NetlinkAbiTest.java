package io.weir.bindings.netlink;

import io.weir.bindings.CompilerFacts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NetlinkAbiTest {
    @Test
    void shouldAgreeWithTheKernelsHeaders() {
        Map<String, Long> java = new LinkedHashMap<>();
        java.put("NETLINK_ROUTE", (long) NetlinkAbi.NETLINK_ROUTE);
        java.put("SOL_NETLINK", (long) NetlinkAbi.SOL_NETLINK);
        java.put("NETLINK_ADD_MEMBERSHIP", (long) NetlinkAbi.NETLINK_ADD_MEMBERSHIP);
        java.put("NETLINK_CAP_ACK", (long) NetlinkAbi.NETLINK_CAP_ACK);
        java.put("NETLINK_EXT_ACK", (long) NetlinkAbi.NETLINK_EXT_ACK);
        java.put("NETLINK_GET_STRICT_CHK", (long) NetlinkAbi.NETLINK_GET_STRICT_CHK);
        java.put("sizeof(struct sockaddr_nl)", (long) NetlinkAbi.SOCKADDR_NL_SIZE);
        java.put("offsetof(struct sockaddr_nl, nl_pid)", (long) NetlinkAbi.NL_PID);
        java.put("NLMSG_HDRLEN", (long) NetlinkAbi.NLMSG_HDRLEN);
        java.put("offsetof(struct nlmsghdr, nlmsg_len)", (long) NetlinkAbi.NLMSG_LEN);
        java.put("offsetof(struct nlmsghdr, nlmsg_type)", (long) NetlinkAbi.NLMSG_TYPE);
        java.put("offsetof(struct nlmsghdr, nlmsg_flags)", (long) NetlinkAbi.NLMSG_FLAGS);
        java.put("offsetof(struct nlmsghdr, nlmsg_seq)", (long) NetlinkAbi.NLMSG_SEQ);
        java.put("NLMSG_ERROR", (long) NetlinkAbi.NLMSG_ERROR);
        java.put("NLMSG_DONE", (long) NetlinkAbi.NLMSG_DONE);
        java.put("NLMSG_OVERRUN", (long) NetlinkAbi.NLMSG_OVERRUN);
        java.put("sizeof(struct nlmsgerr)", (long) NetlinkAbi.NLMSGERR_SIZE);
        java.put("NLMSGERR_ATTR_MSG", (long) NetlinkAbi.NLMSGERR_ATTR_MSG);
        java.put("NLM_F_REQUEST", (long) NetlinkAbi.NLM_F_REQUEST);
        java.put("NLM_F_ACK", (long) NetlinkAbi.NLM_F_ACK);
        java.put("NLM_F_DUMP_INTR", (long) NetlinkAbi.NLM_F_DUMP_INTR);
        java.put("NLM_F_DUMP", (long) NetlinkAbi.NLM_F_DUMP);
        java.put("NLM_F_REPLACE", (long) NetlinkAbi.NLM_F_REPLACE);
        java.put("NLM_F_EXCL", (long) NetlinkAbi.NLM_F_EXCL);
        java.put("NLM_F_CREATE", (long) NetlinkAbi.NLM_F_CREATE);
        java.put("NLM_F_ACK_TLVS", (long) NetlinkAbi.NLM_F_ACK_TLVS);
        java.put("NLA_HDRLEN", (long) NetlinkAbi.NLA_HDRLEN);
        java.put("NLA_TYPE_MASK & 0xffff", (long) NetlinkAbi.NLA_TYPE_MASK);
        java.put("RTM_NEWLINK", (long) NetlinkAbi.RTM_NEWLINK);
        java.put("RTM_DELLINK", (long) NetlinkAbi.RTM_DELLINK);
        java.put("RTM_GETLINK", (long) NetlinkAbi.RTM_GETLINK);
        java.put("RTM_NEWADDR", (long) NetlinkAbi.RTM_NEWADDR);
        java.put("RTM_DELADDR", (long) NetlinkAbi.RTM_DELADDR);
        java.put("RTM_GETADDR", (long) NetlinkAbi.RTM_GETADDR);
        java.put("RTM_NEWROUTE", (long) NetlinkAbi.RTM_NEWROUTE);
        java.put("RTM_DELROUTE", (long) NetlinkAbi.RTM_DELROUTE);
        java.put("RTM_GETROUTE", (long) NetlinkAbi.RTM_GETROUTE);
        java.put("RTM_NEWNEIGH", (long) NetlinkAbi.RTM_NEWNEIGH);
        java.put("RTM_DELNEIGH", (long) NetlinkAbi.RTM_DELNEIGH);
        java.put("RTM_GETNEIGH", (long) NetlinkAbi.RTM_GETNEIGH);
        java.put("RTNLGRP_LINK", (long) NetlinkAbi.RTNLGRP_LINK);
        java.put("RTNLGRP_NEIGH", (long) NetlinkAbi.RTNLGRP_NEIGH);
        java.put("RTNLGRP_IPV4_IFADDR", (long) NetlinkAbi.RTNLGRP_IPV4_IFADDR);
        java.put("RTNLGRP_IPV4_ROUTE", (long) NetlinkAbi.RTNLGRP_IPV4_ROUTE);
        java.put("RTNLGRP_IPV6_IFADDR", (long) NetlinkAbi.RTNLGRP_IPV6_IFADDR);
        java.put("RTNLGRP_IPV6_ROUTE", (long) NetlinkAbi.RTNLGRP_IPV6_ROUTE);
        java.put("AF_UNSPEC", (long) NetlinkAbi.AF_UNSPEC);
        java.put("AF_INET", (long) NetlinkAbi.AF_INET);
        java.put("AF_INET6", (long) NetlinkAbi.AF_INET6);
        java.put("sizeof(struct ifinfomsg)", (long) NetlinkAbi.IFINFOMSG_SIZE);
        java.put("offsetof(struct ifinfomsg, ifi_family)", (long) NetlinkAbi.IFI_FAMILY);
        java.put("offsetof(struct ifinfomsg, ifi_index)", (long) NetlinkAbi.IFI_INDEX);
        java.put("offsetof(struct ifinfomsg, ifi_flags)", (long) NetlinkAbi.IFI_FLAGS);
        java.put("offsetof(struct ifinfomsg, ifi_change)", (long) NetlinkAbi.IFI_CHANGE);
        java.put("IFF_UP", (long) NetlinkAbi.IFF_UP);
        java.put("IFF_LOOPBACK", (long) NetlinkAbi.IFF_LOOPBACK);
        java.put("IFF_LOWER_UP", (long) NetlinkAbi.IFF_LOWER_UP);
        java.put("IFLA_ADDRESS", (long) NetlinkAbi.IFLA_ADDRESS);
        java.put("IFLA_IFNAME", (long) NetlinkAbi.IFLA_IFNAME);
        java.put("IFLA_MTU", (long) NetlinkAbi.IFLA_MTU);
        java.put("IFLA_MASTER", (long) NetlinkAbi.IFLA_MASTER);
        java.put("IFLA_LINKINFO", (long) NetlinkAbi.IFLA_LINKINFO);
        java.put("IFLA_NUM_TX_QUEUES", (long) NetlinkAbi.IFLA_NUM_TX_QUEUES);
        java.put("IFLA_NUM_RX_QUEUES", (long) NetlinkAbi.IFLA_NUM_RX_QUEUES);
        java.put("IFLA_XDP", (long) NetlinkAbi.IFLA_XDP);
        java.put("IFLA_INFO_KIND", (long) NetlinkAbi.IFLA_INFO_KIND);
        java.put("IFLA_XDP_FD", (long) NetlinkAbi.IFLA_XDP_FD);
        java.put("IFLA_XDP_FLAGS", (long) NetlinkAbi.IFLA_XDP_FLAGS);
        java.put("NLA_F_NESTED", (long) NetlinkAbi.NLA_F_NESTED);
        java.put("XDP_FLAGS_UPDATE_IF_NOEXIST", (long) NetlinkAbi.XDP_FLAGS_UPDATE_IF_NOEXIST);
        java.put("IFLA_XDP_PROG_ID", (long) NetlinkAbi.IFLA_XDP_PROG_ID);
        java.put("sizeof(struct ifaddrmsg)", (long) NetlinkAbi.IFADDRMSG_SIZE);
        java.put("offsetof(struct ifaddrmsg, ifa_family)", (long) NetlinkAbi.IFA_FAMILY);
        java.put("offsetof(struct ifaddrmsg, ifa_prefixlen)", (long) NetlinkAbi.IFA_PREFIXLEN);
        java.put("offsetof(struct ifaddrmsg, ifa_scope)", (long) NetlinkAbi.IFA_SCOPE);
        java.put("offsetof(struct ifaddrmsg, ifa_index)", (long) NetlinkAbi.IFA_INDEX);
        java.put("IFA_ADDRESS", (long) NetlinkAbi.IFA_ADDRESS);
        java.put("IFA_LOCAL", (long) NetlinkAbi.IFA_LOCAL);
        java.put("IFA_BROADCAST", (long) NetlinkAbi.IFA_BROADCAST);
        java.put("IFA_FLAGS", (long) NetlinkAbi.IFA_FLAGS);
        java.put("IFA_F_DADFAILED", (long) NetlinkAbi.IFA_F_DADFAILED);
        java.put("IFA_F_TENTATIVE", (long) NetlinkAbi.IFA_F_TENTATIVE);
        java.put("sizeof(struct rtmsg)", (long) NetlinkAbi.RTMSG_SIZE);
        java.put("offsetof(struct rtmsg, rtm_family)", (long) NetlinkAbi.RTM_FAMILY);
        java.put("offsetof(struct rtmsg, rtm_dst_len)", (long) NetlinkAbi.RTM_DST_LEN);
        java.put("offsetof(struct rtmsg, rtm_table)", (long) NetlinkAbi.RTM_TABLE);
        java.put("offsetof(struct rtmsg, rtm_protocol)", (long) NetlinkAbi.RTM_PROTOCOL);
        java.put("offsetof(struct rtmsg, rtm_scope)", (long) NetlinkAbi.RTM_SCOPE);
        java.put("offsetof(struct rtmsg, rtm_type)", (long) NetlinkAbi.RTM_TYPE);
        java.put("RT_SCOPE_UNIVERSE", (long) NetlinkAbi.RT_SCOPE_UNIVERSE);
        java.put("RT_SCOPE_LINK", (long) NetlinkAbi.RT_SCOPE_LINK);
        java.put("RTA_DST", (long) NetlinkAbi.RTA_DST);
        java.put("RTA_OIF", (long) NetlinkAbi.RTA_OIF);
        java.put("RTA_GATEWAY", (long) NetlinkAbi.RTA_GATEWAY);
        java.put("RTA_PRIORITY", (long) NetlinkAbi.RTA_PRIORITY);
        java.put("RTA_PREFSRC", (long) NetlinkAbi.RTA_PREFSRC);
        java.put("RTA_MULTIPATH", (long) NetlinkAbi.RTA_MULTIPATH);
        java.put("RTA_TABLE", (long) NetlinkAbi.RTA_TABLE);
        java.put("RTA_VIA", (long) NetlinkAbi.RTA_VIA);
        java.put("sizeof(struct rtnexthop)", (long) NetlinkAbi.RTNEXTHOP_SIZE);
        java.put("offsetof(struct rtnexthop, rtnh_hops)", (long) NetlinkAbi.RTNH_HOPS);
        java.put("offsetof(struct rtnexthop, rtnh_ifindex)", (long) NetlinkAbi.RTNH_IFINDEX);
        java.put("offsetof(struct rtvia, rtvia_addr)", (long) NetlinkAbi.RTVIA_ADDR);
        java.put("sizeof(struct ndmsg)", (long) NetlinkAbi.NDMSG_SIZE);
        java.put("offsetof(struct ndmsg, ndm_family)", (long) NetlinkAbi.NDM_FAMILY);
        java.put("offsetof(struct ndmsg, ndm_ifindex)", (long) NetlinkAbi.NDM_IFINDEX);
        java.put("offsetof(struct ndmsg, ndm_state)", (long) NetlinkAbi.NDM_STATE);
        java.put("offsetof(struct ndmsg, ndm_flags)", (long) NetlinkAbi.NDM_FLAGS);
        java.put("NTF_USE", (long) NetlinkAbi.NTF_USE);
        java.put("NTF_EXT_MANAGED", (long) NetlinkAbi.NTF_EXT_MANAGED);
        java.put("NDA_DST", (long) NetlinkAbi.NDA_DST);
        java.put("NDA_LLADDR", (long) NetlinkAbi.NDA_LLADDR);
        java.put("NDA_FLAGS_EXT", (long) NetlinkAbi.NDA_FLAGS_EXT);
        java.put("NUD_INCOMPLETE", (long) Neighbour.NUD_INCOMPLETE);
        java.put("NUD_REACHABLE", (long) Neighbour.NUD_REACHABLE);
        java.put("NUD_STALE", (long) Neighbour.NUD_STALE);
        java.put("NUD_DELAY", (long) Neighbour.NUD_DELAY);
        java.put("NUD_PROBE", (long) Neighbour.NUD_PROBE);
        java.put("NUD_FAILED", (long) Neighbour.NUD_FAILED);
        java.put("NUD_NOARP", (long) Neighbour.NUD_NOARP);
        java.put("NUD_PERMANENT", (long) Neighbour.NUD_PERMANENT);
        for (Route.Type type : Route.Type.values()) {
            if (type != Route.Type.OTHER) {
                java.put("RTN_" + type, (long) type.ordinal());
            }
        }
        CompilerFacts.assertSame(
                List.of(
                        "sys/socket.h",
                        "linux/netlink.h",
                        "linux/rtnetlink.h",
                        "linux/if_link.h",
                        "linux/if_addr.h",
                        "linux/neighbour.h",
                        "linux/if.h"),
                java);
    }
}
