package io.weir.bindings.steering;

import static io.weir.bindings.steering.TestFrames.ICMP;
import static io.weir.bindings.steering.TestFrames.ICMPV6;
import static io.weir.bindings.steering.TestFrames.TCP;
import static io.weir.bindings.steering.TestFrames.UDP;
import static io.weir.bindings.steering.TestFrames.arp;
import static io.weir.bindings.steering.TestFrames.extension;
import static io.weir.bindings.steering.TestFrames.fragment6;
import static io.weir.bindings.steering.TestFrames.frame;
import static io.weir.bindings.steering.TestFrames.icmp;
import static io.weir.bindings.steering.TestFrames.ip;
import static io.weir.bindings.steering.TestFrames.ipv4;
import static io.weir.bindings.steering.TestFrames.ipv6;
import static io.weir.bindings.steering.TestFrames.packet;
import static io.weir.bindings.steering.TestFrames.ports;
import static io.weir.bindings.steering.TestFrames.solicitation;
import static io.weir.bindings.steering.TestFrames.tagged;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.Requires;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SteeringProgramTest {
    private static final String VIP = "202.103.106.5";
    private static final String CLIENT = "198.51.100.7";
    private static final String SERVER = "172.16.0.2";
    private static final String ANY_PORT_SERVER = "172.16.0.9";
    private static final String HOST = "172.16.0.1";
    private static final String NAT = "172.16.0.100";
    private static final String ROUTER = "172.16.0.254";
    private static final String VIP6 = "2001:db8::5";
    private static final String CLIENT6 = "2001:db8:ffff::7";
    private static final String SERVER6 = "fd00::2";
    private static final String ANY_PORT_SERVER6 = "fd00::9";
    private static final String HOST6 = "fd00::1";
    private static final String NAT6 = "fd00::100";
    private static final String ROUTER6 = "fd00::fe";

    private static final String TUNNEL = "172.17.0.2";
    private static final String TUNNEL6 = "fd01::2";

    private static SteeringBed bed;

    @BeforeAll
    static void load() {
        Requires.root();
        bed = new SteeringBed();
        bed.owned(VIP, VIP6);
        bed.local(HOST, HOST6, NAT);
        bed.nat(NAT, NAT6);
        bed.fullNat(ANY_PORT_SERVER, ANY_PORT_SERVER6);
        bed.tunnelEnds(TUNNEL, TUNNEL6);
        bed.servers(
                new Endpoint(ip(SERVER), 8000, TCP),
                new Endpoint(ip(ANY_PORT_SERVER), 0, UDP),
                new Endpoint(ip(SERVER6), 8000, TCP),
                new Endpoint(ip(ANY_PORT_SERVER6), 0, UDP));
    }

    @AfterAll
    static void unload() {
        if (bed != null) {
            bed.close();
        }
    }

    @Test
    void shouldTakeWhateverGoesToAnOwnedAddress() {
        ours(frame(packet(CLIENT, VIP, TCP, ports(40_000, 80))), CLIENT, 40_000);
        ours(frame(packet(CLIENT, VIP, UDP, ports(40_000, 53))), CLIENT, 40_000);
        ours(frame(packet(CLIENT, VIP, ICMP, icmp(8, new byte[8]))), CLIENT, 0);
        ours(frame(packet(CLIENT, VIP, 47, new byte[8])), CLIENT, 0);
        ours(frame(packet(CLIENT6, VIP6, TCP, ports(40_000, 80))), CLIENT6, 40_000);
        ours(frame(packet(CLIENT6, VIP6, UDP, ports(40_000, 53))), CLIENT6, 40_000);
        ours(frame(packet(CLIENT6, VIP6, ICMPV6, icmp(128, new byte[8]))), CLIENT6, 0);
        ours(frame(packet(CLIENT6, VIP6, 47, new byte[8])), CLIENT6, 0);
        kernels(frame(packet(CLIENT, HOST, TCP, ports(40_000, 80))));
        kernels(frame(packet(CLIENT, "202.103.106.6", TCP, ports(40_000, 80))));
        kernels(frame(packet(CLIENT6, HOST6, TCP, ports(40_000, 80))));
        kernels(frame(packet(CLIENT6, "2001:db8::6", TCP, ports(40_000, 80))));
    }

    @Test
    void shouldTakeFragmentsToAnOwnedAddressByTheirAddressAlone() {
        ours(frame(ipv4(CLIENT, VIP, UDP, 0x2000, 0, ports(40_000, 53))), CLIENT, 40_000);
        ours(frame(ipv4(CLIENT, VIP, UDP, 185, 0, ports(40_000, 53))), CLIENT, 0);
        ours(frame(ipv6(CLIENT6, VIP6, 44, fragment6(UDP, 0, true, ports(40_000, 53)))), CLIENT6, 40_000);
        ours(frame(ipv6(CLIENT6, VIP6, 44, fragment6(UDP, 185, false, ports(40_000, 53)))), CLIENT6, 0);
    }

    @Test
    void shouldReadBehindIpv4OptionsAndIpv6ExtensionHeaders() {
        ours(frame(ipv4(CLIENT, VIP, TCP, 0, 10, ports(40_000, 80))), CLIENT, 40_000);
        ours(frame(ipv4(SERVER, CLIENT, TCP, 0, 3, ports(8000, 40_000))), CLIENT, 40_000);
        byte[] segment = ports(40_000, 80);
        ours(frame(ipv6(CLIENT6, VIP6, 0, extension(TCP, 0, segment))), CLIENT6, 40_000);
        ours(frame(ipv6(CLIENT6, VIP6, 60, extension(43, 2, extension(TCP, 5, segment)))), CLIENT6, 40_000);
        byte[] four = extension(43, 0, extension(60, 1, fragment6(TCP, 0, true, segment)));
        ours(
                frame(ipv6(CLIENT6, VIP6, 0, extension(43, 1, extension(60, 0, fragment6(TCP, 0, true, segment))))),
                CLIENT6,
                40_000);
        // a fifth is not walked: the destination alone decides
        ours(frame(ipv6(CLIENT6, VIP6, 0, extension(43, 0, extension(43, 0, four)))), CLIENT6, 0);
        byte[] answer = ports(8000, 40_000);
        ours(frame(ipv6(SERVER6, CLIENT6, 0, extension(60, 255, extension(TCP, 0, answer)))), CLIENT6, 40_000);
        kernels(frame(ipv6(SERVER6, CLIENT6, 51, extension(TCP, 0, answer))));
    }

    @Test
    void shouldTakeWhatServersSendToOthersThanThisHost() {
        ours(frame(packet(SERVER, CLIENT, TCP, ports(8000, 40_000))), CLIENT, 40_000);
        ours(frame(packet(ANY_PORT_SERVER, CLIENT, UDP, ports(777, 40_000))), CLIENT, 40_000);
        ours(frame(packet(SERVER6, CLIENT6, TCP, ports(8000, 40_000))), CLIENT6, 40_000);
        ours(frame(packet(ANY_PORT_SERVER6, CLIENT6, UDP, ports(777, 40_000))), CLIENT6, 40_000);
        ours(frame(ipv4(SERVER, CLIENT, TCP, 0x2000, 0, ports(8000, 40_000))), CLIENT, 40_000);
        kernels(frame(packet(SERVER, HOST, TCP, ports(8000, 40_000))));
        kernels(frame(packet(SERVER, CLIENT, TCP, ports(8001, 40_000))));
        kernels(frame(packet(SERVER, CLIENT, UDP, ports(8000, 40_000))));
        kernels(frame(packet(ANY_PORT_SERVER, CLIENT, TCP, ports(777, 40_000))));
        kernels(frame(packet(SERVER, CLIENT, ICMP, icmp(8, new byte[8]))));
        kernels(frame(packet(SERVER, "224.0.0.18", UDP, ports(8000, 40_000))));
        kernels(frame(packet(ANY_PORT_SERVER, "255.255.255.255", UDP, ports(68, 67))));
        kernels(frame(packet(SERVER6, HOST6, TCP, ports(8000, 40_000))));
        kernels(frame(packet(SERVER6, CLIENT6, TCP, ports(8001, 40_000))));
        kernels(frame(packet(ANY_PORT_SERVER6, "ff02::1:2", UDP, ports(546, 547))));
    }

    @Test
    void shouldTakeLaterFragmentsOfServers() {
        ours(frame(ipv4(SERVER, CLIENT, UDP, 185, 0, new byte[32])), CLIENT, 0);
        ours(frame(ipv6(SERVER6, CLIENT6, 44, fragment6(UDP, 185, true, new byte[32]))), CLIENT6, 0);
        kernels(frame(ipv4(SERVER, HOST, UDP, 185, 0, new byte[32])));
        kernels(frame(ipv4(ROUTER, CLIENT, UDP, 185, 0, new byte[32])));
        kernels(frame(ipv6(SERVER6, HOST6, 44, fragment6(UDP, 185, true, new byte[32]))));
        kernels(frame(ipv6(ROUTER6, CLIENT6, 44, fragment6(UDP, 185, true, new byte[32]))));
    }

    @Test
    void shouldTakeLaterFragmentsToNatAddressesFromServersUnderFullNatAlone() {
        ours(frame(ipv4(ANY_PORT_SERVER, NAT, UDP, 185, 0, new byte[32])), NAT, 0);
        ours(frame(ipv6(ANY_PORT_SERVER6, NAT6, 44, fragment6(UDP, 185, true, new byte[32]))), NAT6, 0);
        kernels(frame(ipv4(ANY_PORT_SERVER, HOST, UDP, 185, 0, new byte[32])));
        kernels(frame(ipv4(SERVER, NAT, UDP, 185, 0, new byte[32])));
        kernels(frame(ipv4(ROUTER, NAT, UDP, 185, 0, new byte[32])));
    }

    @Test
    void shouldTakeNatPortsOfNatAddresses() {
        for (int port : new int[] {10_000, 20_000, 32_000}) {
            OptionalInt owner = OptionalInt.of(SteeringBed.NAT_PORTS.owner(port, SteeringBed.WORKERS));
            assertEquals(owner, bed.agree(frame(packet(SERVER, NAT, TCP, ports(8000, port)))));
            assertEquals(owner, bed.agree(frame(packet(SERVER6, NAT6, TCP, ports(8000, port)))));
            byte[] quoted = packet(NAT, SERVER, TCP, ports(port, 8000));
            assertEquals(owner, bed.agree(frame(packet(ROUTER, NAT, ICMP, icmp(3, quoted)))));
        }
        // what the host itself listens to there, or talks to elsewhere, stays the kernel's
        kernels(frame(packet(ROUTER, NAT, TCP, ports(8000, 10_000))));
        kernels(frame(packet(SERVER, NAT, TCP, ports(8001, 10_000))));
        kernels(frame(packet(ROUTER6, NAT6, UDP, ports(8000, 10_000))));
        kernels(frame(packet(ROUTER, NAT, ICMP, icmp(3, packet(NAT, ROUTER, TCP, ports(10_000, 8000))))));
        kernels(frame(packet(SERVER, NAT, TCP, ports(8000, 9_999))));
        kernels(frame(packet(SERVER, NAT, TCP, ports(8000, 32_001))));
        kernels(frame(packet(ROUTER, NAT, ICMP, icmp(3, packet(NAT, SERVER, TCP, ports(40_000, 8000))))));
    }

    @Test
    void shouldTakeArpForOwnedAddressesOnly() {
        ours(arp(1, CLIENT, VIP), CLIENT, 0);
        ours(arp(2, CLIENT, VIP), CLIENT, 0);
        ours(tagged(arp(1, CLIENT, VIP), 0x8100), CLIENT, 0);
        kernels(arp(1, CLIENT, HOST));
        kernels(arp(1, VIP, HOST));
        byte[] wrongHardware = arp(1, CLIENT, VIP);
        wrongHardware[15] = 6;
        kernels(wrongHardware);
    }

    @Test
    void shouldTakeSolicitationsForOwnedAddressesOnly() {
        ours(solicitation(CLIENT6, "ff02::1:ff00:5", VIP6), CLIENT6, 0);
        ours(solicitation("::", "ff02::1:ff00:5", VIP6), "::", 0);
        ours(solicitation(CLIENT6, VIP6, VIP6), CLIENT6, 0);
        ours(solicitation(CLIENT6, HOST6, VIP6), CLIENT6, 0);
        kernels(solicitation(CLIENT6, "ff02::1:ff00:5", "2001:db9::5"));
        kernels(solicitation(CLIENT6, "ff02::1:ff00:1", HOST6));
        kernels(frame(packet(VIP6, "ff02::1", ICMPV6, icmp(136, ip(VIP6).getAddress()))));
        kernels(frame(packet(CLIENT6, "ff02::1", ICMPV6, icmp(134, new byte[16]))));
    }

    @Test
    void shouldTakeErrorsThatQuoteWhatWentToAServer() {
        byte[] quoted = packet(CLIENT, SERVER, TCP, ports(40_000, 8000));
        byte[] quoted6 = packet(CLIENT6, SERVER6, TCP, ports(40_000, 8000));
        for (int type : new int[] {3, 4, 11, 12}) {
            ours(frame(packet(ROUTER, CLIENT, ICMP, icmp(type, quoted))), CLIENT, 40_000);
        }
        for (int type : new int[] {1, 2, 3, 4}) {
            ours(frame(packet(ROUTER6, CLIENT6, ICMPV6, icmp(type, quoted6))), CLIENT6, 40_000);
        }
        // routers quote as little as 8 bytes of the transport header
        ours(frame(packet(ROUTER, CLIENT, ICMP, icmp(3, Arrays.copyOf(quoted, 28)))), CLIENT, 40_000);
        byte[] anyPort = packet(CLIENT, ANY_PORT_SERVER, UDP, ports(40_000, 99));
        ours(frame(packet(ROUTER, CLIENT, ICMP, icmp(3, anyPort))), CLIENT, 40_000);
        byte[] extended = ipv6(CLIENT6, SERVER6, 60, extension(TCP, 1, ports(40_000, 8000)));
        ours(frame(packet(ROUTER6, CLIENT6, ICMPV6, icmp(2, extended))), CLIENT6, 40_000);

        kernels(frame(packet(ROUTER, HOST, ICMP, icmp(3, quoted))));
        kernels(frame(packet(ROUTER, CLIENT, ICMP, icmp(5, quoted))));
        kernels(frame(packet(ROUTER, CLIENT, ICMP, icmp(3, packet(CLIENT, SERVER, TCP, ports(40_000, 8001))))));
        kernels(frame(packet(ROUTER, CLIENT, ICMP, icmp(3, packet(SERVER, CLIENT, TCP, ports(8000, 40_000))))));
        kernels(frame(packet(ROUTER, CLIENT, ICMP, icmp(3, ipv4(CLIENT, SERVER, TCP, 185, 0, new byte[20])))));
        kernels(frame(packet(ROUTER6, HOST6, ICMPV6, icmp(2, quoted6))));
        kernels(frame(packet(ROUTER6, CLIENT6, ICMPV6, icmp(5, quoted6))));
        kernels(frame(ipv4(ROUTER, CLIENT, ICMPV6, 0, 0, icmp(1, quoted6))));
        kernels(frame(ipv6(ROUTER6, CLIENT6, ICMP, icmp(3, quoted))));
    }

    @Test
    void shouldTakeErrorsToThisHostThatQuoteWhatWentThroughATunnel() {
        for (int protocol : new int[] {4, 41, 47, UDP}) {
            byte[] quoted = packet(HOST, TUNNEL, protocol, ports(50_000, 6080));
            byte[] quoted6 = packet(HOST6, TUNNEL6, protocol, ports(50_000, 6080));
            ours(frame(packet(ROUTER, HOST, ICMP, icmp(3, quoted))), HOST, 0);
            ours(frame(packet(ROUTER6, HOST6, ICMPV6, icmp(2, quoted6))), HOST6, 0);
            kernels(frame(packet(ROUTER, CLIENT, ICMP, icmp(3, quoted))));
            kernels(frame(packet(ROUTER6, CLIENT6, ICMPV6, icmp(2, quoted6))));
            kernels(frame(packet(ROUTER, HOST, ICMP, icmp(8, quoted))));
            kernels(frame(packet(ROUTER, HOST, ICMP, icmp(3, packet(HOST, ROUTER, protocol, ports(50_000, 6080))))));
        }
        kernels(frame(packet(ROUTER, HOST, ICMP, icmp(3, packet(HOST, TUNNEL, TCP, ports(50_000, 80))))));
        kernels(frame(packet(TUNNEL, HOST, UDP, ports(6080, 50_000))));
    }

    @Test
    void shouldFindTheClientInErrorsToAnOwnedAddress() {
        ours(frame(packet(ROUTER, VIP, ICMP, icmp(3, packet(VIP, CLIENT, TCP, ports(80, 40_000))))), CLIENT, 40_000);
        ours(frame(packet(ROUTER, VIP, ICMP, icmp(3, packet(VIP, CLIENT, ICMP, icmp(0, new byte[8]))))), CLIENT, 0);
        ours(frame(packet(ROUTER, VIP, ICMP, icmp(3, new byte[4]))), ROUTER, 0);
        ours(
                frame(packet(ROUTER6, VIP6, ICMPV6, icmp(2, packet(VIP6, CLIENT6, TCP, ports(80, 40_000))))),
                CLIENT6,
                40_000);
        ours(frame(packet(ROUTER6, VIP6, ICMPV6, icmp(2, new byte[4]))), ROUTER6, 0);
    }

    @Test
    void shouldAcceptOneTagAndNoMore() {
        for (byte[] frame : samples()) {
            assertEquals(bed.agree(frame), bed.agree(tagged(frame, 0x8100)));
            assertEquals(OptionalInt.empty(), bed.agree(tagged(tagged(frame, 0x8100), 0x8100)));
            assertEquals(OptionalInt.empty(), bed.agree(tagged(frame, 0x88a8)));
        }
    }

    @Test
    void shouldJudgeTruncatedFramesAlike() {
        for (byte[] frame : samples()) {
            for (int length = SHORTEST; length <= frame.length; length++) {
                bed.agree(Arrays.copyOf(frame, length));
                bed.agree(tagged(Arrays.copyOf(frame, length), 0x8100));
            }
        }
    }

    @Test
    void shouldJudgeRandomFramesAsTheReferenceDoes() {
        long seed = Long.getLong("weir.test.seed", System.nanoTime());
        System.out.println("random frames from -Dweir.test.seed=" + seed);
        Random random = new Random(seed);
        List<byte[]> samples = samples();
        int ours = 0;
        for (int i = 0; i < 40_000; i++) {
            byte[] frame = samples.get(random.nextInt(samples.size())).clone();
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                // mostly in the headers, mostly to a value that means something
                int at = 12 + random.nextInt(Math.min(frame.length - 12, random.nextBoolean() ? 12 : 120));
                byte[] values = {0, 1, 4, 6, 17, 43, 44, 58, 60, 0x45, 0x60, (byte) random.nextInt(256)};
                frame[at] = values[random.nextInt(values.length)];
            }
            if (random.nextInt(4) == 0) {
                frame = Arrays.copyOf(frame, SHORTEST + random.nextInt(frame.length - SHORTEST + 1));
            }
            ours += bed.agree(frame).isPresent() ? 1 : 0;
        }
        assertTrue(ours > 5_000, "too few of the frames were ours to prove much: " + ours);
        for (int i = 0; i < 5_000; i++) {
            byte[] frame = new byte[SHORTEST + random.nextInt(200)];
            random.nextBytes(frame);
            int type = new int[] {0x0800, 0x86dd, 0x0806, 0x8100}[random.nextInt(4)];
            frame[12] = (byte) (type >>> 8);
            frame[13] = (byte) type;
            bed.agree(frame);
        }
    }

    /** What a test run accepts: an Ethernet header. */
    private static final int SHORTEST = 14;

    private static List<byte[]> samples() {
        List<byte[]> samples = new ArrayList<>(List.of(
                arp(1, CLIENT, VIP),
                arp(1, CLIENT, HOST),
                solicitation(CLIENT6, "ff02::1:ff00:5", VIP6),
                solicitation(CLIENT6, VIP6, VIP6)));
        String[][] worlds = {
            {CLIENT, VIP, SERVER, ANY_PORT_SERVER, HOST, NAT, ROUTER, TUNNEL},
            {CLIENT6, VIP6, SERVER6, ANY_PORT_SERVER6, HOST6, NAT6, ROUTER6, TUNNEL6}
        };
        for (String[] w : worlds) {
            int control = w == worlds[0] ? ICMP : ICMPV6;
            int type = w == worlds[0] ? 3 : 1;
            samples.add(frame(packet(w[0], w[1], TCP, ports(40_000, 80))));
            samples.add(frame(packet(w[0], w[1], control, icmp(8, new byte[8]))));
            samples.add(frame(packet(w[2], w[0], TCP, ports(8000, 40_000))));
            samples.add(frame(packet(w[3], w[0], UDP, ports(777, 40_000))));
            samples.add(frame(packet(w[2], w[4], TCP, ports(8000, 40_000))));
            samples.add(frame(packet(w[2], w[5], TCP, ports(8000, 20_000))));
            samples.add(frame(packet(w[6], w[0], control, icmp(type, packet(w[0], w[2], TCP, ports(40_000, 8000))))));
            samples.add(frame(packet(w[6], w[0], control, icmp(type, packet(w[0], w[3], UDP, ports(40_000, 99))))));
            samples.add(frame(packet(w[6], w[1], control, icmp(type, packet(w[1], w[0], TCP, ports(80, 40_000))))));
            samples.add(frame(packet(w[6], w[5], control, icmp(type, packet(w[5], w[2], TCP, ports(20_000, 8000))))));
            samples.add(frame(packet(w[6], w[4], control, icmp(type, packet(w[4], w[7], 47, ports(20_000, 8000))))));
            samples.add(frame(packet(w[6], w[4], control, icmp(type, packet(w[4], w[7], UDP, ports(20_000, 6080))))));
        }
        samples.add(frame(ipv4(SERVER, CLIENT, TCP, 0, 3, ports(8000, 40_000))));
        samples.add(frame(ipv4(SERVER, CLIENT, UDP, 185, 0, new byte[32])));
        samples.add(frame(ipv4(ANY_PORT_SERVER, NAT, UDP, 185, 0, new byte[32])));
        samples.add(frame(ipv6(SERVER6, CLIENT6, 44, fragment6(UDP, 185, true, new byte[32]))));
        samples.add(frame(ipv6(SERVER6, CLIENT6, 44, fragment6(TCP, 0, true, ports(8000, 40_000)))));
        byte[] answer = ports(8000, 40_000);
        samples.add(frame(ipv6(SERVER6, CLIENT6, 0, extension(60, 1, extension(43, 0, extension(TCP, 0, answer))))));
        byte[] quoted = ipv6(CLIENT6, SERVER6, 60, extension(43, 1, extension(TCP, 0, ports(40_000, 8000))));
        samples.add(frame(ipv6(ROUTER6, CLIENT6, 0, extension(ICMPV6, 0, icmp(2, quoted)))));
        return samples;
    }

    private static void ours(byte[] frame, String client, int port) {
        byte[] key = AddressKey.of(ip(client)).bytes();
        long hi = ByteBuffer.wrap(key).getLong(0);
        long lo = ByteBuffer.wrap(key).getLong(8);
        int owner = FlowHash.owner(FlowHash.hash(SteeringBed.SEED, hi, lo, port), SteeringBed.WORKERS);
        assertEquals(OptionalInt.of(owner), bed.agree(frame));
    }

    private static void kernels(byte[] frame) {
        assertEquals(OptionalInt.empty(), bed.agree(frame));
    }
}
