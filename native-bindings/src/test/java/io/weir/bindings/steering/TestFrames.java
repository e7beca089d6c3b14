package io.weir.bindings.steering;

import java.io.ByteArrayOutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;

/** Crafted frames; checksums are left 0, for the classifier reads none. */
final class TestFrames {
    static final int TCP = 6;
    static final int UDP = 17;
    static final int ICMP = 1;
    static final int ICMPV6 = 58;

    private TestFrames() {}

    static InetAddress ip(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** An address in its textual form; IPv4 for a mapped one. */
    static String address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes).getHostAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static byte[] ethernet(int type, byte[] payload) {
        return join(hex("020000000001" + "020000000002"), be16(type), payload);
    }

    static byte[] frame(byte[] packet) {
        return ethernet((packet[0] & 0xf0) == 0x40 ? 0x0800 : 0x86dd, packet);
    }

    static byte[] tagged(byte[] frame, int tpid) {
        byte[] tag = join(be16(tpid), be16(7));
        byte[] tagged = new byte[frame.length + 4];
        System.arraycopy(frame, 0, tagged, 0, 12);
        System.arraycopy(tag, 0, tagged, 12, 4);
        System.arraycopy(frame, 12, tagged, 16, frame.length - 12);
        return tagged;
    }

    /** A packet, IPv4 or IPv6 as the addresses are. */
    static byte[] packet(String source, String destination, int protocol, byte[] payload) {
        InetAddress from = ip(source);
        return from instanceof Inet4Address
                ? ipv4(source, destination, protocol, 0, 0, payload)
                : ipv6(source, destination, protocol, payload);
    }

    /** @param words of options */
    static byte[] ipv4(String source, String destination, int protocol, int fragment, int words, byte[] payload) {
        int length = 20 + 4 * words;
        return join(
                new byte[] {(byte) (0x40 | 5 + words), 0},
                be16(length + payload.length),
                be16(0x1234),
                be16(fragment),
                new byte[] {64, (byte) protocol, 0, 0},
                ip(source).getAddress(),
                ip(destination).getAddress(),
                new byte[4 * words],
                payload);
    }

    static byte[] ipv6(String source, String destination, int next, byte[] payload) {
        return join(
                new byte[] {0x60, 0, 0, 0},
                be16(payload.length),
                new byte[] {(byte) next, (byte) 255},
                ip(source).getAddress(),
                ip(destination).getAddress(),
                payload);
    }

    /** A hop-by-hop, routing or options header. @param words length beyond 8 bytes, in units of 8 */
    static byte[] extension(int next, int words, byte[] payload) {
        byte[] header = new byte[8 + 8 * words];
        header[0] = (byte) next;
        header[1] = (byte) words;
        return join(header, payload);
    }

    /** @param offset in units of 8 bytes */
    static byte[] fragment6(int next, int offset, boolean more, byte[] payload) {
        return join(new byte[] {(byte) next, 0}, be16(offset << 3 | (more ? 1 : 0)), new byte[4], payload);
    }

    static byte[] ports(int source, int destination) {
        return join(be16(source), be16(destination), new byte[16]);
    }

    static byte[] icmp(int type, byte[] rest) {
        return join(new byte[] {(byte) type, 0, 0, 0, 0, 0, 0, 0}, rest);
    }

    static byte[] arp(int operation, String sender, String target) {
        return ethernet(
                0x0806,
                join(
                        hex("000108000604000" + operation),
                        new byte[6],
                        ip(sender).getAddress(),
                        new byte[6],
                        ip(target).getAddress()));
    }

    static byte[] solicitation(String source, String destination, String target) {
        return frame(
                packet(source, destination, ICMPV6, icmp(135, join(ip(target).getAddress(), new byte[8]))));
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    static byte[] be16(int value) {
        return new byte[] {(byte) (value >>> 8), (byte) value};
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}
