package io.weir.appliance.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;

/**
 * Any bytes as an answer of a guest agent. {@code mvn verify} replays the inputs beside this class under
 * {@code src/test/resources}; {@code JAZZER_FUZZ=1 mvn -pl appliance test -Dtest=AnswersFuzzTest} searches for new ones.
 */
class AnswersFuzzTest {
    private interface Reading {
        void read() throws GuestException;
    }

    @FuzzTest(maxDuration = "60s")
    void shouldBeReadOrRefusedInOneLine(byte[] bytes) {
        expected(() -> {
            final JsonNode answer = Answers.read("guest-ping", bytes);
            assertNotNull(answer);
            assertNotNull(GuestCommands.info(answer).version());
            expected(() -> GuestCommands.interfaces(answer).forEach(device -> {
                assertTrue(device.name().matches("[A-Za-z0-9][A-Za-z0-9._-]{0,14}"));
                assertNotNull(device.addresses());
            }));
            expected(() -> assertNotNull(GuestCommands.outcome(answer).complaint()));
            expected(() -> Answers.number("guest-file-open", answer));
        });
    }

    private static void expected(Reading reading) {
        try {
            reading.read();
        } catch (final GuestException e) {
            assertEquals(1, e.getMessage().split("[\\n\\r]", -1).length);
            assertTrue(e.getMessage().length() < 500 && e.getMessage().chars().noneMatch(Character::isISOControl));
        }
    }
}
