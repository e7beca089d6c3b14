package io.weir.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FlowHashTest {
    @Test
    void shouldMixAsSplitMix64() {
        // the generator's published first outputs for seed 0
        assertEquals(0xe220_a839_7b1d_cdafL, FlowHash.mix(0x9e37_79b9_7f4a_7c15L));
        assertEquals(0x6e78_9e6a_a1b9_65f4L, FlowHash.mix(2 * 0x9e37_79b9_7f4a_7c15L));
    }

    @Test
    void shouldStayTheSameAcrossVersions() {
        // computed by an independent program
        final IpAddress v4 = IpAddress.parse("202.100.1.2");
        final IpAddress v6 = IpAddress.parse("2001:db8::5");
        assertEquals("a55aa6b29c06f528", Long.toHexString(FlowHash.of(v4.hi(), v4.lo(), 0)));
        assertEquals("6ec9ab7313936568", Long.toHexString(FlowHash.of(v4.hi(), v4.lo(), 3456)));
        assertEquals("65c2ef253ecad0de", Long.toHexString(FlowHash.of(v6.hi(), v6.lo(), 3456)));
    }

    @Test
    void shouldSpreadNeighbouringClientsEvenly() {
        final int bound = 65537;
        final int[] hits = new int[16];
        for (int host = 0; host < 1 << 16; host++) {
            hits[FlowHash.below(FlowHash.of(0, IpAddress.V4_PREFIX | 0x0a00_0000 | host, 0), bound) * 16 / bound]++;
        }
        for (final int hit : hits) {
            assertEquals(4096, hit, 4 * 64, "four standard deviations");
        }
    }

    @Test
    void shouldStayBelowBound() {
        final SplittableRandom random = Seeded.random("below");
        for (int i = 0; i < 10_000; i++) {
            final int bound = random.nextInt(1, Integer.MAX_VALUE);
            final int value = FlowHash.below(random.nextLong(), bound);
            assertTrue(value >= 0 && value < bound);
        }
        assertEquals(655372, FlowHash.below(-1, 655373));
        assertEquals(0, FlowHash.below(0, 655373));
    }
}
