package io.weir.appliance;

import io.weir.appliance.cli.DemoOptions;
import io.weir.appliance.cli.NodeOperations;
import io.weir.appliance.cli.StatOptions;
import io.weir.appliance.config.ConfigLoader;
import io.weir.appliance.config.LoadedConfig;
import io.weir.appliance.config.NodeConfig;
import java.io.PrintWriter;

/** The operations of a build that has no node: each says so and fails. */
final class NoNode implements NodeOperations {
    @Override
    public int run(LoadedConfig config, ConfigLoader loader, PrintWriter out) {
        throw missing("run");
    }

    @Override
    public int stat(NodeConfig node, StatOptions options, PrintWriter out) {
        throw missing("stat");
    }

    @Override
    public int errors(NodeConfig node, PrintWriter out) {
        throw missing("errors");
    }

    @Override
    public int demo(DemoOptions options, PrintWriter out) {
        throw missing("demo");
    }

    private static UnsupportedOperationException missing(String command) {
        return new UnsupportedOperationException("this build has no node: '" + command + "' is not available");
    }
}
