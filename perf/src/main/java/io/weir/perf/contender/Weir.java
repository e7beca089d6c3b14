package io.weir.perf.contender;

import io.weir.appliance.bed.NodeProcess;
import io.weir.perf.OwnJava;
import java.nio.file.Path;

/**
 * A Weir node with one worker, in a process of its own.
 *
 * @param driver {@code af_xdp} or {@code af_packet}
 */
public record Weir(String driver) implements Contender {
    @Override
    public String label() {
        return "weir " + driver;
    }

    @Override
    public String where(int core) {
        return "one worker, busy polling on core " + core;
    }

    @Override
    public boolean usesXdp() {
        return driver.equals("af_xdp");
    }

    @Override
    public Running start(Site site) {
        WorkDirectory directory = WorkDirectory.create("weir-node-");
        try {
            Path file = directory.write("node.properties", properties(site, directory));
            NodeProcess process =
                    NodeProcess.start(site.node(), OwnJava.node(io.weir.appliance.Weir.class, "run", file.toString()));
            return new Running() {
                @Override
                public String target() {
                    return site.virtual();
                }

                @Override
                public void close() {
                    try (directory) {
                        if (process.isAlive()) {
                            process.terminate();
                        }
                    }
                }
            };
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    private String properties(Site site, WorkDirectory directory) {
        return """
                node.name = %s
                workers.cores = %d
                workers.idle = busy-spin
                io.driver = %s
                io.interface.front = %s
                io.interface.back = %s
                connections.capacity = 1m
                counters.file = %s
                """.formatted(
                                site.node().name(),
                                site.core(),
                                driver,
                                site.front(),
                                site.back(),
                                directory.resolve("counters"))
                + site.service().properties();
    }
}
