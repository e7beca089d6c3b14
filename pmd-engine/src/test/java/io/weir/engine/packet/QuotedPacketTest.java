package io.weir.engine.packet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.testing.Corpus;
import io.weir.engine.testing.ExactMemory;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class QuotedPacketTest {
    private final ExactMemory memory = new ExactMemory(2048);
    private final Burst burst = new Burst(1);
    private final QuotedPacket quoted = new QuotedPacket();

    /** Who sent the quoted packet, and to whom. */
    record Ends(Peer source, Peer destination) {}

    static Stream<Ends> families() {
        return Stream.of(new Ends(Corpus.SERVICE, Corpus.CLIENT), new Ends(Corpus.SERVICE6, Corpus.CLIENT6));
    }

    @AfterEach
    void release() {
        memory.close();
    }

    private boolean read(Ends ends, byte[] packet) {
        int type = ends.source.isV6() ? 1 : 3;
        byte[] frame = FrameBuilder.icmp(ends.destination, ends.source, type, 1, 0, packet)
                .unpadded()
                .build();
        long address = memory.put(frame, frame.length);
        Parser.parse(address, frame.length, burst, 0);
        assertEquals(Burst.KIND_ICMP, burst.kind(0));
        boolean known = quoted.read(address, burst, 0);
        if (known) {
            ParserRules.assertSafe(quoted, burst);
        }
        return known;
    }

    private void assertRead(Ends ends) {
        assertEquals(ends.source.address().hi(), quoted.sourceHi);
        assertEquals(ends.source.address().lo(), quoted.sourceLo);
        assertEquals(ends.destination.address().hi(), quoted.destinationHi);
        assertEquals(ends.destination.address().lo(), quoted.destinationLo);
        assertEquals(ends.source.port(), quoted.sourcePort);
        assertEquals(ends.destination.port(), quoted.destinationPort);
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldReadTheFlowWhenEightBytesOfTheTransportHeaderAreQuoted(Ends ends) {
        byte[] packet = FrameBuilder.tcp(ends.source, ends.destination, FrameBuilder.ACK, 1, 2)
                .payload(100)
                .unpadded()
                .packet();
        int header = ends.source.isV6() ? 40 : 20;
        for (int length = 0; length <= packet.length; length++) {
            boolean known = read(ends, Arrays.copyOf(packet, length));
            assertEquals(length >= header + 8, known, "length " + length);
            if (known) {
                assertRead(ends);
                assertEquals(Transport.TCP, quoted.protocol);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldReadTheFlowWhenTheFirstFragmentIsQuotedAndNotWhenALaterOneIs(Ends ends) {
        byte[][] parts = FrameBuilder.udp(ends.source, ends.destination, 100).fragments(5, 48);
        assertTrue(read(ends, Arrays.copyOfRange(parts[0], 14, parts[0].length)));
        assertRead(ends);
        assertEquals(Transport.UDP, quoted.protocol);
        assertFalse(read(ends, Arrays.copyOfRange(parts[1], 14, parts[1].length)));
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldReadNothingWhenThePacketIsOfAnotherProtocolOrVersion(Ends ends) {
        assertFalse(read(
                ends,
                FrameBuilder.ping(ends.source, ends.destination, 20).unpadded().packet()));
        byte[] packet =
                FrameBuilder.udp(ends.source, ends.destination, 20).unpadded().packet();
        packet[0] ^= 0x20;
        assertFalse(read(ends, packet));
    }
}
