package io.weir.appliance.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;

/**
 * An answer, whole.
 *
 * @param status HTTP's status code
 * @param type the body's media type
 * @param body the body
 * @param headers further headers
 * @param sent run when it has been sent, or cannot be
 */
record Reply(int status, String type, byte[] body, Map<String, String> headers, Runnable sent) {
    static final ObjectMapper JSON = new ObjectMapper();

    private static final String JSON_TYPE = "application/json";

    Reply(int status, String type, byte[] body, Map<String, String> headers) {
        this(status, type, body, headers, () -> {});
    }

    /** The same answer, with something to be done when it is out. */
    Reply whenSent(Runnable action) {
        return new Reply(status, type, body, headers, action);
    }

    static Reply json(JsonNode body) {
        return json(200, body, Map.of());
    }

    static Reply error(int status, String message, Map<String, String> headers) {
        return json(status, JSON.createObjectNode().put("error", message), headers);
    }

    static Reply json(int status, JsonNode body, Map<String, String> headers) {
        try {
            return new Reply(
                    status,
                    JSON_TYPE,
                    JSON.writeValueAsString(body).concat("\n").getBytes(UTF_8),
                    headers);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always written", e);
        }
    }
}
