package io.weir.engine.packet;

/**
 * What lies between an outer IP header and the packet that it carries.
 *
 * <p>IP in IP (RFC 2003, RFC 2473, RFC 4213) puts nothing there. GRE (RFC 2784 §2.1), without checksum, key (RFC 2890) or
 * version:
 *
 * <pre>
 *  0               2               4
 * +-+-------------+---------------+------
 * |C| reserved,ver| protocol type | packet …
 * +-+-------------+---------------+------
 * </pre>
 *
 * Generic UDP encapsulation, variant 0, a data message without flags or extensions (draft-ietf-intarea-gue-09 §3.2; Linux
 * {@code struct guehdr}), behind a UDP header:
 *
 * <pre>
 *  0               1               2               4
 * +---+-+---------+---------------+---------------+------
 * | 0 |C| hlen    | proto/ctype   | flags         | packet …
 * +---+-+---------+---------------+---------------+------
 * </pre>
 *
 * VXLAN (RFC 7348 §5), behind a UDP header; what it carries is a frame, without FCS:
 *
 * <pre>
 *  0               1               4               7       8
 * +---------------+---------------+---------------+-------+------
 * | R R R R I R R R | reserved    | VNI           | res.  | Ethernet …
 * +---------------+---------------+---------------+-------+------
 * </pre>
 */
public final class Encapsulation {
    /** IPv4 in IP. */
    public static final int PROTOCOL_IPIP = 4;
    /** IPv6 in IP. */
    public static final int PROTOCOL_IPV6 = 41;

    public static final int PROTOCOL_GRE = 47;

    /** Bytes of a GRE header without options. */
    public static final int GRE_HEADER = 4;
    /** Where it says what it carries: an EtherType. */
    public static final int GRE_PROTOCOL = 2;

    /** Bytes of a GUE header without options. */
    public static final int GUE_HEADER = 4;
    /** Where it says what it carries: an IP protocol. */
    public static final int GUE_PROTOCOL = 1;

    public static final int VXLAN_HEADER = 8;
    /** Where the 24 bits of the VNI begin. */
    public static final int VXLAN_VNI = 4;
    /** The flag that says that there is a VNI, in the header's first byte. */
    public static final int VXLAN_VALID_VNI = 0x08;

    /** The first of the ports that a tunnel's source port is one of: the dynamic ones (RFC 6335 §6, RFC 7348 §5). */
    public static final int FIRST_SOURCE_PORT = 49152;

    private Encapsulation() {}

    /** The IP protocol that stands for a packet of a family in IP in IP and GUE. */
    public static int protocol(boolean ipv6) {
        return ipv6 ? PROTOCOL_IPV6 : PROTOCOL_IPIP;
    }

    /** The EtherType of a packet of a family. */
    public static int etherType(boolean ipv6) {
        return ipv6 ? Ethernet.TYPE_IPV6 : Ethernet.TYPE_IPV4;
    }
}
