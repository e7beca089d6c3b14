package io.weir.appliance.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.appliance.hypervisor.HypervisorStatus;
import io.weir.engine.counters.Counter;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** The places of the API, and what each says of a node. */
final class Api {
    private static final String DRAIN = "/v1/services/{name}/servers/{id}/drain";

    private final NodeView node;
    private final ServiceJson services;
    private final Metrics metrics;
    private final ConnectionPlace connections;
    private final HaPlace ha;
    private final Found found;

    private Api(NodeView node) {
        this.node = node;
        this.services = new ServiceJson(node.counters());
        this.metrics = new Metrics(node);
        this.found = new Found(node);
        this.connections = new ConnectionPlace(node, found);
        this.ha = new HaPlace(node);
    }

    static Routes routes(NodeView node) {
        Api api = new Api(node);
        Routes routes = new Routes()
                .get("/healthz", api::health)
                .add("GET", "/metrics", Set.of(), (request, names) -> done(api.metrics.reply(request)))
                .get("/v1/counters", api::counters)
                .get("/v1/config", api::config)
                .get("/v1/services", api::services)
                .get("/", Dashboard::page)
                .get("/v1/hypervisors", api::hypervisors)
                .get("/v1/ha", api.ha::status)
                .add("POST", "/v1/ha/release", Set.of(), (request, names) -> done(api.ha.release()))
                .add("POST", "/v1/ha/resume", Set.of(), (request, names) -> done(api.ha.resume()))
                .add(
                        "GET",
                        "/v1/connections",
                        ConnectionQuery.PARAMETERS,
                        (request, names) -> api.connections.answer(request))
                .add("GET", "/v1/services/{name}", Set.of(), (request, names) -> done(api.service(names)))
                .add("POST", DRAIN, Set.of(), (request, names) -> api.drain(names, wanted(request)))
                .add("DELETE", DRAIN, Set.of(), (request, names) -> api.drain(names, false));
        new EditPlaces(node, api.found, api.services).addTo(routes);
        return routes;
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

    private Reply config() {
        ObjectNode body = Reply.JSON.createObjectNode();
        node.settings().forEach(body::put);
        return Reply.json(body);
    }

    private Reply hypervisors() {
        ArrayNode body = Reply.JSON.createArrayNode();
        for (HypervisorStatus status : node.hypervisors()) {
            ObjectNode json = body.addObject()
                    .put("name", status.name())
                    .put("connected", status.connected())
                    .put("role", status.role())
                    .put("since", status.since().toString())
                    .put("entriesWanted", status.wanted())
                    .put("entriesPresent", status.present())
                    .put("connects", status.connects());
            json.putObject("clients")
                    .put("entries", status.clients().entries())
                    .put("repliesRelayed", status.clients().relayed())
                    .put("repliesDropped", status.clients().dropped())
                    .put("refused", status.clients().refused());
            status.missing().forEach(json.putArray("missingPorts")::add);
            if (!status.lastError().isEmpty()) {
                json.put("lastError", status.lastError());
            }
        }
        return Reply.json(body);
    }

    private Reply services() {
        ArrayNode body = Reply.JSON.createArrayNode();
        node.services().forEach(service -> body.add(services.of(service)));
        return Reply.json(body);
    }

    private Reply service(Map<String, String> names) throws ApiException {
        return Reply.json(services.whole(found.service(names.get("name")), node.settings()));
    }

    /** The body {@code {"drain": false}} takes it back; no body means true. */
    private static boolean wanted(Request request) throws ApiException {
        if (request.body().length == 0) {
            return true;
        }
        JsonNode drain = request.json().path("drain");
        if (!drain.isBoolean()) {
            throw new ApiException(400, "drain = %s: true or false is right".formatted(drain));
        }
        return drain.asBoolean();
    }

    private CompletionStage<Reply> drain(Map<String, String> names, boolean drain) throws ApiException {
        String name = names.get("name");
        String id = names.get("id");
        found.server(name, id);
        return node.drain(name, id, drain).thenApply(done -> {
            try {
                return Reply.json(services.of(found.server(name, id)));
            } catch (ApiException e) {
                throw new CompletionException(e); // gone meanwhile
            }
        });
    }
}
