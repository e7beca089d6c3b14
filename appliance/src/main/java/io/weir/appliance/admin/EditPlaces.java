package io.weir.appliance.admin;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * The places that change services and servers. A change is checked like the file, takes effect like a reload, and is not
 * written anywhere: the next reload or start undoes it, and every answer says so ({@code "persistent": false}).
 */
final class EditPlaces {
    private static final String SERVICE = "/v1/services/{name}";
    private static final String SERVER = "/v1/services/{name}/servers/{id}";

    private final NodeView node;
    private final Found found;
    private final ServiceJson json;

    EditPlaces(NodeView node, Found found, ServiceJson json) {
        this.node = node;
        this.found = found;
        this.json = json;
    }

    void addTo(Routes routes) {
        routes.add("PUT", SERVICE, Set.of(), this::put)
                .add("DELETE", SERVICE, Set.of(), this::delete)
                .add("PUT", SERVER, Set.of(), this::putServer)
                .add("DELETE", SERVER, Set.of(), this::deleteServer);
    }

    private CompletionStage<Reply> put(Request request, Map<String, String> names) throws ApiException {
        String name = names.get("name");
        ServiceEdit edit = ServiceEdit.put(name, request.json());
        int status = found.hasService(name) ? 200 : 201;
        return node.edit(edit).thenApply(done -> {
            try {
                return Reply.json(
                        status, json.whole(found.service(name), node.settings()).put("persistent", false), Map.of());
            } catch (ApiException e) {
                throw new CompletionException(e); // gone meanwhile
            }
        });
    }

    private CompletionStage<Reply> delete(Request request, Map<String, String> names) throws ApiException {
        String name = found.service(names.get("name")).config().name();
        return node.edit(ServiceEdit.delete(name))
                .thenApply(done -> Reply.json(Reply.JSON
                        .createObjectNode()
                        .put("name", name)
                        .put("deleted", true)
                        .put("persistent", false)));
    }

    private CompletionStage<Reply> putServer(Request request, Map<String, String> names) throws ApiException {
        String name = found.service(names.get("name")).config().name();
        String id = names.get("id");
        ServiceEdit edit = ServiceEdit.putServer(name, id, request.json());
        int status = found.hasServer(name, id) ? 200 : 201;
        return node.edit(edit).thenApply(done -> {
            try {
                return Reply.json(status, json.of(found.server(name, id)).put("persistent", false), Map.of());
            } catch (ApiException e) {
                throw new CompletionException(e); // gone meanwhile
            }
        });
    }

    private CompletionStage<Reply> deleteServer(Request request, Map<String, String> names) throws ApiException {
        String name = names.get("name");
        String id = found.server(name, names.get("id")).id();
        return node.edit(ServiceEdit.deleteServer(name, id))
                .thenApply(done -> Reply.json(Reply.JSON
                        .createObjectNode()
                        .put("service", name)
                        .put("id", id)
                        .put("deleted", true)
                        .put("persistent", false)));
    }
}
