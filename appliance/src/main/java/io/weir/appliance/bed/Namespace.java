package io.weir.appliance.bed;

import io.weir.bindings.NetworkNamespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A named network namespace of this process: made by {@code ip netns add}, deleted when closed.
 *
 * <p>Its name carries the process id, {@code weir-PID-BED-ROLE}, so that a later process can tell what a dead one left
 * behind ({@link #removeStale}). Commands see a {@code /sys} of their own; Java tasks run on a thread that has entered
 * the namespace, and so do the threads that they start.
 */
public final class Namespace implements AutoCloseable {
    private static final Pattern NAME = Pattern.compile("weir-(\\d+)-\\d+-[\\w-]+");
    private static final Path DIRECTORY = Path.of("/run/netns");
    private static final AtomicInteger THREADS = new AtomicInteger();

    private final String role;
    private final String name;
    private final List<Process> processes = new ArrayList<>();

    private Namespace(String role, String name) {
        this.role = role;
        this.name = name;
    }

    /**
     * Makes one, with its loopback device up and without duplicate address detection.
     *
     * @param bed number of the bed within this process
     * @param role what it stands for, for example {@code client}
     */
    public static Namespace create(int bed, String role) {
        Namespace namespace = new Namespace(
                role, "weir-%d-%d-%s".formatted(ProcessHandle.current().pid(), bed, role));
        Program.run("ip", "netns", "add", namespace.name);
        namespace.sysctl("net/ipv6/conf/default/accept_dad", "0");
        namespace.sysctl("net/ipv6/conf/default/dad_transmits", "0");
        namespace.sysctl("net/ipv6/conf/default/accept_ra", "0");
        namespace.sysctl("net/ipv6/conf/default/router_solicitations", "0");
        namespace.sysctl("net/ipv4/icmp_ratelimit", "0");
        namespace.sysctl("net/ipv6/icmp/ratelimit", "0");
        namespace.sysctl("net/ipv4/tcp_no_metrics_save", "1");
        namespace.ip("link set lo up");
        return namespace;
    }

    /** What keeps this process from making namespaces, for a person to read; nothing when it may. */
    public static Optional<String> obstacle() {
        String name = "weir-%d-0-probe".formatted(ProcessHandle.current().pid());
        try {
            Program.Outcome outcome = Program.attempt(List.of("ip", "netns", "add", name), "");
            Program.attempt(List.of("ip", "netns", "delete", name), "");
            return outcome.status() == 0
                    ? Optional.empty()
                    : Optional.of("needs root, because it makes network namespaces and loads BPF programs ("
                            + outcome.output().lines().findFirst().orElse("ip netns add failed") + ")");
        } catch (UncheckedIOException e) {
            return Optional.of("needs the program ip (Debian: apt-get install iproute2)");
        }
    }

    /** Deletes the namespaces, with the processes in them, of processes that are no more. */
    public static void removeStale() {
        if (!Files.isDirectory(DIRECTORY)) {
            return;
        }
        try (var files = Files.list(DIRECTORY)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                Matcher matcher = NAME.matcher(name);
                if (matcher.matches()
                        && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty()) {
                    Program.attempt(List.of("ip", "netns", "pids", name), "")
                            .output()
                            .lines()
                            .filter(line -> line.matches("\\d+"))
                            .forEach(pid ->
                                    ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly));
                    Program.attempt(List.of("ip", "netns", "delete", name), "");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it stands for. */
    public String role() {
        return role;
    }

    /** Its name, as {@code ip netns} knows it. */
    public String name() {
        return name;
    }

    /** Its file, as {@code setns(2)} wants it. */
    public Path file() {
        return DIRECTORY.resolve(name);
    }

    /**
     * Runs {@code ip} commands in it, in one go.
     *
     * @param commands each without the word {@code ip}, for example {@code link set lo up}
     */
    public void ip(String... commands) {
        Program.run(List.of("ip", "-n", name, "-batch", "-"), String.join("\n", commands) + "\n");
    }

    /** Gives one of its devices an address of a network of the plan. */
    void assign(String device, IpFamily family, String address) {
        ip("address add %s dev %s%s"
                .formatted(family.withPrefix(address), device, family == IpFamily.IPV6 ? " nodad" : ""));
    }

    /** Runs a command in it that must succeed, and returns what it printed. */
    public String run(String... command) {
        return Program.run(inside(Arrays.asList(command)), "");
    }

    /** Runs a command in it that must succeed and reads the given text. */
    public String runWith(String input, String... command) {
        return Program.run(inside(Arrays.asList(command)), input);
    }

    /** A command's words, with what starts it in this namespace before them. */
    public List<String> inside(List<String> command) {
        List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", name));
        words.addAll(command);
        return words;
    }

    /**
     * Starts a process in it that ends with the namespace at the latest.
     *
     * @param builder its command is completed by {@link #inside}
     */
    public Process start(ProcessBuilder builder) {
        try {
            Process process = builder.command(inside(builder.command())).start();
            synchronized (processes) {
                processes.add(process);
            }
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Sets a kernel parameter of the namespace.
     *
     * @param key path below {@code /proc/sys}, for example {@code net/ipv4/ip_forward}
     */
    public void sysctl(String key, String value) {
        call(() -> Files.writeString(Path.of("/proc/sys", key), value));
    }

    /** The devices in it, by name, sorted. */
    public List<String> devices() {
        return run("ip", "-o", "link", "show")
                .lines()
                .map(line -> line.split(": ")[1].replaceFirst("@.*", ""))
                .sorted()
                .toList();
    }

    /**
     * Runs a task on a new platform thread inside the namespace, and waits for it.
     *
     * @return the task's result
     * @throws IllegalStateException with the task's exception as the cause; an unchecked one or an error comes as it is
     */
    public <T> T call(Callable<T> task) {
        return join(fork(task));
    }

    /** Starts a task on a new platform thread inside the namespace; {@link #join} waits for it. */
    public <T> FutureTask<T> fork(Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(() -> {
            NetworkNamespace.enter(file());
            return task.call();
        });
        Thread.ofPlatform()
                .daemon()
                .name(role + "-" + THREADS.incrementAndGet())
                .start(future);
        return future;
    }

    /** Waits for a task's end. */
    public static <T> T join(FutureTask<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException unchecked -> throw unchecked;
                case Error error -> throw error;
                case null, default -> throw new IllegalStateException(e.getCause());
            }
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Ends the processes that were started in it and deletes it. */
    @Override
    public void close() {
        synchronized (processes) {
            processes.forEach(Process::destroyForcibly);
            processes.clear();
        }
        Program.attempt(List.of("ip", "netns", "delete", name), "");
    }

    @Override
    public String toString() {
        return name;
    }
}
