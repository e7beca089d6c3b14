package io.weir.appliance.admin;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A change of services in the words of the properties file: what a client sends becomes keys and values, and these are checked
 * like the file's own.
 *
 * @param what for the log, for example {@code service web: put}
 * @param removed keys that begin with one of these go, or are one of these
 * @param added keys and values that come
 */
public record ServiceEdit(String what, Set<String> removed, Map<String, String> added) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");

    /** Fields of a service that are answers, not wishes: a client may send back what it was told. */
    private static final Set<String> TOLD =
            Set.of("name", "connections", "packetsIn", "packetsOut", "bytesIn", "bytesOut", "leaving", "persistent");

    /** The same of a server. */
    private static final Set<String> SERVER_TOLD = Set.of(
            "id",
            "up",
            "draining",
            "active",
            "inactive",
            "connections",
            "packetsIn",
            "packetsOut",
            "bytesIn",
            "bytesOut",
            "health");

    private static final Set<String> SERVER_OPTIONS = Set.of("weight", "max", "min", "host", "port", "mac", "tunnel");

    /** Applies it to what the file says, or what has become of that. */
    public Map<String, String> apply(Map<String, String> texts) {
        Map<String, String> changed = new LinkedHashMap<>(texts);
        changed.keySet()
                .removeIf(key -> removed.stream()
                        .anyMatch(gone -> gone.endsWith(".") ? key.startsWith(gone) : key.equals(gone)));
        changed.putAll(added);
        return changed;
    }

    /**
     * A service in place of the one of that name, if there is one.
     *
     * @param body as the API tells a service: the fields are the file's keys behind {@code service.<name>.}, but for
     *     {@code servers} and {@code settings}
     * @throws ApiException 400 when it has fields of the wrong kind
     */
    static ServiceEdit put(String name, JsonNode body) throws ApiException {
        String prefix = "service." + checked("service", name) + ".";
        Map<String, String> added = new LinkedHashMap<>();
        fields(prefix, body, added);
        if (!added.containsKey(prefix + "address")) {
            throw wrong("address", body.path("address"), "ADDRESS:PORT of the service is right");
        }
        JsonNode servers = body.path("servers");
        if (!servers.isMissingNode() && !servers.isArray()) {
            throw wrong("servers", servers, "an array of servers is right");
        }
        for (JsonNode server : servers) {
            String id = server.path("id").asText("");
            if (added.put(prefix + "server." + checked("server", id), text(server)) != null) {
                throw wrong("servers", server.get("id"), "the id is given twice; once is right");
            }
        }
        return new ServiceEdit("service " + name + ": put", Set.of(prefix), added);
    }

    private static void fields(String prefix, JsonNode object, Map<String, String> added) throws ApiException {
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            if (field.getKey().equals("settings") && field.getValue().isObject()) {
                fields(prefix, field.getValue(), added);
            } else if (!TOLD.contains(field.getKey()) && !field.getKey().equals("servers")) {
                added.put(prefix + field.getKey(), scalar(field.getKey(), field.getValue()));
            }
        }
    }

    static ServiceEdit delete(String name) {
        return new ServiceEdit("service " + name + ": deleted", Set.of("service." + name + "."), Map.of());
    }

    /**
     * A server in place of the one of that name, if there is one.
     *
     * @throws ApiException 400 when it has fields of the wrong kind
     */
    static ServiceEdit putServer(String service, String id, JsonNode body) throws ApiException {
        String key = "service.%s.server.%s".formatted(checked("service", service), checked("server", id));
        return new ServiceEdit("server %s of %s: put".formatted(id, service), Set.of(), Map.of(key, text(body)));
    }

    static ServiceEdit deleteServer(String service, String id) {
        String key = "service.%s.server.%s".formatted(service, id);
        return new ServiceEdit("server %s of %s: deleted".formatted(id, service), Set.of(key), Map.of());
    }

    /** A server as the file has it: {@code 172.16.0.3:8000 weight=2}. */
    private static String text(JsonNode server) throws ApiException {
        if (!server.isObject()) {
            throw wrong("server", server, "a JSON object is right");
        }
        String address = server.path("address").asText("");
        if (!address.matches("\\S+")) {
            throw wrong("address", server.path("address"), "ADDRESS:PORT of the server is right");
        }
        StringBuilder text = new StringBuilder(address);
        for (Map.Entry<String, JsonNode> field : server.properties()) {
            String name = field.getKey();
            if (SERVER_OPTIONS.contains(name)) {
                text.append(' ').append(name).append('=').append(scalar(name, field.getValue()));
            } else if (!name.equals("address") && !SERVER_TOLD.contains(name)) {
                throw wrong(
                        name,
                        field.getValue(),
                        "there is no such field of a server; right are address, "
                                + String.join(", ", new TreeSet<>(SERVER_OPTIONS)));
            }
        }
        return text.toString();
    }

    private static String scalar(String field, JsonNode value) throws ApiException {
        if (!value.isTextual() && !value.isIntegralNumber() && !value.isBoolean()) {
            throw wrong(field, value, "a text, a whole number, true or false is right");
        }
        return value.asText().strip();
    }

    /** A name that can be a part of a key: with a dot in it, it would be a part of another service's. */
    private static String checked(String kind, String name) throws ApiException {
        if (!NAME.matcher(name).matches()) {
            throw new ApiException(
                    400, "%s '%s': letters, digits, '_' and '-' are right, at most 64".formatted(kind, name));
        }
        return name;
    }

    private static ApiException wrong(String field, JsonNode value, String right) {
        return new ApiException(400, "%s = %s: %s".formatted(field, value.isMissingNode() ? "" : value, right));
    }
}
