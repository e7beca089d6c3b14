package io.weir.bindings;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Numbers of the headers that several classes of this package use, against the compiler's. */
class AbiTest {
    @Test
    void shouldAgreeWithTheCompilerWhenAskedForSocketNumbers() {
        Map<String, Long> java = new LinkedHashMap<>();
        java.put("AF_INET", (long) SocketAbi.AF_INET);
        java.put("AF_INET6", (long) SocketAbi.AF_INET6);
        java.put("AF_NETLINK", (long) SocketAbi.AF_NETLINK);
        java.put("AF_PACKET", (long) SocketAbi.AF_PACKET);
        java.put("AF_XDP", (long) SocketAbi.AF_XDP);
        java.put("SOCK_DGRAM", (long) SocketAbi.SOCK_DGRAM);
        java.put("SOCK_RAW", (long) SocketAbi.SOCK_RAW);
        java.put("SOCK_CLOEXEC", (long) SocketAbi.SOCK_CLOEXEC);
        java.put("SOL_SOCKET", (long) SocketAbi.SOL_SOCKET);
        java.put("SOL_PACKET", (long) SocketAbi.SOL_PACKET);
        java.put("SOL_XDP", (long) SocketAbi.SOL_XDP);
        java.put("SO_RCVBUF", (long) SocketAbi.SO_RCVBUF);
        java.put("SO_BINDTODEVICE", (long) SocketAbi.SO_BINDTODEVICE);
        java.put("SO_SNDBUFFORCE", (long) SocketAbi.SO_SNDBUFFORCE);
        java.put("SO_RCVBUFFORCE", (long) SocketAbi.SO_RCVBUFFORCE);
        java.put("SO_ATTACH_FILTER", (long) SocketAbi.SO_ATTACH_FILTER);
        java.put("SO_ATTACH_BPF", (long) SocketAbi.SO_ATTACH_BPF);
        java.put("MSG_DONTWAIT", (long) SocketAbi.MSG_DONTWAIT);
        java.put("POLLIN", (long) SocketAbi.POLLIN);
        java.put("sizeof(struct pollfd)", (long) SocketAbi.POLLFD_SIZE);
        java.put("offsetof(struct pollfd, events)", (long) SocketAbi.POLLFD_EVENTS);
        java.put("sizeof(struct iovec)", (long) SocketAbi.IOVEC_SIZE);
        java.put("offsetof(struct iovec, iov_len)", (long) SocketAbi.IOVEC_LENGTH);
        java.put("sizeof(struct mmsghdr)", (long) SocketAbi.MMSGHDR_SIZE);
        java.put("offsetof(struct mmsghdr, msg_hdr.msg_iov)", (long) SocketAbi.MMSGHDR_IOV);
        java.put("offsetof(struct mmsghdr, msg_hdr.msg_iovlen)", (long) SocketAbi.MMSGHDR_IOVLEN);
        java.put("sizeof(struct msghdr)", (long) SocketAbi.MSGHDR_SIZE);
        java.put("offsetof(struct msghdr, msg_name)", (long) SocketAbi.MSGHDR_NAME);
        java.put("offsetof(struct msghdr, msg_namelen)", (long) SocketAbi.MSGHDR_NAMELEN);
        java.put("offsetof(struct msghdr, msg_iov)", (long) SocketAbi.MSGHDR_IOV);
        java.put("offsetof(struct msghdr, msg_iovlen)", (long) SocketAbi.MSGHDR_IOVLEN);
        java.put("offsetof(struct msghdr, msg_control)", (long) SocketAbi.MSGHDR_CONTROL);
        java.put("offsetof(struct msghdr, msg_controllen)", (long) SocketAbi.MSGHDR_CONTROLLEN);
        java.put("offsetof(struct msghdr, msg_flags)", (long) SocketAbi.MSGHDR_FLAGS);
        CompilerFacts.assertSame(
                List.of("bits/types.h", "features.h", "sys/socket.h", "sys/uio.h", "poll.h", "linux/if_packet.h"),
                java);
    }

    @Test
    void shouldAgreeWithTheCompilerWhenAskedForMappingNumbers() {
        Map<String, Long> java = new LinkedHashMap<>();
        java.put("PROT_READ", (long) MmanAbi.PROT_READ);
        java.put("PROT_WRITE", (long) MmanAbi.PROT_WRITE);
        java.put("MAP_SHARED", (long) MmanAbi.MAP_SHARED);
        java.put("MAP_PRIVATE", (long) MmanAbi.MAP_PRIVATE);
        java.put("MAP_ANONYMOUS", (long) MmanAbi.MAP_ANONYMOUS);
        java.put("MAP_POPULATE", (long) MmanAbi.MAP_POPULATE);
        java.put("MAP_HUGETLB", (long) MmanAbi.MAP_HUGETLB);
        java.put("MAP_HUGE_2MB", (long) MmanAbi.MAP_HUGE_2MB);
        java.put("MADV_DONTFORK", (long) MmanAbi.MADV_DONTFORK);
        java.put("MADV_HUGEPAGE", (long) MmanAbi.MADV_HUGEPAGE);
        java.put("MADV_POPULATE_WRITE", (long) MmanAbi.MADV_POPULATE_WRITE);
        CompilerFacts.assertSame(List.of("linux/mman.h", "asm/mman.h"), java);
    }

    @Test
    void shouldAgreeWithTheCompilerWhenAskedForDeviceNumbers() {
        Map<String, Long> java = new LinkedHashMap<>();
        java.put("SIOCGIFFLAGS", (long) DeviceAbi.SIOCGIFFLAGS);
        java.put("SIOCGIFMTU", (long) DeviceAbi.SIOCGIFMTU);
        java.put("SIOCGIFHWADDR", (long) DeviceAbi.SIOCGIFHWADDR);
        java.put("SIOCGIFINDEX", (long) DeviceAbi.SIOCGIFINDEX);
        java.put("IFF_UP", (long) DeviceAbi.IFF_UP);
        java.put("ETHTOOL_GDRVINFO", (long) DeviceAbi.ETHTOOL_GDRVINFO);
        java.put("ETHTOOL_GCHANNELS", (long) DeviceAbi.ETHTOOL_GCHANNELS);
        java.put("offsetof(struct ifreq, ifr_ifindex)", (long) DeviceAbi.IFREQ_UNION);
        java.put("offsetof(struct ifreq, ifr_hwaddr.sa_data)", (long) DeviceAbi.IFREQ_HWADDR_DATA);
        java.put("sizeof(struct ethtool_drvinfo)", (long) DeviceAbi.DRVINFO_SIZE);
        java.put("offsetof(struct ethtool_drvinfo, driver)", (long) DeviceAbi.DRVINFO_DRIVER);
        java.put("sizeof(struct ethtool_channels)", (long) DeviceAbi.CHANNELS_SIZE);
        java.put("offsetof(struct ethtool_channels, rx_count)", (long) DeviceAbi.CHANNELS_RX_COUNT);
        java.put("offsetof(struct ethtool_channels, combined_count)", (long) DeviceAbi.CHANNELS_COMBINED_COUNT);
        java.put("ETHTOOL_BUSINFO_LEN", (long) DeviceAbi.DRVINFO_DRIVER_LENGTH);
        java.put("PR_SET_TIMERSLACK", (long) CpuAffinity.PR_SET_TIMERSLACK);
        java.put("PR_GET_TIMERSLACK", (long) CpuAffinity.PR_GET_TIMERSLACK);
        CompilerFacts.assertSame(
                List.of(
                        "sys/types.h",
                        "sys/socket.h",
                        "linux/if.h",
                        "linux/ethtool.h",
                        "linux/sockios.h",
                        "linux/prctl.h"),
                java);
    }
}
