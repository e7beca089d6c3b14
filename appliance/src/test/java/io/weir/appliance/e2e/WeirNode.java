package io.weir.appliance.e2e;

import io.weir.appliance.Requires;
import io.weir.appliance.Weir;
import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.NodeProcess;
import io.weir.appliance.bed.VirtualService;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A Weir node of the classes under test, as a process of its own. */
final class WeirNode implements Contender.Node {
    private final Path directory;
    private final NodeProcess process;

    private WeirNode(Path directory, NodeProcess process) {
        this.directory = directory;
        this.process = process;
    }

    static void require() {
        Requires.that(!isPresent("io.weir.appliance.NoNode"), "needs a node, and this build has none");
    }

    private static boolean isPresent(String name) {
        try {
            Class.forName(name, false, WeirNode.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    static WeirNode start(Bed bed, String driver, String xdpMode, int workers) {
        try {
            Path directory = Files.createTempDirectory("weir-node");
            Path file = Files.writeString(
                    directory.resolve("node.properties"), properties(bed, driver, xdpMode, workers, directory));
            return new WeirNode(directory, NodeProcess.start(bed.node(), command(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String properties(Bed bed, String driver, String xdpMode, int workers, Path directory) {
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
                        workers == 1 ? "1" : "0,1",
                        driver,
                        Bed.FRONT,
                        Bed.BACK,
                        directory.resolve("counters")));
        if (xdpMode != null) {
            text.append("io.xdp.mode = ").append(xdpMode).append('\n');
        }
        for (IpFamily family : IpFamily.values()) {
            VirtualService.ofBed(family).forEach(service -> text.append(service.properties()));
        }
        return text.toString();
    }

    private static List<String> command(Path file) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(System.getProperty("weir.jvm.flags", "").trim().split("\\s+")));
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path"),
                Weir.class.getName(),
                "run",
                file.toString()));
        return command;
    }

    NodeProcess process() {
        return process;
    }

    @Override
    public void close() {
        try {
            if (process.isAlive()) {
                process.terminate();
            }
        } finally {
            try (var files = Files.walk(directory)) {
                files.sorted(Comparator.reverseOrder())
                        .forEach(file -> file.toFile().delete());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public String log() {
        return process.log();
    }
}
