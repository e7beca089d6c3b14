package io.weir.appliance.admin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Which place of the API answers which request. */
final class Routes {
    /** A place of the API. */
    @FunctionalInterface
    interface Place {
        /**
         * Answers.
         *
         * @param request the request
         * @param names what the placeholders of the path stand for
         * @throws ApiException when the request is wrong
         */
        CompletionStage<Reply> answer(Request request, Map<String, String> names) throws ApiException;
    }

    private record Route(String method, List<String> pattern, Set<String> parameters, Place place) {
        /** What the placeholders stand for; null when the path is another. */
        Map<String, String> match(List<String> path) {
            if (path.size() != pattern.size()) {
                return null;
            }
            Map<String, String> names = new HashMap<>();
            for (int i = 0; i < path.size(); i++) {
                String expected = pattern.get(i);
                if (expected.startsWith("{")) {
                    names.put(expected.substring(1, expected.length() - 1), path.get(i));
                } else if (!expected.equals(path.get(i))) {
                    return null;
                }
            }
            return names;
        }
    }

    private final List<Route> routes = new ArrayList<>();
    private final boolean starting;

    Routes() {
        this(false);
    }

    private Routes(boolean starting) {
        this.starting = starting;
    }

    /** Says 503 to everything. */
    static Routes starting() {
        return new Routes(true);
    }

    /**
     * Adds a place.
     *
     * @param method {@code GET} answers HEAD, too
     * @param pattern for example {@code /v1/services/{name}}
     * @param parameters the query's parameters that it knows
     */
    Routes add(String method, String pattern, Set<String> parameters, Place place) {
        routes.add(new Route(method, List.of(pattern.substring(1).split("/", -1)), parameters, place));
        return this;
    }

    /** Adds a place that answers at once and knows no parameters. */
    Routes get(String pattern, java.util.function.Supplier<Reply> answer) {
        return add("GET", pattern, Set.of(), (request, names) -> CompletableFuture.completedFuture(answer.get()));
    }

    /**
     * Finds the place and has it answer.
     *
     * @throws ApiException 404, 405, or what the place says
     */
    CompletionStage<Reply> answer(Request request) throws ApiException {
        if (starting) {
            throw new ApiException(503, "the node is starting", Map.of("Retry-After", "1"));
        }
        Set<String> allowed = new TreeSet<>();
        String method = request.method().equals("HEAD") ? "GET" : request.method();
        for (Route route : routes) {
            Map<String, String> names = route.match(request.path());
            if (names != null && route.method.equals(method)) {
                request.permit(route.parameters);
                return route.place.answer(request, names);
            }
            if (names != null) {
                allowed.add(route.method);
            }
        }
        String path = "/" + String.join("/", request.path());
        if (allowed.isEmpty()) {
            throw new ApiException(404, path + ": there is no such place; / and docs/operations.md show what there is");
        }
        if (allowed.contains("GET")) {
            allowed.add("HEAD");
        }
        String allow = String.join(", ", allowed);
        throw new ApiException(
                405, "%s %s: %s is right here".formatted(request.method(), path, allow), Map.of("Allow", allow));
    }
}
