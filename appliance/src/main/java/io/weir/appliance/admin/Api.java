package io.weir.appliance.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.engine.counters.Counter;
import io.weir.ha.HaControl;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The places of the API, and what each says of a node. */
final class Api {
    private final NodeView node;
    private final ServiceJson services;
    private final Metrics metrics;

    private Api(NodeView node) {
        this.node = node;
        this.services = new ServiceJson(node.counters());
        this.metrics = new Metrics(node);
    }

    static Routes routes(NodeView node) {
        Api api = new Api(node);
        return new Routes()
                .get("/healthz", api::health)
                .add("GET", "/metrics", Set.of(), (request, names) -> done(api.metrics.reply(request)))
                .get("/v1/counters", api::counters)
                .get("/v1/config", api::config)
                .get("/v1/ha", api::ha)
                .add("POST", "/v1/ha/release", Set.of(), (request, names) -> done(api.ask(HaControl::release)))
                .add("POST", "/v1/ha/resume", Set.of(), (request, names) -> done(api.ask(HaControl::resume)))
                .get("/v1/services", api::services)
                .add("GET", "/v1/services/{name}", Set.of(), (request, names) -> done(api.service(names)));
    }

    private static CompletableFuture<Reply> done(Reply reply) {
        return CompletableFuture.completedFuture(reply);
    }

    private Reply health() {
        Optional<String> obstacle = node.obstacle();
        ObjectNode body = Reply.JSON.createObjectNode().put("status", obstacle.isEmpty() ? "ok" : "not ready");
        obstacle.ifPresent(text -> body.put("error", text));
        return Reply.json(obstacle.isEmpty() ? 200 : 503, body, Map.of());
    }

    private Reply counters() {
        ObjectNode body = Reply.JSON.createObjectNode();
        for (Counter counter : Counter.values()) {
            if (counter != Counter.GENERATION) {
                body.put(counter.label(), node.counters().sum(counter));
            }
        }
        node.ha().status().counters().forEach((counter, value) -> body.put(counter.label(), value));
        return Reply.json(body);
    }

    private Reply ha() {
        return Reply.json(HaJson.of(node.ha().status()));
    }

    /** Accepted: the HA thread does it in its next cycle, and {@code GET /v1/ha} shows it. */
    private Reply ask(Consumer<HaControl> wish) throws ApiException {
        try {
            wish.accept(node.ha());
        } catch (UnsupportedOperationException e) {
            throw new ApiException(409, e.getMessage());
        }
        return Reply.json(202, HaJson.of(node.ha().status()), Map.of());
    }

    private Reply config() {
        ObjectNode body = Reply.JSON.createObjectNode();
        node.settings().forEach(body::put);
        return Reply.json(body);
    }

    private Reply services() {
        ArrayNode body = Reply.JSON.createArrayNode();
        node.services().forEach(service -> body.add(services.of(service)));
        return Reply.json(body);
    }

    private Reply service(Map<String, String> names) throws ApiException {
        return Reply.json(services.of(find(names.get("name"))));
    }

    private ServiceView find(String name) throws ApiException {
        return node.services().stream()
                .filter(service -> service.config().name().equals(name))
                .findFirst()
                .orElseThrow(() -> new ApiException(
                        404,
                        "service '%s': there is no such service; there are: %s"
                                .formatted(
                                        name,
                                        String.join(
                                                ", ",
                                                node.services().stream()
                                                        .map(service ->
                                                                service.config().name())
                                                        .toList()))));
    }
}
