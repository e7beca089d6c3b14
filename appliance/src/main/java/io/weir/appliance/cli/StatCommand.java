package io.weir.appliance.cli;

import io.weir.appliance.config.ConfigLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "stat",
        description = "Show the counters of a running node.",
        mixinStandardHelpOptions = true,
        versionProvider = WeirVersion.class)
final class StatCommand implements Callable<Integer> {
    private final ConfigLoader loader;
    private final NodeOperations node;

    @Mixin
    private ConfigFile file;

    @Option(names = "--json", description = "one JSON object")
    private boolean json;

    @Option(names = "--watch", description = "again every second, until interrupted")
    private boolean watch;

    @Spec
    private CommandSpec spec;

    StatCommand(ConfigLoader loader, NodeOperations node) {
        this.loader = loader;
        this.node = node;
    }

    @Override
    public Integer call() throws Exception {
        return node.stat(
                loader.load(file.path()).node(),
                new StatOptions(json, watch),
                spec.commandLine().getOut());
    }
}
