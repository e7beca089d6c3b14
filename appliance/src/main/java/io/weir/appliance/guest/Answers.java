package io.weir.appliance.guest;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.appliance.guest.GuestException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Requests and answers of the guest agent: JSON objects, one a line (QEMU, {@code docs/interop/qemu-ga}). */
final class Answers {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Answers() {}

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** The line that asks for a command; UTF-8, which has no byte 0xff. */
    static byte[] request(String command, ObjectNode arguments) throws GuestException {
        final ObjectNode request = object().put("execute", command);
        if (!arguments.isEmpty()) {
            request.set("arguments", arguments);
        }
        try {
            return (MAPPER.writeValueAsString(request) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw new GuestException(Kind.UNSUITED, command + " cannot be written: " + e.getMessage(), e);
        }
    }

    /**
     * What a line answers.
     *
     * @param command what was asked, for messages
     * @param line without its end
     * @return what the command returned
     * @throws GuestException if it refused, or the line is no answer
     */
    static JsonNode read(String command, byte[] line) throws GuestException {
        final JsonNode answer;
        try {
            answer = MAPPER.readTree(line);
        } catch (final IOException e) {
            throw garbled(command, "no JSON: " + text(line), e);
        }
        if (answer != null && answer.path("error").isObject()) {
            throw new GuestException(
                    Kind.REFUSED,
                    command + ": " + answer.path("error").path("desc").asText("refused"));
        }
        if (answer == null || !answer.has("return")) {
            throw garbled(command, "neither return nor error: " + text(line), null);
        }
        return answer.get("return");
    }

    /** A whole number that an answer must have. */
    static long number(String command, JsonNode value) throws GuestException {
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw garbled(command, "no number where one must be: " + value.getNodeType(), null);
        }
        return value.longValue();
    }

    static GuestException garbled(String command, String what, Throwable cause) {
        return new GuestException(Kind.GARBLED, command + " was answered with " + what, cause);
    }

    private static String text(byte[] line) {
        return new String(line, 0, Math.min(line.length, 80), StandardCharsets.UTF_8);
    }
}
