package io.weir.engine.port;

import io.weir.bindings.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Two network namespaces, the node's and its peers', joined by veth pairs: {@code d0}…{@code dN} at the node,
 * {@code p0}…{@code pN} at the peers. Both go away with {@link #close}, at the latest when the JVM ends.
 */
final class VethLink implements AutoCloseable {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final String PREFIX = "weirports-";

    private final String node;
    private final String peer;
    private final Thread atExit = new Thread(this::delete);
    private boolean deleted;

    VethLink(int pairs, int queues) throws IOException {
        deleteLeftOvers();
        String name = PREFIX + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
        node = name + "-node";
        peer = name + "-peer";
        Runtime.getRuntime().addShutdownHook(atExit);
        StringBuilder batch = new StringBuilder("netns add %s%nnetns add %s%n".formatted(node, peer));
        ip(batch.toString());
        quiet(node);
        quiet(peer);
        batch.setLength(0);
        for (int i = 0; i < pairs; i++) {
            batch.append(("link add d%1$d netns %2$s mtu 1500 numrxqueues %4$d numtxqueues %4$d type veth"
                            + " peer name p%1$d netns %3$s numrxqueues %4$d numtxqueues %4$d%n")
                    .formatted(i, node, peer, queues));
        }
        ip(batch.toString());
        for (String namespace : new String[] {node, peer}) {
            char end = namespace.equals(node) ? 'd' : 'p';
            batch.setLength(0);
            for (int i = 0; i < pairs; i++) {
                batch.append("link set %c%d up%n".formatted(end, i));
            }
            in(namespace, () -> ip(batch.toString()));
        }
    }

    private static void quiet(String namespace) {
        in(namespace, () -> {
            for (String scope : new String[] {"all", "default"}) {
                Path file = Path.of("/proc/sys/net/ipv6/conf/" + scope + "/disable_ipv6");
                if (Files.exists(file)) {
                    Files.writeString(file, "1");
                }
            }
            return null;
        });
    }

    <T> T atNode(Callable<T> task) {
        return in(node, task);
    }

    <T> T atPeer(Callable<T> task) {
        return in(peer, task);
    }

    private static <T> T in(String namespace, Callable<T> task) {
        FutureTask<T> future = new FutureTask<>(() -> {
            NetworkNamespace.enter(NAMESPACES.resolve(namespace));
            return task.call();
        });
        Thread.ofPlatform().name("in " + namespace).start(future);
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Runs {@code ip -batch} in the calling thread's namespace. */
    static Void ip(String lines) throws IOException {
        Process process = new ProcessBuilder("ip", "-batch", "-")
                .redirectErrorStream(true)
                .start();
        try (var in = process.outputWriter()) {
            in.write(lines);
        }
        String output = new String(process.getInputStream().readAllBytes());
        try {
            if (process.waitFor() != 0) {
                throw new AssertionError("ip -batch\n%s: %s".formatted(lines, output));
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return null;
    }

    private static void deleteLeftOvers() throws IOException {
        if (!Files.isDirectory(NAMESPACES)) {
            return;
        }
        try (var files = Files.list(NAMESPACES)) {
            for (String name : files.map(f -> f.getFileName().toString()).toList()) {
                if (name.startsWith(PREFIX)
                        && ProcessHandle.of(Long.parseLong(name.split("-")[1])).isEmpty()) {
                    ip("netns del " + name + "\n");
                }
            }
        }
    }

    private synchronized void delete() {
        if (!deleted) {
            deleted = true;
            for (String namespace : new String[] {node, peer}) {
                try {
                    if (Files.exists(NAMESPACES.resolve(namespace))) {
                        ip("netns del " + namespace + "\n");
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    @Override
    public void close() {
        delete();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }
}
