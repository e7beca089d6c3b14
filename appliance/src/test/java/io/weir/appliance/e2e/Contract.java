package io.weir.appliance.e2e;

import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.WebConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;

/** What every contract has: its stage, and short words for what clients do. */
abstract class Contract {
    private Stage stage;

    @BeforeEach
    final void enter(Stage given) {
        stage = given;
    }

    final Stage stage() {
        return stage;
    }

    final Bed bed() {
        return stage.bed();
    }

    final String fetch(Namespace from, String address, int port, String path) {
        return from.call(() -> WebConnection.fetch(IpFamily.socketAddress(address, port), path));
    }

    final String download(Namespace from, IpFamily family, int port, long length) {
        return from.call(() -> {
            try (WebConnection connection = new WebConnection(family.vip(port))) {
                return connection.download(length);
            }
        });
    }

    final String upload(Namespace from, IpFamily family, int port, long length) {
        return from.call(() -> {
            try (WebConnection connection = new WebConnection(family.vip(port))) {
                return connection.upload(length);
            }
        });
    }

    /** Runs tasks at once, each on a thread in the namespace, and returns their results in order. */
    static <T> List<T> atOnce(Namespace namespace, List<Callable<T>> tasks) {
        List<FutureTask<T>> running = tasks.stream().map(namespace::fork).toList();
        List<T> results = new ArrayList<>();
        running.forEach(task -> results.add(Namespace.join(task)));
        return results;
    }
}
