package io.weir.appliance.node;

import io.weir.appliance.admin.Connection;
import io.weir.appliance.admin.ConnectionQuery;
import io.weir.appliance.admin.ServiceEdit;
import io.weir.appliance.admin.ServiceView;
import io.weir.appliance.admin.Unavailable;
import io.weir.engine.service.ServiceRegistry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** What operators ask of a running node: from any thread, done by the control thread. */
final class Operations {
    private final ControlRequests requests;
    private final ServiceRegistry registry;
    private final Directory directory;
    private final ServerStates states;
    private final ConnectionWalks walks;
    private final Runnable reschedule;
    private final Editor editor;

    /**
     * @param requests how to reach the control thread; all else is its own
     * @param reschedule serves what is configured with other states of servers
     * @param editor serves other services
     */
    Operations(
            ControlRequests requests,
            ServiceRegistry registry,
            Directory directory,
            ServerStates states,
            ConnectionWalks walks,
            Runnable reschedule,
            Editor editor) {
        this.requests = requests;
        this.registry = registry;
        this.directory = directory;
        this.states = states;
        this.walks = walks;
        this.reschedule = reschedule;
        this.editor = editor;
    }

    /**
     * Connections that match.
     *
     * @return completes exceptionally with {@link Unavailable} when too much is asked, or a worker does not answer
     */
    CompletionStage<List<Connection>> connections(ConnectionQuery query) {
        return requests.submit(() -> {
                    CompletableFuture<List<Connection>> result = new CompletableFuture<>();
                    walks.begin(query, query.service().map(this::number).orElse(-1), result);
                    return result;
                })
                .thenCompose(Function.identity());
    }

    private int number(String name) {
        return directory.services().stream()
                .map(ServiceView::config)
                .filter(service -> service.name().equals(name))
                .findFirst()
                .map(service -> registry.number(Specs.key(service)))
                .orElse(Integer.MAX_VALUE); // gone since the query was read: no flow is of it
    }

    /** Serves other services. Completes when the workers can see them. */
    CompletionStage<Void> edit(ServiceEdit edit) {
        return requests.submit(() -> {
            editor.edit(edit);
            return null;
        });
    }

    /** Gives a server no new connections, or its weight back. Completes when the workers can see it. */
    CompletionStage<Void> drain(String service, String server, boolean drain) {
        return requests.submit(() -> {
            if (states.drain(service, server, drain)) {
                reschedule.run();
            }
            return null;
        });
    }
}
