package io.weir.bindings.packet;

import io.weir.bindings.CompilerFacts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PacketAbiTest {
    @Test
    void shouldAgreeWithTheCompilerWhenItsHeadersAreAsked() {
        Map<String, Long> java = new LinkedHashMap<>();
        java.put("ETH_P_ALL", (long) PacketAbi.ETH_P_ALL);
        java.put("PACKET_RX_RING", (long) PacketAbi.PACKET_RX_RING);
        java.put("PACKET_STATISTICS", (long) PacketAbi.PACKET_STATISTICS);
        java.put("PACKET_VERSION", (long) PacketAbi.PACKET_VERSION);
        java.put("PACKET_RESERVE", (long) PacketAbi.PACKET_RESERVE);
        java.put("PACKET_FANOUT", (long) PacketAbi.PACKET_FANOUT);
        java.put("PACKET_QDISC_BYPASS", (long) PacketAbi.PACKET_QDISC_BYPASS);
        java.put("PACKET_FANOUT_DATA", (long) PacketAbi.PACKET_FANOUT_DATA);
        java.put("PACKET_IGNORE_OUTGOING", (long) PacketAbi.PACKET_IGNORE_OUTGOING);
        java.put("PACKET_FANOUT_HASH", (long) PacketAbi.PACKET_FANOUT_HASH);
        java.put("PACKET_FANOUT_EBPF", (long) PacketAbi.PACKET_FANOUT_EBPF);
        java.put("PACKET_FANOUT_FLAG_UNIQUEID", (long) PacketAbi.PACKET_FANOUT_FLAG_UNIQUEID);
        java.put("PACKET_OUTGOING", (long) PacketAbi.PACKET_OUTGOING);
        java.put("TPACKET_V2", (long) PacketAbi.TPACKET_V2);
        java.put("TP_STATUS_KERNEL", (long) PacketAbi.TP_STATUS_KERNEL);
        java.put("TP_STATUS_USER", (long) PacketAbi.TP_STATUS_USER);
        java.put("TP_STATUS_CSUMNOTREADY", (long) PacketAbi.TP_STATUS_CSUMNOTREADY);
        java.put("TP_STATUS_VLAN_VALID", (long) PacketAbi.TP_STATUS_VLAN_VALID);
        java.put("TP_STATUS_VLAN_TPID_VALID", (long) PacketAbi.TP_STATUS_VLAN_TPID_VALID);
        java.put("TP_STATUS_CSUM_VALID", (long) PacketAbi.TP_STATUS_CSUM_VALID);
        java.put("TPACKET2_HDRLEN", (long) PacketAbi.TPACKET2_HDRLEN);
        java.put("TPACKET_ALIGNMENT", (long) PacketAbi.TPACKET_ALIGNMENT);
        java.put("sizeof(struct tpacket2_hdr)", (long) PacketAbi.TPACKET2_SIZE);
        java.put("offsetof(struct tpacket2_hdr, tp_status)", (long) PacketAbi.TPACKET2_STATUS);
        java.put("offsetof(struct tpacket2_hdr, tp_len)", (long) PacketAbi.TPACKET2_LEN);
        java.put("offsetof(struct tpacket2_hdr, tp_snaplen)", (long) PacketAbi.TPACKET2_SNAPLEN);
        java.put("offsetof(struct tpacket2_hdr, tp_mac)", (long) PacketAbi.TPACKET2_MAC);
        java.put("offsetof(struct tpacket2_hdr, tp_vlan_tci)", (long) PacketAbi.TPACKET2_VLAN_TCI);
        java.put("offsetof(struct tpacket2_hdr, tp_vlan_tpid)", (long) PacketAbi.TPACKET2_VLAN_TPID);
        java.put("sizeof(struct tpacket_req)", (long) PacketAbi.REQ_SIZE);
        java.put("offsetof(struct tpacket_req, tp_block_size)", (long) PacketAbi.REQ_BLOCK_SIZE);
        java.put("offsetof(struct tpacket_req, tp_block_nr)", (long) PacketAbi.REQ_BLOCK_NR);
        java.put("offsetof(struct tpacket_req, tp_frame_size)", (long) PacketAbi.REQ_FRAME_SIZE);
        java.put("offsetof(struct tpacket_req, tp_frame_nr)", (long) PacketAbi.REQ_FRAME_NR);
        java.put("sizeof(struct sockaddr_ll)", (long) PacketAbi.SOCKADDR_LL_SIZE);
        java.put("offsetof(struct sockaddr_ll, sll_family)", (long) PacketAbi.SOCKADDR_LL_FAMILY);
        java.put("offsetof(struct sockaddr_ll, sll_protocol)", (long) PacketAbi.SOCKADDR_LL_PROTOCOL);
        java.put("offsetof(struct sockaddr_ll, sll_ifindex)", (long) PacketAbi.SOCKADDR_LL_IFINDEX);
        java.put("offsetof(struct sockaddr_ll, sll_pkttype)", (long) PacketAbi.SOCKADDR_LL_PKTTYPE);
        java.put("sizeof(struct tpacket_stats)", (long) PacketAbi.STATS_SIZE);
        java.put("offsetof(struct tpacket_stats, tp_packets)", (long) PacketAbi.STATS_PACKETS);
        java.put("offsetof(struct tpacket_stats, tp_drops)", (long) PacketAbi.STATS_DROPS);
        java.put("sizeof(struct sock_fprog)", (long) PacketAbi.SOCK_FPROG_SIZE);
        java.put("offsetof(struct sock_fprog, filter)", (long) PacketAbi.SOCK_FPROG_FILTER);
        java.put("sizeof(struct sock_filter)", (long) PacketAbi.SOCK_FILTER_SIZE);
        java.put("BPF_RET | BPF_K", (long) PacketAbi.BPF_RET_K);
        CompilerFacts.assertSame(List.of("linux/if_packet.h", "linux/if_ether.h", "linux/filter.h"), java);
    }
}
