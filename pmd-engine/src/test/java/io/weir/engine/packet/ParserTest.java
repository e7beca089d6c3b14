package io.weir.engine.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.weir.engine.counters.Counter;
import io.weir.engine.testing.Corpus;
import io.weir.engine.testing.Dissection;
import io.weir.engine.testing.ExactMemory;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Sums;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParserTest {
    private static final Map<String, Integer> KINDS = Map.of(
            "udp-later-fragment", Burst.KIND_FRAGMENT,
            "udp6-later-fragment", Burst.KIND_FRAGMENT,
            "ping", Burst.KIND_ICMP,
            "ping6", Burst.KIND_ICMP,
            "icmp-error", Burst.KIND_ICMP,
            "icmp6-error", Burst.KIND_ICMP,
            "solicitation", Burst.KIND_ICMP,
            "gre", Burst.KIND_OTHER_PROTOCOL,
            "no-next-header", Burst.KIND_OTHER_PROTOCOL,
            "arp-request", Burst.KIND_ARP);
    private static final Set<String> TAGGED = Set.of("tcp-tagged", "tcp-qinq-type", "udp6");

    private final ExactMemory memory = new ExactMemory(4096);
    private final Burst burst = new Burst(1);

    @AfterEach
    void release() {
        memory.close();
    }

    static Stream<Arguments> frames() {
        return Corpus.frames().entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
    }

    /** Parses the first bytes of a frame; nothing else may be read. */
    private int parse(byte[] frame, int length) {
        long address = memory.put(frame, length);
        Parser.parse(address, length, burst, 0);
        ParserRules.assertSafe(burst, address, length);
        return burst.kind(0);
    }

    private int parse(byte[] frame) {
        return parse(frame, frame.length);
    }

    private void assertDropped(Counter reason, byte[] frame) {
        assertEquals(Burst.KIND_DROP, parse(frame));
        assertEquals(reason, Counter.of(burst.drop(0)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("frames")
    void shouldFindAddressesAndPortsOfEveryKindOfFrame(String name, byte[] frame) {
        assertEquals(KINDS.getOrDefault(name, Burst.KIND_PORTS), parse(frame));
        assertEquals(TAGGED.contains(name), (burst.traits(0) & Burst.TAGGED) != 0);
        Dissection expected = Dissection.of(frame);
        if (burst.kind(0) == Burst.KIND_ARP) {
            assertEquals(Corpus.SERVICE.address().lo(), burst.destinationLo(0));
            return;
        }
        assertEquals(expected.isV6(), (burst.traits(0) & Burst.IPV6) != 0);
        assertEquals(expected.protocol(), burst.protocol(0));
        assertEquals(expected.from().address().hi(), burst.sourceHi(0));
        assertEquals(expected.from().address().lo(), burst.sourceLo(0));
        assertEquals(expected.to().address().hi(), burst.destinationHi(0));
        assertEquals(expected.to().address().lo(), burst.destinationLo(0));
        assertEquals(expected.from().port() << 16 | expected.to().port(), burst.ports(0));
        assertEquals(expected.packetLength(), burst.end(0) - burst.l3(0));
        assertEquals(expected.transport().length, burst.end(0) - burst.l4(0));
        assertEquals(expected.fragmentOffset() != 0, (burst.traits(0) & Burst.LATER_FRAGMENT) != 0);
        assertEquals(
                expected.fragmentOffset() == 0 && expected.moreFragments(),
                (burst.traits(0) & Burst.FIRST_FRAGMENT) != 0);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("frames")
    void shouldReadNothingBehindTheEndWhenAFrameIsCutOff(String name, byte[] frame) {
        int needed = name.equals("arp-request") ? 42 : frame.length - padding(frame);
        for (int length = 0; length < frame.length; length++) {
            int kind = parse(frame, length);
            if (length < needed) {
                assertEquals(Burst.KIND_DROP, kind, "length " + length);
            } else {
                assertNotEquals(Burst.KIND_DROP, kind, "length " + length);
            }
        }
    }

    private static int padding(byte[] frame) {
        Dissection d = Dissection.of(frame);
        return frame.length - (d.tag() == 0 ? 14 : 18) - d.packetLength();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("frames")
    void shouldStaySafeWhenAnyByteHasAnyValue(String name, byte[] frame) {
        for (int at = 12; at < Math.min(frame.length, 120); at++) {
            byte was = frame[at];
            for (int value = 0; value < 256; value++) {
                frame[at] = (byte) value;
                parse(frame);
                if (at >= 14 && at < 34 && frame[12] == 8) {
                    parse(Sums.repairIpv4(frame.clone()));
                }
            }
            frame[at] = was;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 6, 15})
    void shouldDropWhenTheIpVersionIsNotTheFramesType(int version) {
        byte[] four = Corpus.frames().get("tcp-syn");
        byte[] six = Corpus.frames().get("tcp6-syn");
        four[14] = (byte) (version << 4 | 5);
        six[14] = (byte) (version << 4);
        if (version == 4) {
            assertEquals(Burst.KIND_PORTS, parse(four));
            assertDropped(Counter.DROP_BAD_VERSION, six);
        } else {
            assertDropped(Counter.DROP_BAD_VERSION, four);
            assertEquals(version == 6 ? Burst.KIND_PORTS : Burst.KIND_DROP, parse(six));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4})
    void shouldDropWhenTheIpv4HeaderIsShorterThanItsFixedPart(int words) {
        byte[] frame = Corpus.frames().get("tcp-syn");
        frame[14] = (byte) (0x40 | words);
        assertDropped(Counter.DROP_BAD_HEADER, frame);
    }

    @Test
    void shouldDropWhenTheIpv4HeaderReachesIntoThePadding() {
        byte[] frame =
                FrameBuilder.ip(Corpus.CLIENT, Corpus.SERVICE, 47, new byte[0]).build();
        frame[14] = 0x46;
        assertDropped(Counter.DROP_BAD_HEADER, Sums.repairIpv4(frame));
    }

    @ParameterizedTest
    @CsvSource({"0", "19", "47", "65535"})
    void shouldDropWhenTheTotalLengthIsImpossible(int total) {
        byte[] frame =
                FrameBuilder.udp(Corpus.CLIENT, Corpus.SERVICE, 18).unpadded().build(); // 46 bytes of IP
        frame[16] = (byte) (total >>> 8);
        frame[17] = (byte) total;
        assertDropped(Counter.DROP_BAD_HEADER, Sums.repairIpv4(frame));
    }

    @Test
    void shouldTakeOptionsForOptionsAndNotForPorts() {
        byte[] frame = FrameBuilder.tcp(Corpus.CLIENT, Corpus.SERVICE, FrameBuilder.SYN, 1, 0)
                .options(new byte[40])
                .build();
        assertEquals(Burst.KIND_PORTS, parse(frame));
        assertEquals(14 + 60, burst.l4(0));
    }

    @Test
    void shouldDropWhenTheIpv4ChecksumIsWrongInAnyBit() {
        byte[] frame = Corpus.frames().get("ip-options");
        for (int bit = 0; bit < 28 * 8; bit++) {
            byte[] wrong = frame.clone();
            wrong[14 + bit / 8] ^= (byte) (1 << bit % 8);
            assertEquals(Burst.KIND_DROP, parse(wrong), "bit " + bit);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 6, 15})
    void shouldDropWhenTheTcpHeaderLengthIsImpossible(int words) {
        byte[] frame = FrameBuilder.tcp(Corpus.CLIENT, Corpus.SERVICE, FrameBuilder.ACK, 1, 2)
                .unpadded()
                .build();
        frame[46] = (byte) (words << 4);
        assertDropped(Counter.DROP_BAD_TCP, frame);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 27, 65535})
    void shouldDropWhenTheUdpLengthIsImpossible(int length) {
        byte[] frame = FrameBuilder.udp(Corpus.CLIENT, Corpus.SERVICE, 18).build(); // 26 bytes of UDP
        frame[38] = (byte) (length >>> 8);
        frame[39] = (byte) length;
        assertDropped(Counter.DROP_BAD_UDP, frame);
    }

    @Test
    void shouldAcceptAFirstFragmentWhoseUdpLengthIsTheWholeDatagrams() {
        assertEquals(Burst.KIND_PORTS, parse(Corpus.frames().get("udp-first-fragment")));
        assertEquals(77, burst.fragmentId(0));
        assertEquals(Burst.KIND_PORTS, parse(Corpus.frames().get("udp6-first-fragment")));
        assertEquals(0x8000_0001, burst.fragmentId(0));
    }

    @Test
    void shouldNotTakeTheDontFragmentBitForAFragment() {
        parse(FrameBuilder.udp(Corpus.CLIENT, Corpus.SERVICE, 18).dontFragment().build());
        assertEquals(0, burst.traits(0));
    }

    @Test
    void shouldTreatAnAtomicFragmentAsAWholePacket() {
        byte[][] one = FrameBuilder.udp(Corpus.CLIENT6, Corpus.SERVICE6, 24).fragments(9, 64);
        assertEquals(1, one.length);
        assertEquals(Burst.KIND_PORTS, parse(one[0]));
        assertEquals(Burst.IPV6, burst.traits(0));
        assertEquals(14 + 48, burst.l4(0));
    }

    @Test
    void shouldNotTakeTheOtherFamilysIcmpForIcmp() {
        assertEquals(
                Burst.KIND_OTHER_PROTOCOL,
                parse(FrameBuilder.ip(Corpus.CLIENT, Corpus.SERVICE, 58, new byte[20])
                        .build()));
        assertEquals(
                Burst.KIND_OTHER_PROTOCOL,
                parse(FrameBuilder.ip(Corpus.CLIENT6, Corpus.SERVICE6, 1, new byte[20])
                        .build()));
    }

    @Test
    void shouldDropWhenExtensionHeadersAreTooManyOrTooLong() {
        byte[] chain = new byte[8 * 9];
        for (int header = 0; header < 9; header++) {
            chain[header * 8] = (byte) (header == 8 ? 6 : 60);
        }
        FrameBuilder tcp = FrameBuilder.tcp(Corpus.CLIENT6, Corpus.SERVICE6, FrameBuilder.SYN, 1, 0);
        assertDropped(Counter.DROP_BAD_EXTENSION, tcp.extensions(60, chain).build());
        assertEquals(
                Burst.KIND_PORTS,
                parse(tcp.extensions(60, Arrays.copyOfRange(chain, 8, 72)).build()));
        assertDropped(
                Counter.DROP_BAD_EXTENSION,
                tcp.extensions(60, new byte[] {6, 5, 0, 0, 0, 0, 0, 0}).build());
    }

    @Test
    void shouldDropWhenAJumbogramHidesItsLength() {
        byte[] frame = FrameBuilder.tcp(Corpus.CLIENT6, Corpus.SERVICE6, FrameBuilder.SYN, 1, 0)
                .extensions(0, new byte[] {6, 0, (byte) 0xc2, 4, 0, 1, 0, 0})
                .build();
        frame[18] = 0;
        frame[19] = 0;
        assertDropped(Counter.DROP_BAD_EXTENSION, frame);
    }

    @Test
    void shouldDropWhenTheFramesTypeIsUnknown() {
        byte[] frame = Corpus.frames().get("tcp-syn");
        frame[12] = (byte) 0x88;
        frame[13] = (byte) 0xcc;
        assertDropped(Counter.DROP_ETHER_TYPE, frame);
    }

    @Test
    void shouldDropWhenASecondTagFollowsTheFirst() {
        byte[] frame = Corpus.frames().get("tcp-tagged");
        frame[16] = (byte) 0x81;
        frame[17] = 0;
        assertDropped(Counter.DROP_ETHER_TYPE, frame);
    }

    @ParameterizedTest
    @CsvSource({"14,1", "16,6", "18,8", "19,6"})
    void shouldDropWhenArpIsNotIpv4OverEthernet(int at, int value) {
        byte[] frame = Corpus.frames().get("arp-request");
        frame[at] = (byte) value;
        assertDropped(Counter.DROP_BAD_ARP, frame);
    }
}
