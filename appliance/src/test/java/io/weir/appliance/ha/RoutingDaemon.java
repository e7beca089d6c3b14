package io.weir.appliance.ha;

import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.Program;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A routing daemon in a namespace, without its init scripts: FRR (zebra and bgpd) or BIRD. Ends when closed. */
final class RoutingDaemon implements AutoCloseable {
    private static final String FRR = "/usr/lib/frr";
    private static final long PATIENCE_S = 20;

    private final Path directory;
    private final List<Process> processes = new ArrayList<>();

    private RoutingDaemon(Path directory) {
        this.directory = directory;
    }

    /** Whether FRR is installed where Debian has it. */
    static boolean hasFrr() {
        return new File(FRR, "zebra").canExecute() && new File(FRR, "bgpd").canExecute();
    }

    /** FRR with an integrated configuration. */
    static RoutingDaemon frr(Namespace namespace, String configuration) {
        RoutingDaemon daemon = new RoutingDaemon(directory());
        try {
            Path dir = daemon.directory;
            Files.writeString(dir.resolve("frr.conf"), configuration);
            Files.writeString(dir.resolve("vtysh.conf"), "");
            Files.writeString(dir.resolve("empty.conf"), "");
            Program.run("chown", "-R", "frr:frr", dir.toString());
            for (String program : List.of("zebra", "bgpd")) {
                List<String> command = new ArrayList<>(List.of(FRR + "/" + program, "-u", "frr", "-g", "frr"));
                command.addAll(List.of("-f", dir + "/empty.conf", "-i", dir + "/" + program + ".pid"));
                command.addAll(List.of("-z", dir + "/zserv.api", "--vty_socket", dir.toString(), "-P", "0"));
                command.addAll(List.of("--log", "file:" + dir + "/" + program + ".log"));
                daemon.start(namespace, command);
                daemon.await(dir.resolve(program + ".vty"));
            }
            namespace.run("vtysh", "--vty_socket", dir.toString(), "--config_dir", dir.toString(), "-b");
            return daemon;
        } catch (IOException e) {
            daemon.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            daemon.close();
            throw e;
        }
    }

    /** BIRD. */
    static RoutingDaemon bird(Namespace namespace, String configuration) {
        RoutingDaemon daemon = new RoutingDaemon(directory());
        try {
            Path file = daemon.directory.resolve("bird.conf");
            Path socket = daemon.directory.resolve("bird.ctl");
            Files.writeString(file, configuration);
            daemon.start(namespace, List.of("bird", "-f", "-c", file.toString(), "-s", socket.toString()));
            daemon.await(socket);
            return daemon;
        } catch (IOException e) {
            daemon.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            daemon.close();
            throw e;
        }
    }

    private static Path directory() {
        try {
            return Files.createTempDirectory(
                    "weir-routing-",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void start(Namespace namespace, List<String> command) {
        processes.add(namespace.start(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output-" + processes.size()).toFile())));
    }

    private void await(Path socket) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (!Files.exists(socket)) {
            if (deadline - System.nanoTime() < 0 || !processes.getLast().isAlive()) {
                throw new IllegalStateException("no " + socket.getFileName() + "; " + log());
            }
            sleep();
        }
    }

    private static void sleep() {
        try {
            TimeUnit.MILLISECONDS.sleep(10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** What it said. */
    String log() {
        StringBuilder text = new StringBuilder();
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith("output") || name.endsWith(".log")) {
                    text.append(name)
                            .append(":\n")
                            .append(Files.readString(file))
                            .append('\n');
                }
            }
        } catch (IOException e) {
            text.append(e);
        }
        return text.toString();
    }

    @Override
    public void close() {
        for (Process process : processes.reversed()) {
            process.destroy();
            try {
                if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
