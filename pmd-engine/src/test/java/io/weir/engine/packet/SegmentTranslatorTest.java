package io.weir.engine.packet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.Mem;
import io.weir.engine.testing.ExactMemory;
import io.weir.engine.testing.Seeded;
import io.weir.engine.testing.Sums;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers of one connection made those of another, against a translation byte by byte and whole sums. */
class SegmentTranslatorTest {
    private static final int SEGMENTS = 300_000;

    private final SegmentTranslator translator = new SegmentTranslator();

    /** A segment without its IP header; the checksum is that of these bytes alone. */
    private static byte[] segment(int flags, int seq, int ack, byte[] options, int payload) {
        byte[] segment = ByteBuffer.allocate(20 + options.length + payload)
                .putInt(0x1234_5678)
                .putInt(seq)
                .putInt(ack)
                .put((byte) (5 + options.length / 4 << 4))
                .put((byte) flags)
                .putShort((short) 4711)
                .putInt(0)
                .put(options)
                .array();
        for (int i = 20 + options.length; i < segment.length; i++) {
            segment[i] = (byte) (i * 7);
        }
        return sealed(segment);
    }

    private static byte[] sealed(byte[] segment) {
        ByteBuffer buffer = ByteBuffer.wrap(segment);
        buffer.putShort(16, (short) 0);
        buffer.putShort(16, (short) Sums.checksum(segment, 0, segment.length));
        return segment;
    }

    private record Numbers(int seq, int ack, int tsVal, int tsEcr) {
        static Numbers random(SplittableRandom random) {
            return new Numbers(pick(random), pick(random), pick(random), pick(random));
        }

        private static int pick(SplittableRandom random) {
            return switch (random.nextInt(4)) {
                case 0 -> 0;
                case 1 -> -1;
                case 2 -> Integer.MIN_VALUE;
                default -> random.nextInt();
            };
        }

        Numbers undone() {
            return new Numbers(-seq, -ack, -tsVal, -tsEcr);
        }
    }

    /** Translates with the product's code; null: malformed, and nothing was changed. */
    private byte[] translate(byte[] segment, Numbers by) {
        try (ExactMemory memory = new ExactMemory(segment.length)) {
            long tcp = memory.put(segment, segment.length);
            int delta = translator.translate(tcp, by.seq, by.ack, by.tsVal, by.tsEcr);
            if (delta != SegmentTranslator.MALFORMED) {
                assertEquals(delta & 0xffff, delta);
                int checksum = Mem.getU16Be(tcp + Transport.TCP_CHECKSUM);
                Mem.putU16Be(tcp + Transport.TCP_CHECKSUM, Checksum.apply(checksum, delta));
            }
            byte[] after = new byte[segment.length];
            Mem.copy(tcp, after, 0, after.length);
            if (delta == SegmentTranslator.MALFORMED) {
                assertArrayEquals(segment, after);
                return null;
            }
            return after;
        }
    }

    /** The same with a loop over the options, and whole sums. */
    private static byte[] expected(byte[] segment, Numbers by) {
        byte[] bytes = segment.clone();
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        boolean ack = (bytes[13] & 16) != 0;
        buffer.putInt(4, buffer.getInt(4) + by.seq);
        if (ack) {
            buffer.putInt(8, buffer.getInt(8) + by.ack);
        }
        int end = (bytes[12] >>> 4 & 15) * 4;
        for (int at = 20; at < end && bytes[at] != 0; ) {
            if (bytes[at] == 1) {
                at++;
                continue;
            }
            if (bytes[at] == 8) {
                buffer.putInt(at + 2, buffer.getInt(at + 2) + by.tsVal);
                if (ack) {
                    buffer.putInt(at + 6, buffer.getInt(at + 6) + by.tsEcr);
                }
            } else if (bytes[at] == 5 && ack) {
                for (int edge = at + 2; edge < at + bytes[at + 1]; edge += 4) {
                    buffer.putInt(edge, buffer.getInt(edge) + by.ack);
                }
            }
            at += bytes[at + 1];
        }
        return sealed(bytes);
    }

    /** A list of options, each at any offset, that fits a header. */
    private static byte[] options(SplittableRandom random) {
        ByteArrayOutputStream options = new ByteArrayOutputStream();
        boolean timestamps = false;
        boolean sack = false;
        for (int n = random.nextInt(6); n > 0; n--) {
            ByteBuffer option = ByteBuffer.allocate(34);
            switch (random.nextInt(5)) {
                case 0 -> option.put((byte) 1);
                case 1 -> option.put((byte) 3).put((byte) 3).put((byte) 7);
                case 2 -> option.put((byte) 254).put((byte) 5).put((byte) 1).putShort((short) random.nextInt());
                case 3 -> {
                    if (!timestamps) {
                        option.putShort((short) 0x080a).putInt(random.nextInt()).putInt(random.nextInt());
                        timestamps = true;
                    }
                }
                default -> {
                    if (!sack) {
                        int blocks = random.nextInt(1, 5);
                        option.put((byte) 5).put((byte) (2 + 8 * blocks));
                        for (int edge = 0; edge < 2 * blocks; edge++) {
                            option.putInt(random.nextInt());
                        }
                        sack = true;
                    }
                }
            }
            if (options.size() + option.position() > 40) {
                break;
            }
            options.write(option.array(), 0, option.position());
        }
        while (options.size() % 4 != 0) {
            options.write(random.nextInt(3) == 0 ? 0 : 1);
        }
        return options.toByteArray();
    }

    @Test
    void shouldAgreeWithWholeSumsWhateverTheSegment() {
        SplittableRandom random = Seeded.random("SegmentTranslatorTest");
        int odd = 0;
        for (int n = 0; n < SEGMENTS; n++) {
            byte[] options = options(random);
            byte[] segment =
                    segment(random.nextInt(64), random.nextInt(), random.nextInt(), options, random.nextInt(20));
            Numbers by = Numbers.random(random);
            byte[] translated = translate(segment, by);
            assertArrayEquals(
                    expected(segment, by),
                    canonical(translated),
                    () -> HexFormat.of().formatHex(segment));
            assertArrayEquals(segment, canonical(translate(translated, by.undone())));
            odd += options.length > 0 && options[0] == 3 ? 1 : 0;
        }
        assertTrue(odd > SEGMENTS / 100, "options at odd offsets");
    }

    /** Zero has two forms in one's complement; a whole sum gives one of them. */
    private static byte[] canonical(byte[] segment) {
        int sum = Sums.sum(segment, 0, segment.length);
        assertEquals(0xffff, sum, "the checksum is right");
        return sealed(segment.clone());
    }

    @Test
    void shouldCountModuloTheWholeRange() {
        byte[] options = {1, 1, 8, 10, -1, -1, -1, -1, 0, 0, 0, 0, 1, 1, 5, 10, -1, -1, -1, -2, 0, 0, 0, 3};
        byte[] after = translate(segment(16, -1, 5, options, 0), new Numbers(2, -6, 1, -1));
        ByteBuffer buffer = ByteBuffer.wrap(after);
        assertEquals(1, buffer.getInt(4));
        assertEquals(-1, buffer.getInt(8));
        assertEquals(0, buffer.getInt(24), "TSval");
        assertEquals(-1, buffer.getInt(28), "TSecr");
        assertEquals(-8, buffer.getInt(36), "left edge");
        assertEquals(-3, buffer.getInt(40), "right edge");
    }

    @Test
    void shouldLeaveTheAcknowledgementAloneWhenTheSegmentHasNone() {
        byte[] options = {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2};
        byte[] after = translate(segment(4, 100, 7, options, 0), new Numbers(10, 20, 30, 40));
        ByteBuffer buffer = ByteBuffer.wrap(after);
        assertEquals(110, buffer.getInt(4));
        assertEquals(7, buffer.getInt(8));
        assertEquals(31, buffer.getInt(24));
        assertEquals(2, buffer.getInt(28));
    }

    static Stream<byte[]> malformed() {
        return Stream.of(
                new byte[] {1, 1, 1, 8}, // no room for a length
                new byte[] {8, 10, 0, 0, 0, 1, 0, 0}, // cut off
                new byte[] {8, 9, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1}, // a length that no timestamps have
                new byte[] {8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0}, // twice
                new byte[] {5, 2, 1, 1}, // no block
                new byte[] {5, 9, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1}, // part of a block
                new byte[] {5, 10, 0, 0, 0, 1, 0, 0, 0, 2, 5, 10, 0, 0, 0, 3, 0, 0, 0, 4}, // twice
                new byte[] {30, 0, 1, 1}, // a length that goes nowhere
                new byte[] {30, 1, 1, 1},
                new byte[] {30, 5, 1, 1}); // beyond the header
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void shouldChangeNothingWhenOptionsAreMalformed(byte[] options) {
        byte[] segment = segment(16, 1, 2, options, 10);
        assertEquals(null, translate(segment, new Numbers(1, 2, 3, 4)));
        byte[] after = translate(segment, new Numbers(1, 0, 0, 0));
        assertEquals(2, ByteBuffer.wrap(after).getInt(4), "nothing in the options had to be read");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void shouldIgnoreWhatFollowsTheEndOfTheList(int nops) {
        byte[] options = new byte[16];
        Arrays.fill(options, 0, nops, (byte) 1);
        options[nops + 1] = 8;
        options[nops + 2] = 77;
        byte[] after = translate(segment(16, 1, 2, options, 3), new Numbers(0, 9, 9, 9));
        assertNotEquals(null, after);
        assertArrayEquals(options, Arrays.copyOfRange(after, 20, 36));
    }
}
