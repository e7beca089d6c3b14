package io.weir.appliance.demo;

import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.BedOptions;
import io.weir.appliance.bed.BedServers;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.NodeProcess;
import io.weir.appliance.bed.VirtualService;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/**
 * The LVS article's example on one machine: a client, two servers and a Weir node, each in a network namespace of its
 * own, real TCP between them, and a verdict on everything that should hold.
 */
public final class Demo {
    private static final int REQUESTS = 300;
    private static final int REQUESTS_OVER_IPV6 = 30;
    private static final long LENGTH = 100_000_000;
    private static final int BAR = 40;
    private static final String PICTURE = """
              client                    Weir                       servers
            202.100.1.2 ── 202.100.1.1 [    ] 172.16.0.1 ──┬── a 172.16.0.2:80    weight 1
                           virtual: 202.103.106.5:80, :21  └── b 172.16.0.3:8000  weight 2, and :21
            """;

    private final PrintStream out;
    private final long start = System.nanoTime();
    private boolean failed;
    private Path properties;

    private Demo(PrintStream out) {
        this.out = out;
    }

    /**
     * Runs it with a node started by the launcher.
     *
     * @param keep whether everything stays up afterwards, until the process is told to end
     * @param out where the report goes
     * @return exit status: 0 when every check held, 1 when one did not, 3 when the machine lacks something
     */
    public static int run(boolean keep, PrintStream out) {
        String home = System.getProperty("weir.home");
        if (home == null) {
            out.println("weir demo: start it with the launcher, ./weir demo");
            return 3;
        }
        Path launcher = Path.of(home, "weir").toAbsolutePath();
        Optional<String> obstacle = Namespace.obstacle();
        if (obstacle.isPresent()) {
            out.println("weir demo: " + obstacle.get());
            return 3;
        }
        return run(
                (bed, properties) -> {
                    NodeProcess node =
                            NodeProcess.start(bed.node(), List.of(launcher.toString(), "run", properties.toString()));
                    return bed.own(node).readyLine();
                },
                keep,
                out);
    }

    /**
     * Runs it with whatever the starter puts into the node.
     *
     * @param starter puts it there
     * @param keep whether everything stays up afterwards, until the process is told to end
     * @param out where the report goes
     * @return exit status: 0 when every check held, else 1
     */
    public static int run(NodeStarter starter, boolean keep, PrintStream out) {
        Demo demo = new Demo(out);
        out.println("The example of the LVS article, in network namespaces of this machine:\n");
        out.println(PICTURE);
        try (Bed bed = Bed.create(BedOptions.ARTICLE)) {
            try {
                demo.show(bed, starter);
            } catch (RuntimeException e) {
                if (!bed.isClosed()) {
                    demo.fail("the demonstration itself", e);
                }
            }
            if (!bed.isClosed()) {
                demo.conclude();
                if (keep) {
                    demo.keep(bed);
                }
            }
        }
        return demo.failed ? 1 : 0;
    }

    private void show(Bed bed, NodeStarter starter) {
        String transport = BedServers.start(bed).transport();
        step("network and servers are up (servers on " + transport + ")");
        properties = properties(bed, directory(bed));
        step(starter.start(bed, properties));

        DemoChecks checks = new DemoChecks(bed);
        Map<String, Integer> served = checks.requests(IpFamily.IPV4, REQUESTS, this::progress);
        VirtualService web = VirtualService.ofArticle(IpFamily.IPV4).getFirst();
        table(web, served);
        check(REQUESTS + " requests shared", () -> checks.sharesByWeight(served, web));
        check("servers see the client", () -> checks.seesClientsAddress(IpFamily.IPV4));
        check("server that speaks first", () -> checks.greets(IpFamily.IPV4));
        check("100 MB download", () -> checks.downloads(IpFamily.IPV4, LENGTH));
        check("100 MB upload", () -> checks.uploads(IpFamily.IPV4, LENGTH));
        check("port 81 refused", () -> checks.refuses(IpFamily.IPV4));
        check("ping " + IpFamily.IPV4.vip(), () -> checks.answersPings(IpFamily.IPV4));
        VirtualService web6 = VirtualService.ofArticle(IpFamily.IPV6).getFirst();
        check(
                REQUESTS_OVER_IPV6 + " requests over IPv6",
                () -> checks.sharesByWeight(checks.requests(IpFamily.IPV6, REQUESTS_OVER_IPV6, done -> {}), web6));
        check("ping " + IpFamily.IPV6.vip(), () -> checks.answersPings(IpFamily.IPV6));
    }

    private static Path properties(Bed bed, Path directory) {
        StringBuilder text = new StringBuilder("""
                # the example of the LVS article, with an IPv6 twin
                node.name = %s
                workers.cores = %d
                workers.idle = backoff
                io.driver = auto
                io.interface.front = %s
                io.interface.back = %s
                connections.capacity = 64k
                counters.file = %s
                """.formatted(
                        bed.node().name(),
                        Math.min(1, Runtime.getRuntime().availableProcessors() - 1),
                        Bed.FRONT,
                        Bed.BACK,
                        directory.resolve("counters")));
        for (IpFamily family : IpFamily.values()) {
            VirtualService.ofArticle(family).forEach(service -> text.append(service.properties()));
        }
        try {
            return Files.writeString(directory.resolve("node.properties"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A directory that goes when the bed goes. */
    private static Path directory(Bed bed) {
        try {
            Path directory = Files.createTempDirectory("weir-demo-");
            bed.own(() -> {
                try (var files = Files.walk(directory)) {
                    files.sorted(Comparator.reverseOrder())
                            .forEach(file -> file.toFile().delete());
                }
            });
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void step(String what) {
        out.printf(Locale.ROOT, "%5.1f s  %s%n", seconds(), what);
    }

    private double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    /** A bar that grows in place on a terminal; a line now and then elsewhere. */
    private void progress(int done) {
        boolean terminal = System.console() != null && System.console().isTerminal();
        if (terminal) {
            int full = done * BAR / REQUESTS;
            out.printf("\r         requests [%s%s] %d/%d", "#".repeat(full), ".".repeat(BAR - full), done, REQUESTS);
            out.print(done == REQUESTS ? System.lineSeparator() : "");
            out.flush();
        } else if (done % (REQUESTS / 3) == 0) {
            step(done + " of " + REQUESTS + " requests answered");
        }
    }

    private void table(VirtualService service, Map<String, Integer> served) {
        int requests = served.values().stream().mapToInt(Integer::intValue).sum();
        out.printf("%n  %-8s%-20s%8s%10s%10s%n", "server", "address", "weight", "requests", "share");
        for (VirtualService.RealServer server : service.servers()) {
            int count = served.getOrDefault(server.id(), 0);
            out.printf(
                    Locale.ROOT,
                    "  %-8s%-20s%8d%10d%8.1f %%%n",
                    server.id(),
                    service.family().endpoint(server.address(), server.port()),
                    server.weight(),
                    count,
                    requests == 0 ? 0.0 : 100.0 * count / requests);
        }
        out.println();
    }

    private void check(String what, Supplier<String> body) {
        try {
            out.printf("  ok      %-26s%s%n", what, body.get());
        } catch (RuntimeException e) {
            fail(what, e);
        }
    }

    private void fail(String what, RuntimeException e) {
        failed = true;
        Throwable reason = e.getCause() != null && e.getClass() == IllegalStateException.class ? e.getCause() : e;
        out.printf("  FAILED  %-26s%s%n", what, reason instanceof DemoChecks.Failed ? reason.getMessage() : reason);
    }

    private void conclude() {
        out.println();
        step(failed ? "not every check held" : "every check held");
    }

    private void keep(Bed bed) {
        out.println("\nEverything keeps running until ^C. To look at it from another terminal:\n");
        out.printf("  ip netns exec %s curl http://%s/%n", bed.client().name(), IpFamily.IPV4.vip());
        out.printf(
                "  ip netns exec %s curl http://127.0.0.1:9180/v1/services%n",
                bed.node().name());
        out.printf("  ip netns exec %s tcpdump -ni %s%n", bed.node().name(), Bed.FRONT);
        out.printf("  ip netns exec %s tcpdump -ni %s%n", bed.node().name(), Bed.BACK);
        out.printf("  %s stat %s --watch%n", Path.of(System.getProperty("weir.home", "."), "weir"), properties);
        out.flush();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
