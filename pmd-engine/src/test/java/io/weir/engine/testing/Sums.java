package io.weir.engine.testing;

import java.io.ByteArrayOutputStream;

/** The internet checksum word by word, as RFC 1071 §1 describes it: slow, plain, and nothing of the product's. */
public final class Sums {
    private Sums() {}

    /** One's complement sum of the 16-bit words of a range, an odd last byte padded with zero. */
    public static int sum(byte[] bytes, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i += 2) {
            int word = (bytes[i] & 0xff) << 8 | (i + 1 < to ? bytes[i + 1] & 0xff : 0);
            sum += word;
            if (sum > 0xffff) {
                sum -= 0xffff;
            }
        }
        return sum;
    }

    /** The checksum to store for a range. */
    public static int checksum(byte[] bytes, int from, int to) {
        return ~sum(bytes, from, to) & 0xffff;
    }

    /** Puts the IPv4 header checksum of an untagged frame right, as far as the header is there. */
    public static byte[] repairIpv4(byte[] frame) {
        int end = Math.min(14 + (frame[14] & 15) * 4, frame.length);
        frame[24] = 0;
        frame[25] = 0;
        int sum = checksum(frame, 14, end);
        frame[24] = (byte) (sum >>> 8);
        frame[25] = (byte) sum;
        return frame;
    }

    /** Sum of pseudo header and a range of a packet. */
    public static int transportSum(Peer source, Peer destination, int protocol, byte[] bytes, int from, int to) {
        ByteArrayOutputStream all = pseudoHeader(source, destination, protocol, to - from);
        all.write(bytes, from, to - from);
        return sum(all.toByteArray(), 0, all.size());
    }

    /** Sum of the pseudo header alone: what an unfinished checksum field holds. */
    public static int pseudoSum(Peer source, Peer destination, int protocol, int length) {
        ByteArrayOutputStream header = pseudoHeader(source, destination, protocol, length);
        return sum(header.toByteArray(), 0, header.size());
    }

    private static ByteArrayOutputStream pseudoHeader(Peer source, Peer destination, int protocol, int length) {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes(source.wire());
        header.writeBytes(destination.wire());
        header.writeBytes(new byte[] {0, (byte) protocol, (byte) (length >>> 8), (byte) length});
        return header;
    }
}
