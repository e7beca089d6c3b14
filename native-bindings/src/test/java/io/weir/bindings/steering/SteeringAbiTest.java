package io.weir.bindings.steering;

import static java.util.Map.entry;

import io.weir.bindings.CompilerFacts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SteeringAbiTest {
    @Test
    void shouldAgreeWithTheKernelsHeaders() {
        CompilerFacts.assertSame(
                List.of("linux/bpf.h", "linux/pkt_cls.h", "linux/if_packet.h"),
                Map.ofEntries(
                        entry("BPF_FUNC_map_lookup_elem", (long) SteeringAbi.BPF_FUNC_map_lookup_elem),
                        entry("BPF_FUNC_skb_load_bytes", (long) SteeringAbi.BPF_FUNC_skb_load_bytes),
                        entry("BPF_FUNC_redirect_map", (long) SteeringAbi.BPF_FUNC_redirect_map),
                        entry("XDP_PASS", (long) SteeringAbi.XDP_PASS),
                        entry("TC_ACT_SHOT", (long) SteeringAbi.TC_ACT_SHOT),
                        entry("PACKET_OUTGOING", (long) SteeringAbi.PACKET_OUTGOING),
                        entry("offsetof(struct xdp_md, data)", (long) SteeringAbi.XDP_MD_DATA),
                        entry("offsetof(struct xdp_md, data_end)", (long) SteeringAbi.XDP_MD_DATA_END),
                        entry("offsetof(struct xdp_md, rx_queue_index)", (long) SteeringAbi.XDP_MD_RX_QUEUE_INDEX),
                        entry("offsetof(struct __sk_buff, pkt_type)", (long) SteeringAbi.SKB_PKT_TYPE),
                        entry("offsetof(struct __sk_buff, protocol)", (long) SteeringAbi.SKB_PROTOCOL),
                        entry("offsetof(struct __sk_buff, vlan_present)", (long) SteeringAbi.SKB_VLAN_PRESENT),
                        entry("offsetof(struct __sk_buff, vlan_proto)", (long) SteeringAbi.SKB_VLAN_PROTO)));
    }
}
