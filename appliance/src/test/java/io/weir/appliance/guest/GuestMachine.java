package io.weir.appliance.guest;

import io.weir.appliance.Requires;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * What a guest is to its guest agent and to a switch: a network namespace with a device {@code eth0}, {@code /etc} and
 * {@code /run} of its own, and the real {@code qemu-ga} with a socket outside. Its {@code /etc} outlives a restart; nothing
 * else does.
 */
public final class GuestMachine implements AutoCloseable {
    private static final AtomicInteger BEDS = new AtomicInteger(700);
    private static final long PATIENCE_S = 30;

    private final Path directory;
    private final String role;
    private final Consumer<Namespace> plug;
    private Namespace namespace;
    private Process agent;

    private GuestMachine(Path directory, String role, Consumer<Namespace> plug) {
        this.directory = directory;
        this.role = role;
        this.plug = plug;
    }

    /** Makes one that is off, whose device leads nowhere. */
    public static GuestMachine create() {
        return create(
                "guest", namespace -> namespace.ip("link add eth0 type veth peer name peer0", "link set peer0 up"));
    }

    /**
     * Makes one that is off, with the few files in {@code /etc} that programs need; skips the test where that cannot be.
     *
     * @param role what it stands for
     * @param plug gives its namespace the device, at each start; it goes when the guest is turned off
     */
    public static GuestMachine create(String role, Consumer<Namespace> plug) {
        Requires.root();
        Requires.tool("qemu-ga");
        Namespace.removeStale();
        try {
            final GuestMachine guest =
                    new GuestMachine(Files.createTempDirectory(Path.of("/tmp"), "weir-guest-"), role, plug);
            for (final String hooks : List.of("if-pre-up.d", "if-up.d", "if-down.d", "if-post-down.d")) {
                Files.createDirectories(guest.etc("network").resolve(hooks)); // ifup wants them, empty or not
            }
            for (final String file : List.of(
                    "passwd", "group", "ld.so.cache", "nsswitch.conf", "alternatives", "os-release", "iproute2")) {
                if (Files.exists(Path.of("/etc", file))) {
                    Program.run("cp", "-a", "/etc/" + file, guest.etc(file).toString());
                }
            }
            return guest;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of its {@code /etc}, as this side sees it. */
    public Path etc(String file) {
        return directory.resolve("etc").resolve(file);
    }

    /** Writes a file of its {@code /etc}. */
    public void write(String file, String text) {
        try {
            Files.createDirectories(etc(file).getParent());
            Files.writeString(etc(file), text, StandardCharsets.ISO_8859_1);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The bytes of a file of its {@code /etc}, one character each. */
    public String read(String file) {
        try {
            return Files.readString(etc(file), StandardCharsets.ISO_8859_1);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its guest agent's socket. */
    public Path socket() {
        return directory.resolve("agent");
    }

    /** Its network namespace, while it is on. */
    public Namespace namespace() {
        return namespace;
    }

    /**
     * Turns it on.
     *
     * @param script what happens at its start, before the guest agent's
     * @param options of qemu-ga
     */
    public GuestMachine start(String script, String... options) {
        try {
            final Path run = directory.resolve("run");
            Program.run("rm", "-rf", run.toString(), socket().toString());
            Files.createDirectories(run);
            Files.createDirectories(directory.resolve("state"));
            namespace = Namespace.create(BEDS.incrementAndGet(), role);
            plug.accept(namespace);
            Files.writeString(
                    directory.resolve("start.sh"), """
                    set -e
                    mount --bind %1$s/etc /etc
                    mount --bind %1$s/run /run
                    %2$s
                    exec qemu-ga -m unix-listen -p %1$s/agent -t %1$s/state %3$s
                    """.formatted(directory, script, String.join(" ", options)));
            agent = namespace.start(new ProcessBuilder("sh", directory + "/start.sh")
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile()));
            final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
            while (!Files.exists(socket())) {
                if (!agent.isAlive() || System.nanoTime() > end) {
                    throw new IllegalStateException("no start: " + Files.readString(directory.resolve("log")));
                }
                TimeUnit.MILLISECONDS.sleep(10);
            }
            return this;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Turns it off, without a word to anybody. */
    public void stop() {
        if (agent != null) {
            end(agent);
            agent = null;
        }
        if (namespace != null) {
            Program.attempt(List.of("ip", "netns", "pids", namespace.name()), "")
                    .output()
                    .lines()
                    .forEach(pid -> {
                        if (pid.matches("\\d+")) {
                            ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
                        }
                    });
            // a namespace's devices outlive its name for a moment
            Program.attempt(List.of("ip", "-n", namespace.name(), "link", "delete", "eth0"), "");
            namespace.close();
            namespace = null;
        }
    }

    private static void end(Process process) {
        process.destroyForcibly();
        try {
            process.waitFor(PATIENCE_S, TimeUnit.SECONDS);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Its addresses, a line each. */
    public String addresses() {
        return namespace.run("ip", "-o", "address", "show", "dev", "eth0");
    }

    /** Runs a script in what the guest sees: its namespace, and the files of its {@code /etc}. */
    public Program.Outcome inside(String script) {
        return Program.attempt(List.of("nsenter", "-t", "" + agent.pid(), "-m", "-n", "sh", "-c", script), "");
    }

    @Override
    public void close() {
        stop();
        Program.attempt(List.of("rm", "-rf", directory.toString()), "");
    }
}
