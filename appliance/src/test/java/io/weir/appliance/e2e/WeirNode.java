package io.weir.appliance.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.appliance.OwnProgram;
import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.NodeProcess;
import io.weir.appliance.bed.Program;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.WorkDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A Weir node of the classes under test, as a process of its own. */
final class WeirNode implements Contender.Node {
    private static final String FILE = "node.properties";

    private final WorkDirectory directory;
    private final NodeProcess process;

    private WeirNode(WorkDirectory directory, NodeProcess process) {
        this.directory = directory;
        this.process = process;
    }

    static WeirNode start(Bed bed, String driver, String xdpMode, Shape shape) {
        WorkDirectory directory = WorkDirectory.create("weir-node-");
        Path file = directory.write(FILE, properties(bed, driver, xdpMode, shape, directory));
        return new WeirNode(directory, NodeProcess.start(bed.node(), command("run", file.toString())));
    }

    private static String properties(Bed bed, String driver, String xdpMode, Shape shape, WorkDirectory directory) {
        StringBuilder text = new StringBuilder("""
                node.name = %s
                workers.cores = %s
                workers.idle = backoff
                io.driver = %s
                io.interface.front = %s
                io.interface.back = %s
                connections.capacity = 256k
                counters.file = %s
                """.formatted(
                        bed.node().name(),
                        shape.workers() == 1 ? "1" : "0,1",
                        driver,
                        Bed.FRONT,
                        shape.overlay().backDevice(),
                        directory.resolve("counters")));
        if (xdpMode != null && shape.overlay() != Overlay.DEVICE) { // which has no driver that could run a program
            text.append("io.xdp.mode = ").append(xdpMode).append('\n');
        }
        boolean tun = shape.forward().equals("tun");
        for (IpFamily family : IpFamily.values()) {
            for (VirtualService service : VirtualService.ofBed(family)) {
                if (tun) {
                    text.append(service.properties(server -> TunnelServices.tunnel(service, server)));
                } else if (!bed.options().direct() || !service.name().startsWith("far")) {
                    text.append(shape.overlay().properties(service));
                } else {
                    continue; // no frame reaches a server behind a router
                }
                text.append("service.%s.forward = %s%n".formatted(service.name(), shape.forward()));
            }
        }
        return tun ? text.append(TunnelServices.properties()).toString() : text.toString();
    }

    /** Runs another command of Weir's in a namespace. */
    static void runIn(Namespace namespace, String... arguments) {
        namespace.run(command(arguments).toArray(String[]::new));
    }

    private static List<String> command(String... arguments) {
        return OwnProgram.command(
                List.of("-XX:TieredStopAtLevel=1", "-Xmx512m", OwnProgram.READY_SOON), List.of(arguments));
    }

    /** What {@code weir stat --json} says of it. */
    JsonNode stat() {
        try {
            return new ObjectMapper()
                    .readTree(
                            Program.run(command("stat", directory.resolve(FILE).toString(), "--json"), ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    NodeProcess process() {
        return process;
    }

    @Override
    public void close() {
        try (directory) {
            if (process.isAlive()) {
                process.terminate();
            }
        }
    }

    @Override
    public String log() {
        return process.log() + (process.isAlive() ? "\ncounted: " + counted() : "");
    }

    /** The counters that are not zero. */
    private Map<String, Long> counted() {
        Map<String, Long> counted = new TreeMap<>();
        stat().get("counters").properties().forEach(counter -> {
            if (counter.getValue().asLong() != 0) {
                counted.put(counter.getKey(), counter.getValue().asLong());
            }
        });
        return counted;
    }
}
