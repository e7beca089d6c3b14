package io.weir.appliance.node;

import io.weir.appliance.cli.DemoOptions;
import io.weir.appliance.cli.ExitCode;
import io.weir.appliance.cli.MachineException;
import io.weir.appliance.cli.NodeOperations;
import io.weir.appliance.cli.StatOptions;
import io.weir.appliance.config.ConfigLoader;
import io.weir.appliance.config.ConfigurationException;
import io.weir.appliance.config.LoadedConfig;
import io.weir.appliance.config.NodeConfig;
import io.weir.appliance.demo.Demo;
import io.weir.bindings.NativeException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;

/** The commands, on this machine. */
public final class LocalNode implements NodeOperations {
    private final Reports reports = new Reports();

    @Override
    public int run(LoadedConfig config, ConfigLoader loader, PrintWriter out) throws Exception {
        CountDownLatch stop = new CountDownLatch(1);
        Signals.on("TERM", stop::countDown);
        Signals.on("INT", stop::countDown);
        try (Node node = Node.start(config.node(), reports)) {
            node.reasons().forEach(reports::info);
            Signals.on("HUP", () -> reload(node, config.node(), loader));
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
            if (!next.node().io().equals(before.io())
                    || !next.node().workers().equals(before.workers())
                    || next.node().connectionsCapacity() != before.connectionsCapacity()
                    || !next.node().gateways().equals(before.gateways())
                    || !next.node().timeouts().equals(before.timeouts())
                    || next.node().ttl() != before.ttl()
                    || next.node().reject() != before.reject()) {
                reports.warn("only services and servers are reloaded; io, workers, connections, gateways, timeouts,"
                        + " forward.ttl and vip.reject take effect at the next start");
            }
            node.reload(next.node());
        } catch (ConfigurationException e) {
            e.problems().forEach(problem -> reports.warn(problem.toString()));
            reports.warn("nothing was reloaded: the node goes on as before");
        }
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
    public int demo(DemoOptions options, PrintWriter out) throws Exception {
        return Demo.run(options.keep(), System.out);
    }
}
