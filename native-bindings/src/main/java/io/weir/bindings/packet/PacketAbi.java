package io.weir.bindings.packet;

/**
 * {@code linux/if_packet.h}, {@code linux/if_ether.h} and {@code linux/filter.h} (Linux 6.1).
 *
 * <pre>
 *   a slot of a TPACKET_V2 receive ring: struct tpacket2_hdr, struct sockaddr_ll, room, frame
 *   0        4        8         12      14      16      20       24        26         28   32            52      mac
 *   +--------+--------+---------+-------+-------+-------+--------+---------+----------+----+-------------+- ~ -+--------+
 *   | status | len    | snaplen | mac   | net   | sec   | nsec   |vlan_tci |vlan_tpid |    | sockaddr_ll |     | frame  |
 *   +--------+--------+---------+-------+-------+-------+--------+---------+----------+----+-------------+- ~ -+--------+
 *
 *   struct sockaddr_ll                                          struct sock_filter
 *   0      2         4        8       10        11     12  20   0      2   3   4     8
 *   +------+---------+--------+-------+---------+------+----+   +------+---+---+-----+
 *   |family| protocol| ifindex| hatype| pkttype | halen|addr|   | code |jt |jf |  k  |
 *   +------+---------+--------+-------+---------+------+----+   +------+---+---+-----+
 * </pre>
 */
final class PacketAbi {
    static final int ETH_P_ALL = 3;

    static final int PACKET_RX_RING = 5;
    static final int PACKET_STATISTICS = 6;
    static final int PACKET_VERSION = 10;
    static final int PACKET_RESERVE = 12;
    static final int PACKET_FANOUT = 18;
    static final int PACKET_QDISC_BYPASS = 20;
    static final int PACKET_FANOUT_DATA = 22;
    static final int PACKET_IGNORE_OUTGOING = 23;

    static final int PACKET_FANOUT_HASH = 0;
    static final int PACKET_FANOUT_EBPF = 7;
    static final int PACKET_FANOUT_FLAG_UNIQUEID = 0x2000;
    /** Linux 6.2. */
    static final int PACKET_FANOUT_FLAG_IGNORE_OUTGOING = 0x4000;

    static final int PACKET_OUTGOING = 4;

    static final int TPACKET_V2 = 1;

    static final int TP_STATUS_KERNEL = 0;
    static final int TP_STATUS_USER = 1;
    static final int TP_STATUS_CSUMNOTREADY = 1 << 3;
    static final int TP_STATUS_VLAN_VALID = 1 << 4;
    static final int TP_STATUS_VLAN_TPID_VALID = 1 << 6;
    static final int TP_STATUS_CSUM_VALID = 1 << 7;

    static final int TPACKET2_SIZE = 32;
    static final int TPACKET2_STATUS = 0;
    static final int TPACKET2_LEN = 4;
    static final int TPACKET2_SNAPLEN = 8;
    static final int TPACKET2_MAC = 12;
    static final int TPACKET2_VLAN_TCI = 24;
    static final int TPACKET2_VLAN_TPID = 26;
    static final int TPACKET2_HDRLEN = 52;
    static final int TPACKET_ALIGNMENT = 16;

    static final int REQ_SIZE = 16;
    static final int REQ_BLOCK_SIZE = 0;
    static final int REQ_BLOCK_NR = 4;
    static final int REQ_FRAME_SIZE = 8;
    static final int REQ_FRAME_NR = 12;

    static final int SOCKADDR_LL_SIZE = 20;
    static final int SOCKADDR_LL_FAMILY = 0;
    static final int SOCKADDR_LL_PROTOCOL = 2;
    static final int SOCKADDR_LL_IFINDEX = 4;
    static final int SOCKADDR_LL_PKTTYPE = 10;

    static final int STATS_SIZE = 8;
    static final int STATS_PACKETS = 0;
    static final int STATS_DROPS = 4;

    static final int SOCK_FPROG_SIZE = 16;
    static final int SOCK_FPROG_FILTER = 8;
    static final int SOCK_FILTER_SIZE = 8;
    /** {@code BPF_RET | BPF_K}. */
    static final int BPF_RET_K = 0x06;

    private PacketAbi() {}
}
