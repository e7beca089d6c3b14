package io.weir.engine.testing;

import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.SYN;

import io.weir.scheduler.IpAddress;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** One well-formed frame of every kind that the engine tells apart. */
public final class Corpus {
    public static final Peer CLIENT = Peer.of("202.100.1.2", 3456);
    public static final Peer SERVICE = Peer.of("202.103.106.5", 80);
    public static final Peer SERVER = Peer.of("172.16.0.3", 8000);
    public static final Peer CLIENT6 = Peer.of("2001:db8:c::2", 3456);
    public static final Peer SERVICE6 = Peer.of("2001:db8::5", 80);
    public static final Peer SERVER6 = Peer.of("fd00::3", 8000);
    /** Eight bytes of padding options (RFC 8200 §4.2), behind the number of the header that follows. */
    private static final byte[] OPTIONS_BEFORE_TCP = {6, 0, 1, 4, 0, 0, 0, 0};

    private Corpus() {}

    /** The frames by name; built anew, so a caller may change them. */
    public static Map<String, byte[]> frames() {
        Map<String, byte[]> frames = new LinkedHashMap<>();
        ipv4(frames);
        ipv6(frames);
        frames.put("arp-request", FrameBuilder.arp(1, 0x02_00_00_00_01_01L, CLIENT, 0, SERVICE, -1));
        return frames;
    }

    private static void ipv4(Map<String, byte[]> frames) {
        frames.put("tcp-syn", FrameBuilder.tcp(CLIENT, SERVICE, SYN, 1000, 0).build());
        frames.put(
                "tcp-options",
                FrameBuilder.tcp(CLIENT, SERVICE, SYN, 1000, 0)
                        .tcpOptions(new byte[] {2, 4, 5, (byte) 0xb4, 4, 2, 1, 3, 3, 7, 0, 0})
                        .build());
        frames.put(
                "tcp-payload",
                FrameBuilder.tcp(CLIENT, SERVICE, ACK, 1000, 2000).payload(101).build());
        frames.put(
                "tcp-tagged",
                FrameBuilder.tcp(CLIENT, SERVICE, ACK, 1000, 2000).tag(0x6064).build());
        frames.put(
                "tcp-qinq-type",
                FrameBuilder.tcp(CLIENT, SERVICE, ACK, 1, 2).tag(0x88a8, 100).build());
        frames.put(
                "ip-options",
                FrameBuilder.tcp(CLIENT, SERVICE, ACK, 1, 2)
                        .options(new byte[] {1, 1, 1, 1, 1, 1, 1, 0})
                        .payload(9)
                        .build());
        frames.put("udp", FrameBuilder.udp(CLIENT, SERVICE, 33).build());
        frames.put("udp-empty", FrameBuilder.udp(CLIENT, SERVICE, 0).unpadded().build());
        byte[][] parts = FrameBuilder.udp(CLIENT, SERVICE, 200).fragments(77, 80);
        frames.put("udp-first-fragment", parts[0]);
        frames.put("udp-later-fragment", parts[1]);
        frames.put("ping", FrameBuilder.ping(CLIENT, SERVICE, 57).build());
        byte[] reply = FrameBuilder.tcp(SERVICE, CLIENT, ACK, 1, 2)
                .payload(30)
                .unpadded()
                .packet();
        frames.put(
                "icmp-error",
                FrameBuilder.icmp(CLIENT, SERVICE, 3, 4, 1400, reply).build());
        frames.put("gre", FrameBuilder.ip(CLIENT, SERVICE, 47, new byte[12]).build());
    }

    private static void ipv6(Map<String, byte[]> frames) {
        frames.put("tcp6-syn", FrameBuilder.tcp(CLIENT6, SERVICE6, SYN, 1000, 0).build());
        frames.put(
                "tcp6-extensions",
                FrameBuilder.tcp(CLIENT6, SERVICE6, ACK, 1, 2)
                        .extensions(
                                0,
                                new byte[] {60, 0, 1, 4, 0, 0, 0, 0, 6, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
                        .payload(5)
                        .build());
        frames.put(
                "tcp6-routing",
                FrameBuilder.tcp(CLIENT6, SERVICE6, ACK, 1, 2)
                        .extensions(43, OPTIONS_BEFORE_TCP)
                        .build());
        frames.put("udp6", FrameBuilder.udp(CLIENT6, SERVICE6, 17).tag(5).build());
        byte[][] parts = FrameBuilder.udp(CLIENT6, SERVICE6, 200).fragments(0x8000_0001, 80);
        frames.put("udp6-first-fragment", parts[0]);
        frames.put("udp6-later-fragment", parts[2]);
        frames.put("ping6", FrameBuilder.ping(CLIENT6, SERVICE6, 20).build());
        byte[] reply = FrameBuilder.tcp(SERVICE6, CLIENT6, ACK, 1, 2)
                .payload(30)
                .unpadded()
                .packet();
        frames.put(
                "icmp6-error",
                FrameBuilder.icmp(CLIENT6, SERVICE6, 2, 0, 1400, reply).build());
        frames.put("solicitation", solicitation(CLIENT6, SERVICE6).build());
        frames.put(
                "no-next-header",
                FrameBuilder.ip(CLIENT6, SERVICE6, 59, new byte[3]).build());
    }

    /** A neighbour solicitation to the target's solicited-node address. */
    public static FrameBuilder solicitation(Peer asker, Peer target) {
        byte[] body = new byte[24];
        System.arraycopy(target.wire(), 0, body, 0, 16);
        boolean probing = asker.address().isUnspecified();
        body[16] = 1;
        body[17] = 1;
        body[18] = 2; // 02:00:00:00:01:01
        body[22] = 1;
        body[23] = 1;
        long low = target.address().lo() & 0xff_ffffL;
        Peer group = new Peer(new IpAddress(0xff02_0000_0000_0000L, 0x0000_0001_ff00_0000L | low), 0);
        return FrameBuilder.icmp(asker, group, 135, 0, 0, probing ? Arrays.copyOf(body, 16) : body)
                .ttl(255)
                .macs(0x02_00_00_00_01_01L, 0x3333_ff00_0000L | low);
    }
}
