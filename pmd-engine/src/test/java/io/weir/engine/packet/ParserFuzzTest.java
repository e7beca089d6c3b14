package io.weir.engine.packet;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.weir.engine.testing.ExactMemory;

/**
 * Any bytes as a frame. {@code mvn verify} replays the inputs beside this class under {@code src/test/resources};
 * {@code JAZZER_FUZZ=1 mvn -pl pmd-engine test -Dtest=ParserFuzzTest} searches for new ones.
 */
class ParserFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void shouldStayInsideTheFrame(byte[] frame) {
        Burst burst = new Burst(1);
        try (ExactMemory memory = new ExactMemory(frame.length)) {
            long address = memory.put(frame, frame.length);
            Parser.parse(address, frame.length, burst, 0);
            ParserRules.assertSafe(burst, address, frame.length);
            QuotedPacket quoted = new QuotedPacket();
            if (burst.kind(0) == Burst.KIND_ICMP && quoted.read(address, burst, 0)) {
                ParserRules.assertSafe(quoted, burst);
            }
        }
    }
}
