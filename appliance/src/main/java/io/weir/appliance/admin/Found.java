package io.weir.appliance.admin;

import java.util.List;
import java.util.Optional;

/** Finds services and servers by the names in a request, or says which there are. */
final class Found {
    private final NodeView node;

    Found(NodeView node) {
        this.node = node;
    }

    private Optional<ServiceView> find(String name) {
        return node.services().stream()
                .filter(service -> service.config().name().equals(name))
                .findFirst();
    }

    private static Optional<ServerView> find(ServiceView service, String id) {
        return service.servers().stream()
                .filter(server -> server.id().equals(id))
                .findFirst();
    }

    boolean hasService(String name) {
        return find(name).isPresent();
    }

    boolean hasServer(String name, String id) {
        return find(name).flatMap(service -> find(service, id)).isPresent();
    }

    /**
     * A service.
     *
     * @throws ApiException 404
     */
    ServiceView service(String name) throws ApiException {
        return find(name).orElseThrow(() -> new ApiException(404, noService(name)));
    }

    /** That there is no such service, and which there are. */
    String noService(String name) {
        List<String> names =
                node.services().stream().map(service -> service.config().name()).toList();
        return "service '%s': there is no such service; there are: %s".formatted(name, String.join(", ", names));
    }

    /**
     * A server that is configured.
     *
     * @throws ApiException 404
     */
    ServerView server(String name, String id) throws ApiException {
        ServiceView service = service(name);
        return find(service, id)
                .orElseThrow(() -> new ApiException(
                        404,
                        "server '%s' of service %s: there is no such server; there are: %s"
                                .formatted(
                                        id,
                                        name,
                                        String.join(
                                                ", ",
                                                service.servers().stream()
                                                        .map(ServerView::id)
                                                        .toList()))));
    }
}
