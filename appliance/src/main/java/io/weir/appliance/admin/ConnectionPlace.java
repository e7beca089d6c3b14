package io.weir.appliance.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code /v1/connections}: answers may be long, so only a few are made and sent at a time. */
final class ConnectionPlace {
    private static final int AT_ONCE = 4;

    private final NodeView node;
    private final Found found;
    private final AtomicInteger answering = new AtomicInteger();

    ConnectionPlace(NodeView node, Found found) {
        this.node = node;
        this.found = found;
    }

    CompletionStage<Reply> answer(Request request) throws ApiException {
        ConnectionQuery query = ConnectionQuery.of(request.query());
        String service = query.service().orElse(null);
        if (service != null && !found.hasService(service)) {
            throw new ApiException(400, found.noService(service));
        }
        if (answering.incrementAndGet() > AT_ONCE) {
            answering.decrementAndGet();
            throw new ApiException(
                    503,
                    "%d lists of connections are being sent already".formatted(AT_ONCE),
                    Map.of("Retry-After", "1"));
        }
        return node.connections(query).handle((connections, thrown) -> {
            if (thrown != null) {
                answering.decrementAndGet();
                throw new CompletionException(thrown);
            }
            return Reply.json(json(connections)).whenSent(answering::decrementAndGet);
        });
    }

    private static ArrayNode json(List<Connection> connections) {
        ArrayNode array = Reply.JSON.createArrayNode();
        for (Connection connection : connections) {
            ObjectNode json = array.addObject()
                    .put("client", connection.client().toString())
                    .put("virtual", connection.virtual().toString())
                    .put("server", connection.server().toString())
                    .put("service", connection.service())
                    .put("serverId", connection.serverId())
                    .put("protocol", connection.protocol())
                    .put("state", connection.state().label())
                    .put("expires", connection.expiresMs() / 1000);
            if (!connection.traits().isEmpty()) {
                ArrayNode traits = json.putArray("traits");
                connection.traits().forEach(traits::add);
            }
            if (connection.localPort() != 0) {
                json.put("localPort", connection.localPort());
            }
        }
        return array;
    }
}
