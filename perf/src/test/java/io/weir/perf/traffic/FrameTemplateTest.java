package io.weir.perf.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Parser;
import io.weir.engine.packet.Transport;
import io.weir.engine.testing.Sums;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FrameTemplateTest {
    private static final long MAC = 0x0200_0000_0001L;
    private static final int FLOWS = 5000;

    static List<Arguments> cases() {
        List<Arguments> cases = new ArrayList<>();
        for (boolean v4 : new boolean[] {true, false}) {
            for (Protocol protocol : Protocol.values()) {
                for (int size : new int[] {0, 64, 65, 79, 84, 128, 594, 1518, SizeMix.MAX}) {
                    int least = FrameTemplate.headers(v4, protocol) + SizeMix.FCS + 1;
                    if (size == 0 || size >= least) {
                        cases.add(Arguments.of(v4, protocol, size));
                    }
                }
            }
        }
        return cases;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldWriteFramesThatParseAndWhoseChecksumsAreRight(boolean v4, Protocol protocol, int size) {
        Traffic traffic = traffic(v4, protocol, size);
        FlowSpace space = new FlowSpace(traffic);
        SplittableRandom random = new SplittableRandom(size);
        Burst burst = new Burst(1);
        try (NativeBlock block = new NativeBlock(2048);
                FrameTemplate template =
                        new FrameTemplate(traffic, new FlowHeaders(space), MAC, size, Transport.PSH, true)) {
            long frame = block.address();
            assertEquals(size == 0 ? Math.max(60, FrameTemplate.headers(v4, protocol)) : size - 4, template.length());
            for (int i = 0; i < 200; i++) {
                int flow = random.nextInt(FLOWS);
                int seq = random.nextInt();
                int length = template.write(
                        frame, flow, seq, random.nextInt(), Stamp.tag(3, true) | flow, i, random.nextLong(), i);
                assertEquals(template.length(), length);
                Parser.parse(frame, length, burst, 0);
                assertEquals(Burst.KIND_PORTS, burst.kind(0));
                assertEquals(protocol.number(), burst.protocol(0));
                int ports = burst.ports(0);
                assertEquals(
                        flow,
                        space.flowOf(
                                burst.sourceHi(0),
                                burst.sourceLo(0),
                                burst.destinationHi(0),
                                burst.destinationLo(0),
                                ports >>> 16,
                                ports & 0xffff));
                assertSums(frame, length, burst, v4);
                if (protocol.isTcp()) {
                    assertEquals(seq, Mem.getIntBe(frame + burst.l4(0) + Transport.TCP_SEQ));
                }
                assertStamp(template, frame, flow, i);
            }
        }
    }

    private static Traffic traffic(boolean v4, Protocol protocol, int size) {
        return Traffic.to(0x0200_0000_0002L)
                .withAddresses(
                        AddressRange.parse(v4 ? "10.0.255.250-10.1.0.3" : "2001:db8::ffff-2001:db8::1:8"),
                        AddressRange.parse(v4 ? "172.16.0.9-172.16.0.11" : "fd00::2-fd00::4"))
                .withPorts(PortRange.parse("0-65535"), PortRange.parse("79-81"))
                .withFlows(FLOWS, Popularity.TURNS)
                .withSizes(SizeMix.of(Math.max(size, 128)))
                .withProtocol(protocol);
    }

    private static void assertSums(long frame, int length, Burst burst, boolean v4) {
        byte[] bytes = new byte[length];
        Mem.copy(frame, bytes, 0, length);
        if (v4) {
            assertEquals(0xffff, Sums.sum(bytes, 14, 34));
        }
        int l4 = burst.l4(0);
        int end = burst.end(0);
        byte[] pseudo = new byte[(v4 ? 8 : 32) + 4 + end - l4];
        int addresses = v4 ? 8 : 32;
        System.arraycopy(bytes, v4 ? 26 : 22, pseudo, 0, addresses);
        pseudo[addresses + 1] = (byte) burst.protocol(0);
        pseudo[addresses + 2] = (byte) (end - l4 >>> 8);
        pseudo[addresses + 3] = (byte) (end - l4);
        System.arraycopy(bytes, l4, pseudo, addresses + 4, end - l4);
        assertEquals(0xffff, Sums.sum(pseudo, 0, pseudo.length));
        if (burst.protocol(0) == Transport.UDP) {
            assertTrue(Mem.getU16(frame + l4 + Transport.UDP_CHECKSUM) != 0, "0 means: not computed");
        }
    }

    private static void assertStamp(FrameTemplate template, long frame, int flow, int sequence) {
        assertEquals(template.payload() >= Stamp.LENGTH, template.isStamped());
        if (template.isStamped()) {
            long at = frame + template.payloadAt();
            assertTrue(Stamp.isPresent(at));
            assertEquals(flow, Stamp.flow(at));
            assertEquals(sequence, Stamp.sequence(at));
        }
    }
}
