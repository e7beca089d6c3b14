package io.weir.ha.reconstruct;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.weir.engine.testing.ExactMemory;

/** Any bytes as a payload: not one beyond it is read. */
class HttpGuardFuzzTest {
    @FuzzTest(maxDuration = "20s")
    void shouldStayInsideThePayload(byte[] payload) {
        try (ExactMemory memory = new ExactMemory(payload.length)) {
            HttpGuard.beginsRequest(memory.put(payload, payload.length), payload.length);
        }
    }
}
