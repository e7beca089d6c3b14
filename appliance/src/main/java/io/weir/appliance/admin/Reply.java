package io.weir.appliance.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.appliance.config.ConfigurationException;
import io.weir.appliance.config.Problem;
import java.util.Map;
import java.util.Optional;

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

    /** The answer to a request that could not be done as it is; empty when it is the node that is at fault. */
    static Optional<Reply> refusal(Throwable thrown) {
        return switch (thrown) {
            case ApiException e -> Optional.of(e.reply());
            case Unavailable e -> Optional.of(error(503, e.getMessage(), Map.of("Retry-After", "1")));
            case ConfigurationException e -> Optional.of(json(400, problems(e), Map.of()));
            default -> Optional.empty();
        };
    }

    private static ObjectNode problems(ConfigurationException refused) {
        ObjectNode json = JSON.createObjectNode();
        ArrayNode problems = JSON.createArrayNode();
        StringBuilder lines = new StringBuilder("nothing was changed");
        for (Problem problem : refused.problems()) {
            problems.addObject()
                    .put("key", problem.key())
                    .put("value", problem.value())
                    .put("message", problem.message());
            lines.append("; ").append(problem.withoutFile());
        }
        json.put("error", lines.toString()).set("problems", problems);
        return json;
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
