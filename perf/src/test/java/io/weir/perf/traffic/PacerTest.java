package io.weir.perf.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacerTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long START = Long.MAX_VALUE - 12_345; // the clock may wrap

    @ParameterizedTest
    @ValueSource(doubles = {1, 3, 1000, 99_999, 123_456.7, 1_488_095, 14_880_952})
    void shouldTakeAsManyAsTheRateSaysWhateverTheClockDoes(double rate) {
        Pacer pacer = new Pacer(Rate.packets(rate));
        pacer.start(START);
        long cost = pacer.cost(64);
        SplittableRandom random = new SplittableRandom(7);
        long taken = 0;
        long now = 0;
        while (now < SECOND) {
            now = Math.min(SECOND - 1, now + random.nextLong(200_000));
            while (pacer.isDue(START + now)) {
                long due = pacer.take(cost, START + now) - START;
                assertTrue(due <= now, "sent before it was due");
                taken++;
            }
            if (now == SECOND - 1) {
                break;
            }
        }
        assertEquals(Math.ceil(rate), taken, 1);
    }

    @Test
    void shouldSpaceFramesByTheirBits() {
        Pacer pacer = new Pacer(Rate.bits(1e9));
        pacer.start(START);
        assertTrue(pacer.isDue(START));
        pacer.take(pacer.cost(1500), START);
        assertFalse(pacer.isDue(START + 11_999));
        assertEquals(1, pacer.waitNs(START + 11_999));
        assertTrue(pacer.isDue(START + 12_000));
        assertEquals(START + 12_000, pacer.take(pacer.cost(125), START + 20_000));
        assertTrue(pacer.isDue(START + 13_000));
    }

    @Test
    void shouldKeepTheScheduleWhenTheSenderFallsBehind() {
        Pacer pacer = new Pacer(Rate.packets(1000));
        pacer.start(START);
        long cost = pacer.cost(64);
        for (int i = 0; i < 50; i++) {
            assertTrue(pacer.isDue(START + 50_000_000));
            assertEquals(START + i * 1_000_000L, pacer.take(cost, START + 50_000_000));
        }
        assertTrue(pacer.isDue(START + 50_000_000));
        pacer.take(cost, START + 50_000_000);
        assertFalse(pacer.isDue(START + 50_000_000));
    }

    @Test
    void shouldAlwaysBeDueWithoutARate() {
        Pacer pacer = new Pacer(Rate.MAX);
        pacer.start(START);
        for (int i = 0; i < 1000; i++) {
            assertTrue(pacer.isDue(START));
            assertEquals(START, pacer.take(pacer.cost(64), START));
        }
    }
}
