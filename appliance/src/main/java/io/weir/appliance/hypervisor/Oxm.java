package io.weir.appliance.hypervisor;

import io.netty.buffer.ByteBuf;

/**
 * Fields of a packet as OpenFlow writes them (OpenFlow 1.3.5 §7.2.3.7), and the two that are Open vSwitch's own.
 *
 * <pre>
 *  31            16 15       9  8  7        0
 * ┌────────────────┬──────────┬──┬───────────┐
 * │ class          │ field    │ M│ length    │   M: a mask follows; never here
 * └────────────────┴──────────┴──┴───────────┘
 * </pre>
 */
enum Oxm {
    IN_PORT("in_port", 0x80000004, Form.NUMBER),
    /** Zero for every packet that comes out of a port. */
    METADATA("metadata", 0x80000408, Form.NUMBER),
    ETH_DST("eth_dst", 0x80000606, Form.MAC),
    ETH_SRC("eth_src", 0x80000806, Form.MAC),
    ETH_TYPE("eth_type", 0x80000a02, Form.HEX),
    IP_PROTO("nw_proto", 0x80001401, Form.NUMBER),
    IPV4_SRC("nw_src", 0x80001604, Form.ADDRESS),
    IPV4_DST("nw_dst", 0x80001804, Form.ADDRESS),
    TCP_SRC("tcp_src", 0x80001a02, Form.NUMBER),
    TCP_DST("tcp_dst", 0x80001c02, Form.NUMBER),
    UDP_SRC("udp_src", 0x80001e02, Form.NUMBER),
    UDP_DST("udp_dst", 0x80002002, Form.NUMBER),
    ARP_OP("arp_op", 0x80002a02, Form.NUMBER),
    ARP_SPA("arp_spa", 0x80002c04, Form.ADDRESS),
    ARP_TPA("arp_tpa", 0x80002e04, Form.ADDRESS),
    ARP_SHA("arp_sha", 0x80003006, Form.MAC),
    ARP_THA("arp_tha", 0x80003206, Form.MAC),
    IPV6_SRC("ipv6_src", 0x80003410, Form.ADDRESS),
    IPV6_DST("ipv6_dst", 0x80003610, Form.ADDRESS),
    ICMPV6_TYPE("icmpv6_type", 0x80003a01, Form.NUMBER),
    ICMPV6_CODE("icmpv6_code", 0x80003c01, Form.NUMBER),
    ND_TARGET("nd_target", 0x80003e10, Form.ADDRESS),
    ND_TLL("nd_tll", 0x80004206, Form.MAC),
    /** The second word of a neighbour message: the flags R, S and O (RFC 4861 §4.4). */
    ND_RESERVED("nd_reserved", 0x10000204, Form.HEX),
    /** The type of a neighbour message's option: 1 source, 2 target link-layer address (RFC 4861 §4.6.1). */
    ND_OPTIONS_TYPE("nd_options_type", 0x10000401, Form.NUMBER);

    /** How people write its values. */
    enum Form {
        NUMBER,
        HEX,
        MAC,
        ADDRESS
    }

    private final String ovs;
    private final int header;
    private final Form form;

    Oxm(String ovs, int header, Form form) {
        this.ovs = ovs;
        this.header = header;
        this.form = form;
    }

    /** Open vSwitch's name. */
    String ovs() {
        return ovs;
    }

    int header() {
        return header;
    }

    Form form() {
        return form;
    }

    /** Bytes of a value. */
    int length() {
        return header & 0xff;
    }

    /** Writes header and value. */
    void write(ByteBuf to, long hi, long lo) {
        to.writeInt(header);
        int length = length();
        for (int i = length - 1; i >= 0; i--) {
            to.writeByte((int) ((i >= 8 ? hi : lo) >>> 8 * (i & 7)));
        }
    }
}
