package io.weir.appliance.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.appliance.config.ServerConfig;
import io.weir.appliance.config.ServiceConfig;
import io.weir.appliance.health.Health;
import io.weir.engine.counters.CountersReader;
import io.weir.engine.counters.ServerStats;
import java.util.Locale;
import java.util.Map;

/** A service in JSON: as configured, with the numbers of now. */
final class ServiceJson {
    private final ServerStats stats;

    ServiceJson(CountersReader counters) {
        this.stats = counters.stats();
    }

    /** With everything that a client may put, so that it can send back what it was told. */
    ObjectNode whole(ServiceView service, Map<String, String> settings) {
        ObjectNode json = of(service);
        ObjectNode others = json.putObject("settings");
        String prefix = "service." + service.config().name() + ".";
        settings.forEach((key, value) -> {
            String field = key.startsWith(prefix) ? key.substring(prefix.length()) : "";
            if (!field.isEmpty() && !field.startsWith("server.") && !json.has(field)) {
                others.put(field, value);
            }
        });
        return json;
    }

    ObjectNode of(ServiceView service) {
        ServiceConfig config = service.config();
        ObjectNode json = Reply.JSON
                .createObjectNode()
                .put("name", config.name())
                .put("address", config.address().toString())
                .put("protocol", name(config.protocol()))
                .put("forward", name(config.forward()))
                .put("scheduler", config.scheduler().propertyName())
                .put("health", config.health().check().toString());
        ArrayNode servers = json.putArray("servers");
        for (ServerView server : service.servers()) {
            ObjectNode each = of(server);
            config.servers().stream()
                    .filter(configured -> configured.id().equals(server.id()))
                    .forEach(configured -> options(each, configured));
            servers.add(each);
        }
        if (!service.leaving().isEmpty()) {
            ArrayNode leaving = json.putArray("leaving");
            service.leaving().forEach(server -> leaving.add(of(server)));
        }
        return json.put("connections", sum(service, ServerStats.ACTIVE) + sum(service, ServerStats.INACTIVE))
                .put("packetsIn", sum(service, ServerStats.PACKETS_IN))
                .put("packetsOut", sum(service, ServerStats.PACKETS_OUT))
                .put("bytesIn", sum(service, ServerStats.BYTES_IN))
                .put("bytesOut", sum(service, ServerStats.BYTES_OUT));
    }

    /** What only some servers have. */
    private static void options(ObjectNode json, ServerConfig server) {
        if (server.maxConnections() != 0) {
            json.put("max", server.maxConnections());
        }
        if (server.minConnections() != 0) {
            json.put("min", server.minConnections());
        }
        server.host().ifPresent(host -> json.put("host", host.toString()));
        server.switchPort().ifPresent(port -> json.put("port", port));
        server.mac().ifPresent(mac -> json.put("mac", mac.toString()));
        server.tunnel().ifPresent(tunnel -> json.put("tunnel", name(tunnel)));
    }

    ObjectNode of(ServerView server) {
        ObjectNode json = Reply.JSON
                .createObjectNode()
                .put("id", server.id())
                .put("address", server.address().toString())
                .put("weight", server.weight())
                .put("up", server.up())
                .put("draining", server.draining())
                .put("active", of(server, ServerStats.ACTIVE))
                .put("inactive", of(server, ServerStats.INACTIVE))
                .put("connections", of(server, ServerStats.CONNECTIONS))
                .put("packetsIn", of(server, ServerStats.PACKETS_IN))
                .put("packetsOut", of(server, ServerStats.PACKETS_OUT))
                .put("bytesIn", of(server, ServerStats.BYTES_IN))
                .put("bytesOut", of(server, ServerStats.BYTES_OUT));
        server.health().ifPresent(health -> json.set("health", of(health)));
        return json;
    }

    private static ObjectNode of(Health health) {
        return Reply.JSON
                .createObjectNode()
                .put("known", health.known())
                .put("up", health.up())
                .put("since", health.since().toString())
                .put("last", health.last())
                .put("latencyMs", health.latencyNs() / 1000 / 1e3)
                .put("checks", health.checks())
                .put("failures", health.failures())
                .put("transitions", health.transitions());
    }

    private long sum(ServiceView service, int word) {
        long sum = 0;
        for (ServerView server : service.servers()) {
            sum += of(server, word);
        }
        for (ServerView server : service.leaving()) {
            sum += of(server, word);
        }
        return sum;
    }

    private long of(ServerView server, int word) {
        return word == ServerStats.ACTIVE || word == ServerStats.INACTIVE
                ? stats.sumInt(server.slot(), word)
                : stats.sum(server.slot(), word);
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
