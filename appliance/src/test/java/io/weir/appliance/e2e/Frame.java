package io.weir.appliance.e2e;

import io.weir.appliance.bed.IpFamily;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;

/** A captured Ethernet frame, taken apart with plain arithmetic: nothing here is shared with the product's codecs. */
final class Frame {
    static final int ICMP = 1;
    static final int TCP = 6;
    static final int UDP = 17;
    static final int ICMPV6 = 58;

    private static final int ETHERNET = 14;
    private static final int GUE = 6080;
    private static final int VXLAN_HEADERS = 16;
    private static final int FIN = 1;
    private static final int RST = 4;

    private final byte[] bytes;
    private final int ipVersion;
    private int protocol = -1;
    private int transport;
    private int end;
    private int fragmentOffset;
    private boolean moreFragments;
    private long fragmentId;

    Frame(byte[] bytes) {
        this.bytes = bytes;
        int type = u16(12);
        ipVersion = type == 0x0800 ? 4 : type == 0x86dd ? 6 : 0;
        if (ipVersion == 4) {
            transport = ETHERNET + (u8(ETHERNET) & 15) * 4;
            end = ETHERNET + u16(ETHERNET + 2);
            protocol = u8(ETHERNET + 9);
            fragmentId = u16(ETHERNET + 4);
            fragmentOffset = (u16(ETHERNET + 6) & 0x1fff) * 8;
            moreFragments = (u16(ETHERNET + 6) & 0x2000) != 0;
        } else if (ipVersion == 6) {
            end = ETHERNET + 40 + u16(ETHERNET + 4);
            transport = ETHERNET + 40;
            protocol = u8(ETHERNET + 6);
            while (protocol == 0 || protocol == 43 || protocol == 44 || protocol == 60) {
                int next = u8(transport);
                if (protocol == 44) {
                    fragmentOffset = u16(transport + 2) & 0xfff8;
                    moreFragments = (u16(transport + 2) & 1) != 0;
                    fragmentId = ((long) u16(transport + 4) << 16) | u16(transport + 6);
                    transport += 8;
                } else {
                    transport += 8 + u8(transport + 1) * 8;
                }
                protocol = next;
            }
        }
        if (end > bytes.length) {
            throw new IllegalArgumentException(
                    "an IP packet of " + (end - ETHERNET) + " bytes in a frame of " + bytes.length);
        }
    }

    int u8(int at) {
        return bytes[at] & 0xff;
    }

    int u16(int at) {
        return u8(at) << 8 | u8(at + 1);
    }

    boolean isIp() {
        return ipVersion != 0;
    }

    boolean is(IpFamily family) {
        return ipVersion == (family == IpFamily.IPV4 ? 4 : 6);
    }

    boolean isIpv4() {
        return ipVersion == 4;
    }

    int protocol() {
        return protocol;
    }

    boolean isFragment() {
        return fragmentOffset != 0 || moreFragments;
    }

    int fragmentOffset() {
        return fragmentOffset;
    }

    boolean hasMoreFragments() {
        return moreFragments;
    }

    /** What the fragments of one packet have in common. */
    String fragmentKey() {
        return source() + ">" + destination() + "/" + protocol + "/" + fragmentId;
    }

    /** The IP header without extensions. */
    byte[] ipHeader() {
        return Arrays.copyOfRange(bytes, ETHERNET, ETHERNET + (ipVersion == 4 ? (u8(ETHERNET) & 15) * 4 : 40));
    }

    /** What the IP packet carries, or a fragment of it. */
    byte[] payload() {
        return Arrays.copyOfRange(bytes, transport, end);
    }

    byte[] addresses() {
        int from = ETHERNET + (ipVersion == 4 ? 12 : 8);
        return Arrays.copyOfRange(bytes, from, from + (ipVersion == 4 ? 8 : 32));
    }

    String sourceMac() {
        return HexFormat.ofDelimiter(":").formatHex(bytes, 6, 12);
    }

    /** The packet that this one carries, as a frame: by IP in IP, GRE, GUE (port 6080) or VXLAN. */
    Frame inside() {
        int header = switch (protocol) {
            case 4, 41 -> 0;
            case 47 -> 4;
            case UDP -> u16(transport + 2) == GUE ? 12 : VXLAN_HEADERS;
            default -> throw new IllegalArgumentException("carries no packet: " + this);
        };
        if (header == VXLAN_HEADERS) {
            return new Frame(Arrays.copyOfRange(bytes, transport + header, end));
        }
        int begin = transport + header;
        byte[] frame = new byte[ETHERNET + end - begin];
        System.arraycopy(bytes, begin, frame, ETHERNET, end - begin);
        boolean v6 = u8(begin) >>> 4 == 6;
        frame[12] = (byte) (v6 ? 0x86 : 0x08);
        frame[13] = (byte) (v6 ? 0xdd : 0x00);
        return new Frame(frame);
    }

    /** Whether it is an ICMP error that says what would have fit. */
    boolean isTooBig() {
        return protocol == ICMP ? icmpType() == 3 && u8(transport + 1) == 4 : protocol == ICMPV6 && icmpType() == 2;
    }

    /** The MTU that such an error names. */
    int mtu() {
        return u16(transport + 6);
    }

    boolean from(String address) {
        return source().equals(IpFamily.address(address));
    }

    boolean to(String address) {
        return destination().equals(IpFamily.address(address));
    }

    InetAddress source() {
        byte[] both = addresses();
        return address(Arrays.copyOfRange(both, 0, both.length / 2));
    }

    InetAddress destination() {
        byte[] both = addresses();
        return address(Arrays.copyOfRange(both, both.length / 2, both.length));
    }

    private static InetAddress address(byte[] raw) {
        try {
            return InetAddress.getByAddress(raw);
        } catch (UnknownHostException e) {
            throw new AssertionError("4 or 16 bytes always fit", e);
        }
    }

    private boolean hasPorts() {
        return (protocol == TCP || protocol == UDP) && fragmentOffset == 0 && end - transport >= 4;
    }

    int sourcePort() {
        return hasPorts() ? u16(transport) : -1;
    }

    int destinationPort() {
        return hasPorts() ? u16(transport + 2) : -1;
    }

    boolean isReset() {
        return protocol == TCP && hasPorts() && (u8(transport + 13) & RST) != 0;
    }

    boolean isFin() {
        return protocol == TCP && hasPorts() && (u8(transport + 13) & FIN) != 0;
    }

    /** Type of the ICMP or ICMPv6 message, or -1. */
    int icmpType() {
        return (protocol == ICMP || protocol == ICMPV6) && fragmentOffset == 0 ? u8(transport) : -1;
    }

    /** Whether it is an error that ICMP or ICMPv6 reports, not a question or an answer. */
    boolean isIcmpError() {
        int type = icmpType();
        return protocol == ICMP
                ? type == 3 || type == 4 || type == 5 || type == 11 || type == 12
                : type == 137 || type >= 0 && type < 128;
    }

    @Override
    public String toString() {
        if (!isIp()) {
            return "%s type %04x".formatted(sourceMac(), u16(12));
        }
        return "%s %s:%d > %s:%d protocol %d%s%s%s length %d"
                .formatted(
                        sourceMac(),
                        source().getHostAddress(),
                        sourcePort(),
                        destination().getHostAddress(),
                        destinationPort(),
                        protocol,
                        icmpType() >= 0 ? " ICMP type " + icmpType() : "",
                        isReset() ? " RST" : isFin() ? " FIN" : "",
                        isFragment() ? " fragment at " + fragmentOffset : "",
                        end - ETHERNET);
    }
}
