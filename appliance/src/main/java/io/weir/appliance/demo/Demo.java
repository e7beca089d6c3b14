package io.weir.appliance.demo;

import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.BedOptions;
import io.weir.appliance.bed.BedServers;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.NodePair;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.WorkDirectory;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * The LVS article's example on one machine: a client, two servers and two Weir nodes, each in a network namespace of its
 * own, real TCP between them, a master that dies and returns, and a verdict on everything that should hold.
 */
public final class Demo {
    private static final String PICTURE = """
              client                 two Weir nodes                   servers
            202.100.1.2 ── 202.100.1.1 [ node-a ] 172.16.0.1 ──┬── a 172.16.0.2:80    weight 1
                                       [ node-b ]              └── b 172.16.0.3:8000  weight 2, and :21
                           virtual: 202.103.106.5:80, :21
            """;

    private final Report report;

    private Demo(PrintStream out) {
        this.report = new Report(out);
        out.println("The example of the LVS article, in network namespaces of this machine:\n");
        out.println(PICTURE);
    }

    /**
     * Runs it with nodes started by the launcher.
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
        Optional<String> obstacle = Namespace.obstacle();
        if (obstacle.isPresent()) {
            out.println("weir demo: " + obstacle.get());
            return 3;
        }
        Path launcher = Path.of(home, "weir").toAbsolutePath();
        Demo demo = new Demo(out);
        try (Bed bed = Bed.create(BedOptions.PAIR)) {
            Path directory = bed.own(WorkDirectory.create("weir-demo-")).path();
            NodePair pair = bed.own(new NodePair(bed, directory, run -> command(launcher, run), services()));
            demo.show(bed, () -> {
                demo.serve(bed);
                pair.startBoth();
                demo.report.step(pair.node(NodePair.Member.A).readyLine());
                demo.report.step(pair.node(NodePair.Member.B).readyLine());
                new ArticleAct(bed, demo.report).show();
                new TakeoverAct(bed, pair, demo.report).show();
            });
            if (keep && !bed.isClosed()) {
                demo.keep(bed, launcher, pair);
            }
        }
        return demo.report.hasFailed() ? 1 : 0;
    }

    /**
     * Runs the first act with whatever the starter puts into the place of one node.
     *
     * @param starter puts it there
     * @param out where the report goes
     * @return exit status: 0 when every check held, else 1
     */
    public static int run(NodeStarter starter, PrintStream out) {
        Demo demo = new Demo(out);
        try (Bed bed = Bed.create(BedOptions.ARTICLE)) {
            demo.show(bed, () -> {
                demo.serve(bed);
                demo.report.step(starter.start(bed));
                new ArticleAct(bed, demo.report).show();
            });
        }
        return demo.report.hasFailed() ? 1 : 0;
    }

    private void show(Bed bed, Runnable acts) {
        try {
            acts.run();
        } catch (RuntimeException e) {
            if (!bed.isClosed()) {
                report.fail("the demonstration itself", e);
            }
        }
        if (!bed.isClosed()) {
            report.conclude();
        }
    }

    private void serve(Bed bed) {
        String transport = BedServers.start(bed).transport();
        report.step("network and servers are up (servers on " + transport + ")");
    }

    private static List<String> command(Path launcher, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(launcher.toString());
        command.addAll(arguments);
        return command;
    }

    /** The article's services, with IPv6 twins. */
    private static String services() {
        StringBuilder text = new StringBuilder("admin.listen = 127.0.0.1:9180\n");
        for (IpFamily family : IpFamily.values()) {
            VirtualService.ofArticle(family).forEach(service -> text.append(service.properties()));
        }
        return text.toString();
    }

    private void keep(Bed bed, Path launcher, NodePair pair) {
        PrintStream out = report.out();
        out.println("\nEverything keeps running until ^C. To look at it from another terminal:\n");
        out.printf("  ip netns exec %s curl http://%s/%n", bed.client().name(), IpFamily.IPV4.vip());
        out.printf("  ip netns exec %s tcpdump -ni %s%n", bed.node().name(), Bed.FRONT);
        out.printf("  ip netns exec %s tcpdump -ni %s%n", bed.node().name(), Bed.BACK);
        for (NodePair.Member member : NodePair.Member.values()) {
            String namespace = pair.namespace(member).name();
            Path file = pair.file(member);
            out.printf("  ip netns exec %s curl http://127.0.0.1:9180/v1/services%n", namespace);
            out.printf("  %s stat %s --watch%n", launcher, file);
            out.printf("  %s trace %s --follow%n", launcher, file);
            out.printf("  ip netns exec %s %s ha release %s%n", namespace, launcher, file);
        }
        out.flush();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
