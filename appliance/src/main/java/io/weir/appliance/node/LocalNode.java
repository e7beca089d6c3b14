package io.weir.appliance.node;

import io.weir.appliance.bed.Namespace;
import io.weir.appliance.cli.DecapOptions;
import io.weir.appliance.cli.DemoOptions;
import io.weir.appliance.cli.ExitCode;
import io.weir.appliance.cli.HaAction;
import io.weir.appliance.cli.HostAction;
import io.weir.appliance.cli.MachineException;
import io.weir.appliance.cli.NodeOperations;
import io.weir.appliance.cli.StatOptions;
import io.weir.appliance.cli.TraceOptions;
import io.weir.appliance.config.ConfigLoader;
import io.weir.appliance.config.ConfigurationException;
import io.weir.appliance.config.LoadedConfig;
import io.weir.appliance.config.LoadedHost;
import io.weir.appliance.config.NodeConfig;
import io.weir.appliance.demo.Demo;
import io.weir.appliance.train.Training;
import io.weir.bindings.NativeException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** The commands, on this machine. */
public final class LocalNode implements NodeOperations {
    private final Reports reports = new Reports();

    @Override
    public int run(LoadedConfig config, ConfigLoader loader, PrintWriter out) throws Exception {
        CountDownLatch stop = new CountDownLatch(1);
        AtomicReference<Node> running = new AtomicReference<>();
        Signals.on("TERM", stop::countDown);
        Signals.on("INT", stop::countDown);
        boolean reloads = Signals.on("HUP", () -> {
            Node node = running.get();
            if (node != null) { // else it is still starting, with the file as it was a moment ago
                reload(node, config.node(), loader);
            }
        });
        if (!reloads) {
            reports.noReloads();
        }
        try (Node node = Node.start(config, loader, reports)) {
            running.set(node);
            node.reasons().forEach(reports::info);
            node.awaitReady();
            out.println(node.readyLine());
            out.flush();
            stop.await();
            reports.info("stopping");
        } catch (DeviceException | NativeException | IOException e) {
            throw new MachineException(e.getMessage(), e);
        }
        return ExitCode.OK;
    }

    private void reload(Node node, NodeConfig before, ConfigLoader loader) {
        try {
            LoadedConfig next = loader.load(before.file());
            next.warnings().forEach(w -> reports.warn(w.toString()));
            List<String> later = changedForNextStart(before, next.node());
            if (!later.isEmpty()) {
                reports.warn("only services and servers are reloaded; changed, and in effect at the next start: "
                        + String.join(", ", later));
            }
            node.reload(next);
        } catch (ConfigurationException e) {
            e.problems().forEach(problem -> reports.warn(problem.toString()));
            reports.warn("nothing was reloaded: the node goes on as before");
        }
    }

    /** What of a configuration a running node cannot change, as keys. */
    private static List<String> changedForNextStart(NodeConfig before, NodeConfig next) {
        Map<String, Function<NodeConfig, Object>> fixed = new LinkedHashMap<>();
        fixed.put("node.name", NodeConfig::name);
        fixed.put("counters.file", NodeConfig::countersFile);
        fixed.put("workers.…, control.cores", NodeConfig::workers);
        fixed.put("io.…", NodeConfig::io);
        fixed.put("connections.capacity", NodeConfig::connectionsCapacity);
        fixed.put("timeout.…", NodeConfig::timeouts);
        fixed.put("forward.ttl", NodeConfig::ttl);
        fixed.put("vip.reject", NodeConfig::reject);
        fixed.put("gateway.…", NodeConfig::gateways);
        fixed.put("nat.…", NodeConfig::nat);
        fixed.put("reconstruct.…, replay.window-scale", NodeConfig::reconstruction);
        fixed.put("tunnel.source", node -> node.tunnels().sources());
        fixed.put("openflow.…, hypervisor.…", NodeConfig::hypervisors);
        fixed.put("admin.…", NodeConfig::admin);
        fixed.put("ha.…", NodeConfig::ha);
        return fixed.entrySet().stream()
                .filter(e -> !e.getValue().apply(before).equals(e.getValue().apply(next)))
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public int stat(NodeConfig node, StatOptions options, PrintWriter out) throws Exception {
        return new StatReport(node, out).run(options);
    }

    @Override
    public int errors(NodeConfig node, PrintWriter out) throws Exception {
        return ErrorReport.print(node, out);
    }

    @Override
    public int ha(NodeConfig node, HaAction action, PrintWriter out) throws Exception {
        return HaReport.print(node, action, out);
    }

    @Override
    public int trace(NodeConfig node, TraceOptions options, PrintWriter out) throws Exception {
        return new TraceReport(node, options, out).print();
    }

    @Override
    public int decap(DecapOptions options, PrintWriter out) throws Exception {
        return new Decapsulation(options, out).run();
    }

    @Override
    public int host(LoadedHost config, HostAction action, ConfigLoader loader, PrintWriter out) throws Exception {
        return new HostRun(config, loader, out).perform(action);
    }

    @Override
    public int demo(DemoOptions options, PrintWriter out) throws Exception {
        return Demo.run(options.keep(), System.out);
    }

    @Override
    public int train(PrintWriter out) throws Exception {
        String home = System.getProperty("weir.home");
        String archive = System.getProperty("weir.recording");
        if (home == null || archive == null) {
            throw new MachineException("start it with the launcher, ./weir train");
        }
        Optional<String> obstacle = Namespace.obstacle();
        if (obstacle.isPresent()) {
            throw new MachineException(obstacle.get());
        }
        long bytes = Training.record(Path.of(home, "weir"), Path.of(archive));
        out.printf("weir: a start is recorded in %s (%d MiB)%n", archive, bytes >> 20);
        return ExitCode.OK;
    }
}
