package io.weir.bindings.raw;

import io.weir.bindings.CompilerFacts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RawAbiTest {
    @Test
    void shouldAgreeWithTheCompilerWhenAskedForOptions() {
        Map<String, Long> java = new LinkedHashMap<>();
        java.put("IPPROTO_IP", (long) RawAbi.IPPROTO_IP);
        java.put("IPPROTO_IPV6", (long) RawAbi.IPPROTO_IPV6);
        java.put("IP_TOS", (long) RawAbi.IP_TOS);
        java.put("IP_TTL", (long) RawAbi.IP_TTL);
        java.put("IP_MULTICAST_IF", (long) RawAbi.IP_MULTICAST_IF);
        java.put("IP_MULTICAST_TTL", (long) RawAbi.IP_MULTICAST_TTL);
        java.put("IP_MULTICAST_LOOP", (long) RawAbi.IP_MULTICAST_LOOP);
        java.put("IP_ADD_MEMBERSHIP", (long) RawAbi.IP_ADD_MEMBERSHIP);
        java.put("IP_MULTICAST_ALL", (long) RawAbi.IP_MULTICAST_ALL);
        java.put("IPV6_UNICAST_HOPS", (long) RawAbi.IPV6_UNICAST_HOPS);
        java.put("IPV6_MULTICAST_IF", (long) RawAbi.IPV6_MULTICAST_IF);
        java.put("IPV6_MULTICAST_HOPS", (long) RawAbi.IPV6_MULTICAST_HOPS);
        java.put("IPV6_MULTICAST_LOOP", (long) RawAbi.IPV6_MULTICAST_LOOP);
        java.put("IPV6_ADD_MEMBERSHIP", (long) RawAbi.IPV6_ADD_MEMBERSHIP);
        java.put("IPV6_DROP_MEMBERSHIP", (long) RawAbi.IPV6_DROP_MEMBERSHIP);
        java.put("IPV6_MULTICAST_ALL", (long) RawAbi.IPV6_MULTICAST_ALL);
        java.put("IPV6_RECVPKTINFO", (long) RawAbi.IPV6_RECVPKTINFO);
        java.put("IPV6_PKTINFO", (long) RawAbi.IPV6_PKTINFO);
        java.put("IPV6_RECVHOPLIMIT", (long) RawAbi.IPV6_RECVHOPLIMIT);
        java.put("IPV6_HOPLIMIT", (long) RawAbi.IPV6_HOPLIMIT);
        java.put("IPV6_TCLASS", (long) RawAbi.IPV6_TCLASS);
        CompilerFacts.assertSame(List.of("netinet/in.h", "linux/in6.h"), java);
    }

    @Test
    void shouldAgreeWithTheCompilerWhenAskedForLayouts() {
        Map<String, Long> java = new LinkedHashMap<>();
        java.put("sizeof(struct sockaddr_in)", (long) RawAbi.SOCKADDR_IN_SIZE);
        java.put("offsetof(struct sockaddr_in, sin_addr)", (long) RawAbi.SOCKADDR_IN_ADDR);
        java.put("sizeof(struct sockaddr_in6)", (long) RawAbi.SOCKADDR_IN6_SIZE);
        java.put("offsetof(struct sockaddr_in6, sin6_addr)", (long) RawAbi.SOCKADDR_IN6_ADDR);
        java.put("offsetof(struct sockaddr_in6, sin6_scope_id)", (long) RawAbi.SOCKADDR_IN6_SCOPE);
        java.put("sizeof(struct ip_mreqn)", (long) RawAbi.IP_MREQN_SIZE);
        java.put("offsetof(struct ip_mreqn, imr_ifindex)", (long) RawAbi.IP_MREQN_IFINDEX);
        java.put("sizeof(struct ipv6_mreq)", (long) RawAbi.IPV6_MREQ_SIZE);
        java.put("offsetof(struct ipv6_mreq, ipv6mr_interface)", (long) RawAbi.IPV6_MREQ_IFINDEX);
        java.put("sizeof(struct in6_pktinfo)", (long) RawAbi.IN6_PKTINFO_SIZE);
        java.put("sizeof(struct cmsghdr)", (long) RawAbi.CMSGHDR_SIZE);
        java.put("offsetof(struct cmsghdr, cmsg_level)", (long) RawAbi.CMSGHDR_LEVEL);
        java.put("offsetof(struct cmsghdr, cmsg_type)", (long) RawAbi.CMSGHDR_TYPE);
        java.put("sizeof(struct iphdr)", (long) RawAbi.IPHDR_SIZE);
        java.put("offsetof(struct iphdr, ttl)", (long) RawAbi.IPHDR_TTL);
        java.put("offsetof(struct iphdr, saddr)", (long) RawAbi.IPHDR_SADDR);
        java.put("offsetof(struct iphdr, daddr)", (long) RawAbi.IPHDR_DADDR);
        CompilerFacts.assertSame(List.of("sys/socket.h", "netinet/in.h", "netinet/ip.h"), java);
    }
}
