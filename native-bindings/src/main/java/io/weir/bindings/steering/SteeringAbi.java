package io.weir.bindings.steering;

/**
 * Contexts, helper functions and verdicts of the classifier's programs.
 *
 * <p>Source: {@code include/uapi/linux/bpf.h} and {@code if_packet.h}, Linux 6.18; what is newer than Linux 6.1 says so.
 */
final class SteeringAbi {
    static final int BPF_FUNC_map_lookup_elem = 1;
    static final int BPF_FUNC_skb_load_bytes = 26;
    static final int BPF_FUNC_redirect_map = 51;

    static final int XDP_PASS = 2;
    static final int TC_ACT_SHOT = 2;
    /** Since Linux 6.6. */
    static final int TCX_NEXT = -1;

    static final int PACKET_OUTGOING = 4;

    // struct xdp_md
    static final int XDP_MD_DATA = 0;
    static final int XDP_MD_DATA_END = 4;
    static final int XDP_MD_RX_QUEUE_INDEX = 16;

    // struct __sk_buff
    static final int SKB_PKT_TYPE = 4;
    static final int SKB_PROTOCOL = 16;
    static final int SKB_VLAN_PRESENT = 20;
    static final int SKB_VLAN_PROTO = 28;

    private SteeringAbi() {}
}
