package io.weir.engine.packet;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.weir.engine.testing.ExactMemory;
import java.util.Arrays;

/** Any bytes as the packet that an ICMP error quotes: nothing beyond them is read, and what is read is a whole header. */
class QuotedOuterFuzzTest {
    private static final int ICMP = 8;

    @FuzzTest(maxDuration = "60s")
    void shouldStayInsideTheQuote(byte[] quote) {
        byte[] bytes = Arrays.copyOf(quote, Math.min(quote.length, 1500));
        Burst burst = new Burst(1);
        burst.setEnd(0, ICMP + bytes.length);
        QuotedOuter outer = new QuotedOuter();
        byte[] frame = new byte[ICMP + bytes.length];
        System.arraycopy(bytes, 0, frame, ICMP, bytes.length);
        try (ExactMemory memory = new ExactMemory(frame.length)) {
            long at = memory.put(frame, frame.length);
            for (int traits : new int[] {0, Burst.IPV6}) {
                burst.setTraits(0, traits);
                if (outer.read(at, burst, 0)) {
                    assertTrue(bytes.length >= (traits == 0 ? 28 : 48));
                    assertTrue(bytes[0] >>> 4 == (traits == 0 ? 4 : 6));
                    assertTrue(outer.protocol == Transport.UDP || outer.port == 0);
                }
            }
        }
    }
}
