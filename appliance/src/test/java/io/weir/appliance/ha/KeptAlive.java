package io.weir.appliance.ha;

import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.WebConnection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/** Keep-alive connections of a client to the web service, over both families. */
final class KeptAlive implements AutoCloseable {
    private final Namespace client;
    private final Supplier<String> story;
    private final List<WebConnection> connections = new ArrayList<>();

    /** What each does. */
    @FunctionalInterface
    interface Exchange {
        String over(WebConnection connection) throws IOException;
    }

    /**
     * Opens none yet.
     *
     * @param story what else happened, for a failure's message
     */
    KeptAlive(Namespace client, Supplier<String> story) {
        this.client = client;
        this.story = story;
    }

    /** Opens so many more of each family. */
    KeptAlive open(int number) {
        client.call(() -> {
            for (IpFamily family : IpFamily.values()) {
                for (int n = 0; n < number; n++) {
                    connections.add(new WebConnection(family.vip(VirtualService.WEB)));
                }
            }
            return null;
        });
        return this;
    }

    int size() {
        return connections.size();
    }

    /** The n-th. */
    WebConnection get(int n) {
        return connections.get(n);
    }

    /** A request on each, all at once; who answered. */
    List<String> ask() {
        return all(connection -> connection.get("/"));
    }

    /** The same on each, all at once; what it brought. */
    List<String> all(Exchange exchange) {
        try {
            return connections.stream().map(connection -> begin(() -> exchange.over(connection))).toList().stream()
                    .map(Namespace::join)
                    .toList();
        } catch (RuntimeException e) {
            throw new AssertionError(story.get(), e);
        }
    }

    /** Begins something of the client's. */
    FutureTask<String> begin(Callable<String> task) {
        return client.fork(task);
    }

    @Override
    public void close() throws IOException {
        for (WebConnection connection : connections) {
            connection.close();
        }
    }
}
