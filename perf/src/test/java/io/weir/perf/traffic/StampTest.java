package io.weir.perf.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import org.junit.jupiter.api.Test;

class StampTest {
    @Test
    void shouldReadWhatWasWritten() {
        try (NativeBlock block = new NativeBlock(Stamp.LENGTH)) {
            long at = block.address();
            assertFalse(Stamp.isPresent(at));
            long sent = 0x1234_ffff_ffff_fff0L; // the 48 bits wrap between sending and receiving
            long sum =
                    Stamp.write(at, Stamp.tag(31, true) | 16_777_215, 0xfedc_ba98, sent, Stamp.encodeLate(1_000_000));
            assertTrue(Stamp.isPresent(at));
            assertTrue(Stamp.isPerFlow(at));
            assertEquals(31, Stamp.stream(at));
            assertEquals(16_777_215, Stamp.flow(at));
            assertEquals(0xfedc_ba98, Stamp.sequence(at));
            assertEquals(100, Stamp.age(at, sent + 100));
            assertEquals(1_000_000, Stamp.late(at), 1_000);
            long words = 0;
            for (int i = 0; i < Stamp.LENGTH; i += 2) {
                words += Mem.getU16Be(at + i);
            }
            assertEquals(words, sum);
        }
    }

    @Test
    void shouldKeepElevenDigitsOfALateness() {
        for (long nanos = 0; nanos < 100_000_000_000L; nanos = nanos * 17 / 16 + 1) {
            long back = Stamp.decodeLate(Stamp.encodeLate(nanos));
            assertTrue(back <= nanos && nanos - back <= nanos / 1024, nanos + " became " + back);
        }
        assertEquals(0, Stamp.encodeLate(-5));
    }
}
