package io.weir.appliance.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A request, whole.
 *
 * @param method HTTP's method
 * @param path the path's segments, decoded; a path that ends in a slash ends in an empty segment
 * @param query the query's parameters, decoded
 * @param header by lower-case name: the first value of each header that matters here
 * @param body the body
 */
record Request(String method, List<String> path, Map<String, String> query, Map<String, String> header, byte[] body) {
    /**
     * Takes a request's target apart.
     *
     * @throws ApiException 400 when it cannot be
     */
    static Request of(String method, String target, Map<String, String> header, byte[] body) throws ApiException {
        if (!target.startsWith("/")) {
            throw new ApiException(400, "request target '" + target + "': a path that begins with / is right");
        }
        try {
            QueryStringDecoder decoder = new QueryStringDecoder(target);
            String path = decoder.rawPath();
            List<String> segments = List.of(path.substring(1).split("/", -1)).stream()
                    .map(QueryStringDecoder::decodeComponent)
                    .toList();
            return new Request(method, segments, query(decoder.parameters()), header, body);
        } catch (IllegalArgumentException e) {
            throw new ApiException(400, "request target '" + target + "': " + e.getMessage());
        }
    }

    private static Map<String, String> query(Map<String, List<String>> parameters) throws ApiException {
        Map<String, String> query = new LinkedHashMap<>();
        for (Map.Entry<String, List<String>> parameter : parameters.entrySet()) {
            if (parameter.getValue().size() > 1) {
                throw new ApiException(
                        400, "query parameter '" + parameter.getKey() + "' is given twice; once is right");
            }
            query.put(parameter.getKey(), parameter.getValue().getFirst());
        }
        return query;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(header.get(name));
    }

    /**
     * The body, which must be a JSON object.
     *
     * @throws ApiException 400 when it is not
     */
    JsonNode json() throws ApiException {
        try {
            JsonNode json = Reply.JSON
                    .reader()
                    .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .readTree(body);
            if (!json.isObject()) {
                throw new ApiException(400, "body: a JSON object is right");
            }
            return json;
        } catch (JsonProcessingException e) {
            throw new ApiException(400, "body: " + e.getOriginalMessage() + "; a JSON object is right");
        } catch (IOException e) {
            throw new UncheckedIOException("an array is always read", e);
        }
    }

    /** Refuses parameters that this place does not know. */
    void permit(Set<String> known) throws ApiException {
        for (Map.Entry<String, String> parameter : query.entrySet()) {
            if (!known.contains(parameter.getKey())) {
                throw new ApiException(
                        400,
                        "query parameter '%s' = '%s': there is no such parameter; %s"
                                .formatted(
                                        parameter.getKey(),
                                        parameter.getValue(),
                                        known.isEmpty()
                                                ? "none is right here"
                                                : "right are "
                                                        + String.join(
                                                                ", ",
                                                                known.stream()
                                                                        .sorted()
                                                                        .toList())));
            }
        }
    }
}
