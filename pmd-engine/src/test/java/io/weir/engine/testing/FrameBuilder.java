package io.weir.engine.testing;

import io.weir.engine.worker.InMemoryNode;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Builds frames byte by byte, with nothing of the product's codecs. A builder is changed by its methods and may be used
 * for several frames.
 */
public final class FrameBuilder {
    public static final int ICMP = 1;
    public static final int TCP = 6;
    public static final int UDP = 17;
    public static final int ICMPV6 = 58;

    public static final int FIN = 1;
    public static final int SYN = 2;
    public static final int RST = 4;
    public static final int PSH = 8;
    public static final int ACK = 16;

    /** What the transport checksum field is to hold. */
    private enum Sum {
        RIGHT,
        ZERO,
        PARTIAL
    }

    private final Peer from;
    private final Peer to;
    private final int protocol;
    private long sourceMac = InMemoryNode.CLIENT_MAC;
    private long destinationMac = InMemoryNode.FRONT_MAC;
    private int tpid;
    private int tci;
    private int tos;
    private int ttl = 64;
    private int id;
    private int fragment;
    private byte[] options = {};
    private int firstExtension = -1;
    private byte[] extensions = {};
    private byte[] payload = {};
    private int seq;
    private int ack;
    private int flags;
    private byte[] tcpOptions = {};
    private int typeCode;
    private int rest;
    private Sum sum = Sum.RIGHT;
    private boolean padded = true;

    private FrameBuilder(Peer from, Peer to, int protocol) {
        this.from = from;
        this.to = to;
        this.protocol = protocol;
    }

    /** A TCP segment. */
    public static FrameBuilder tcp(Peer from, Peer to, int flags, int seq, int ack) {
        FrameBuilder builder = new FrameBuilder(from, to, TCP);
        builder.flags = flags;
        builder.seq = seq;
        builder.ack = ack;
        return builder;
    }

    /** A UDP datagram. */
    public static FrameBuilder udp(Peer from, Peer to, int payload) {
        return new FrameBuilder(from, to, UDP).payload(payload);
    }

    /** An ICMP or ICMPv6 message, by the family of the addresses. */
    public static FrameBuilder icmp(Peer from, Peer to, int type, int code, int rest, byte[] body) {
        FrameBuilder builder = new FrameBuilder(from, to, from.isV6() ? ICMPV6 : ICMP);
        builder.typeCode = type << 8 | code;
        builder.rest = rest;
        builder.payload = body;
        return builder;
    }

    /** An echo request. */
    public static FrameBuilder ping(Peer from, Peer to, int bytes) {
        return icmp(from, to, from.isV6() ? 128 : 8, 0, 0x1234_0001, pattern(bytes));
    }

    /** A packet of another protocol. */
    public static FrameBuilder ip(Peer from, Peer to, int protocol, byte[] body) {
        FrameBuilder builder = new FrameBuilder(from, to, protocol);
        builder.payload = body;
        return builder;
    }

    /** An ARP message for IPv4 over Ethernet. */
    public static byte[] arp(int opcode, long senderMac, Peer sender, long targetMac, Peer target, long toMac) {
        ByteBuffer frame = ByteBuffer.allocate(60);
        mac(frame, toMac);
        mac(frame, senderMac);
        frame.putShort((short) 0x0806)
                .putInt(0x0001_0800)
                .putShort((short) 0x0604)
                .putShort((short) opcode);
        mac(frame, senderMac);
        frame.put(sender.wire());
        mac(frame, targetMac);
        frame.put(target.wire());
        return frame.array();
    }

    /** From a server, or whoever is behind the back port. */
    public FrameBuilder atBack() {
        return macs(InMemoryNode.SERVER_MAC, InMemoryNode.BACK_MAC);
    }

    /** Who sends on this link, to whom. */
    public FrameBuilder macs(long source, long destination) {
        sourceMac = source;
        destinationMac = destination;
        return this;
    }

    /** With an 802.1Q tag. */
    public FrameBuilder tag(int tag) {
        return tag(0x8100, tag);
    }

    /** With a tag of this type. */
    public FrameBuilder tag(int type, int tag) {
        tpid = type;
        tci = tag;
        return this;
    }

    /** Type of service, or traffic class. */
    public FrameBuilder tos(int octet) {
        tos = octet;
        return this;
    }

    public FrameBuilder ttl(int hops) {
        ttl = hops;
        return this;
    }

    /** So many bytes of a pattern behind the transport header. */
    public FrameBuilder payload(int bytes) {
        return payload(pattern(bytes));
    }

    /** These bytes behind the transport header. */
    public FrameBuilder payload(byte[] bytes) {
        payload = bytes;
        return this;
    }

    /** IPv4 options, a multiple of 4 bytes. */
    public FrameBuilder options(byte[] bytes) {
        options = bytes;
        return this;
    }

    /** IPv4's don't-fragment bit. */
    public FrameBuilder dontFragment() {
        fragment |= 0x4000;
        return this;
    }

    /** TCP options, a multiple of 4 bytes. */
    public FrameBuilder tcpOptions(byte[] bytes) {
        tcpOptions = bytes;
        return this;
    }

    /** IPv6 extension headers, each naming the next, the last the transport protocol. */
    public FrameBuilder extensions(int first, byte[] chain) {
        firstExtension = first;
        extensions = chain;
        return this;
    }

    /** UDP without a checksum. */
    public FrameBuilder withoutChecksum() {
        sum = Sum.ZERO;
        return this;
    }

    /** A checksum that an offload was to finish. */
    public FrameBuilder partialChecksum() {
        sum = Sum.PARTIAL;
        return this;
    }

    /** Not padded to Ethernet's shortest frame. */
    public FrameBuilder unpadded() {
        padded = false;
        return this;
    }

    /** The frame. */
    public byte[] build() {
        return frame(transport(), fragment, new byte[0]);
    }

    /** The same packet as fragments whose payloads have so many bytes each (a multiple of 8). */
    public byte[][] fragments(int identification, int size) {
        byte[] whole = transport();
        int count = (whole.length + size - 1) / size;
        byte[][] frames = new byte[count][];
        for (int i = 0; i < count; i++) {
            boolean more = i < count - 1;
            byte[] part = Arrays.copyOfRange(whole, i * size, Math.min(whole.length, (i + 1) * size));
            id = identification;
            if (from.isV6()) {
                ByteBuffer header = ByteBuffer.allocate(8);
                header.put((byte) protocol).put((byte) 0).putShort((short) (i * size | (more ? 1 : 0)));
                header.putInt(identification);
                frames[i] = frame(part, 0, header.array());
            } else {
                frames[i] = frame(part, i * size / 8 | (more ? 0x2000 : 0), new byte[0]);
            }
        }
        id = 0;
        return frames;
    }

    /** The IP packet without its link layer: what an ICMP error quotes. */
    public byte[] packet() {
        byte[] frame = build();
        return Arrays.copyOfRange(frame, tpid == 0 ? 14 : 18, frame.length);
    }

    private byte[] transport() {
        ByteBuffer buffer = switch (protocol) {
            case TCP ->
                ByteBuffer.allocate(20 + tcpOptions.length + payload.length)
                        .putShort((short) from.port())
                        .putShort((short) to.port())
                        .putInt(seq)
                        .putInt(ack)
                        .put((byte) ((5 + tcpOptions.length / 4) << 4))
                        .put((byte) flags)
                        .putShort((short) 65535)
                        .putInt(0)
                        .put(tcpOptions);
            case UDP ->
                ByteBuffer.allocate(8 + payload.length)
                        .putShort((short) from.port())
                        .putShort((short) to.port())
                        .putShort((short) (8 + payload.length))
                        .putShort((short) 0);
            case ICMP, ICMPV6 ->
                ByteBuffer.allocate(8 + payload.length)
                        .putShort((short) typeCode)
                        .putShort((short) 0)
                        .putInt(rest);
            default -> ByteBuffer.allocate(payload.length);
        };
        byte[] bytes = buffer.put(payload).array();
        int at = protocol == TCP ? 16 : protocol == UDP ? 6 : protocol == ICMP || protocol == ICMPV6 ? 2 : -1;
        if (at >= 0) {
            int value = checksum(bytes);
            bytes[at] = (byte) (value >>> 8);
            bytes[at + 1] = (byte) value;
        }
        return bytes;
    }

    private int checksum(byte[] bytes) {
        if (sum == Sum.ZERO) {
            return 0;
        }
        if (protocol == ICMP) {
            return Sums.checksum(bytes, 0, bytes.length);
        }
        if (sum == Sum.PARTIAL) {
            return Sums.pseudoSum(from, to, protocol, bytes.length);
        }
        int right = ~Sums.transportSum(from, to, protocol, bytes, 0, bytes.length) & 0xffff;
        return right == 0 && protocol == UDP ? 0xffff : right;
    }

    private byte[] frame(byte[] body, int fragmentField, byte[] fragmentHeader) {
        int length = (tpid == 0 ? 14 : 18)
                + (from.isV6() ? 40 + extensions.length + fragmentHeader.length : 20 + options.length)
                + body.length;
        ByteBuffer frame = ByteBuffer.allocate(padded ? Math.max(60, length) : length);
        mac(frame, destinationMac);
        mac(frame, sourceMac);
        if (tpid != 0) {
            frame.putShort((short) tpid).putShort((short) tci);
        }
        if (from.isV6()) {
            ipv6(frame, body, fragmentHeader);
        } else {
            ipv4(frame, body, fragmentField);
        }
        return frame.put(body).array();
    }

    private void ipv4(ByteBuffer frame, byte[] body, int fragmentField) {
        int at = frame.putShort((short) 0x0800).position();
        frame.put((byte) (0x45 + options.length / 4)).put((byte) tos);
        frame.putShort((short) (20 + options.length + body.length));
        frame.putShort((short) id).putShort((short) fragmentField);
        frame.put((byte) ttl).put((byte) protocol).putShort((short) 0);
        frame.put(from.wire()).put(to.wire()).put(options);
        frame.putShort(at + 10, (short) Sums.checksum(frame.array(), at, frame.position()));
    }

    private void ipv6(ByteBuffer frame, byte[] body, byte[] fragmentHeader) {
        int inner = fragmentHeader.length > 0 ? 44 : protocol;
        frame.putShort((short) 0x86dd).putInt(0x60000000 | tos << 20);
        frame.putShort((short) (extensions.length + fragmentHeader.length + body.length));
        frame.put((byte) (firstExtension >= 0 ? firstExtension : inner)).put((byte) ttl);
        frame.put(from.wire()).put(to.wire()).put(extensions).put(fragmentHeader);
    }

    private static void mac(ByteBuffer frame, long mac) {
        frame.putShort((short) (mac >>> 32)).putInt((int) mac);
    }

    /** Bytes that differ from their neighbours. */
    public static byte[] pattern(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + 7);
        }
        return bytes;
    }
}
