package io.weir.appliance.ha;

import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.Namespace;
import java.util.List;

/** Hosts that send no faster than so many megabits a second, so that a node can die in the middle of a transfer. */
final class SlowLinks implements AutoCloseable {
    private final List<Namespace> hosts;

    SlowLinks(int megabits, Namespace... hosts) {
        this.hosts = List.of(hosts);
        for (Namespace host : hosts) {
            host.run(
                    "tc",
                    "qdisc",
                    "replace",
                    "dev",
                    Bed.HOST_DEVICE,
                    "root",
                    "tbf",
                    "rate",
                    megabits + "mbit",
                    "burst",
                    "64kb",
                    "latency",
                    "50ms");
        }
    }

    @Override
    public void close() {
        for (Namespace host : hosts) {
            host.run("tc", "qdisc", "delete", "dev", Bed.HOST_DEVICE, "root");
        }
    }
}
