package io.weir.engine.packet;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.testing.ExactMemory;
import io.weir.engine.testing.Seeded;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ParserPropertyTest {
    private static final int FRAMES = 1_000_000;

    @Test
    void shouldStayInsideTheFrameWhenAMillionFramesAreMutated() {
        MutatedFrames frames = new MutatedFrames(Seeded.random("ParserPropertyTest"));
        Burst burst = new Burst(1);
        QuotedPacket quoted = new QuotedPacket();
        int accepted = 0;
        int quotes = 0;
        try (ExactMemory memory = new ExactMemory(4096)) {
            for (int n = 0; n < FRAMES; n++) {
                byte[] frame = frames.next();
                try {
                    long address = memory.put(frame, frame.length);
                    Parser.parse(address, frame.length, burst, 0);
                    ParserRules.assertSafe(burst, address, frame.length);
                    if (burst.kind(0) != Burst.KIND_DROP) {
                        accepted++;
                    }
                    if (burst.kind(0) == Burst.KIND_ICMP && quoted.read(address, burst, 0)) {
                        ParserRules.assertSafe(quoted, burst);
                        quotes++;
                    }
                } catch (RuntimeException | AssertionError e) {
                    throw new AssertionError("frame " + HexFormat.of().formatHex(frame), e);
                }
            }
        }
        assertTrue(accepted > FRAMES / 10, accepted + " were accepted: too few to say anything");
        assertTrue(quotes > FRAMES / 1000, quotes + " quotes were read: too few to say anything");
    }
}
