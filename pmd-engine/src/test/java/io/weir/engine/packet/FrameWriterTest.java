package io.weir.engine.packet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.weir.bindings.Mem;
import io.weir.engine.testing.Corpus;
import io.weir.engine.testing.ExactMemory;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.worker.InMemoryNode;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FrameWriterTest {
    private static final FrameWriter.Path PATH = new FrameWriter.Path(InMemoryNode.CLIENT_MAC, InMemoryNode.FRONT_MAC);

    private final ExactMemory memory = new ExactMemory(2048);

    static Stream<Arguments> ends() {
        return Stream.of(Arguments.of(Corpus.CLIENT, Corpus.SERVICE), Arguments.of(Corpus.CLIENT6, Corpus.SERVICE6));
    }

    @AfterEach
    void release() {
        memory.close();
    }

    private byte[] written(long at, int length) {
        byte[] frame = new byte[length];
        Mem.copy(at, frame, 0, length);
        return frame;
    }

    @ParameterizedTest
    @MethodSource("ends")
    void shouldWriteTheSegmentThatAnIndependentBuilderWrites(Peer from, Peer to) {
        for (int payload = 0; payload < 120; payload += 7) {
            byte[] expected = FrameBuilder.tcp(from, to, FrameBuilder.ACK, 7, 9)
                    .payload(new byte[payload])
                    .dontFragment()
                    .build();
            long at = memory.put(new byte[expected.length], expected.length);
            int length = FrameWriter.tcp(
                    at,
                    PATH,
                    from.address().hi(),
                    from.address().lo(),
                    from.port(),
                    to.address().hi(),
                    to.address().lo(),
                    to.port(),
                    Transport.ACK,
                    7,
                    9,
                    payload);
            assertArrayEquals(expected, written(at, length));
        }
    }

    @ParameterizedTest
    @MethodSource("ends")
    void shouldWriteTheDatagramThatAnIndependentBuilderWrites(Peer from, Peer to) {
        for (int payload = 0; payload < 120; payload += 7) {
            byte[] expected = FrameBuilder.udp(from, to, 0)
                    .payload(new byte[payload])
                    .dontFragment()
                    .build();
            long at = memory.put(new byte[expected.length], expected.length);
            int length = FrameWriter.udp(
                    at,
                    PATH,
                    from.address().hi(),
                    from.address().lo(),
                    from.port(),
                    to.address().hi(),
                    to.address().lo(),
                    to.port(),
                    payload);
            assertArrayEquals(expected, written(at, length));
        }
    }
}
