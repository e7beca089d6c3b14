package io.weir.appliance.cli;

import io.weir.appliance.config.ConfigLoader;
import io.weir.appliance.config.LoadedConfig;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "run",
        description = "Run a node in the foreground until SIGTERM or SIGINT; SIGHUP reads the file again.",
        mixinStandardHelpOptions = true,
        versionProvider = WeirVersion.class)
final class RunCommand implements Callable<Integer> {
    private final ConfigLoader loader;
    private final NodeOperations node;

    @Mixin
    private ConfigFile file;

    @Spec
    private CommandSpec spec;

    RunCommand(ConfigLoader loader, NodeOperations node) {
        this.loader = loader;
        this.node = node;
    }

    @Override
    public Integer call() throws Exception {
        final LoadedConfig config = loader.load(file.path());
        config.warnings().forEach(w -> spec.commandLine().getErr().println("weir: warning: " + w));
        return node.run(config, loader, spec.commandLine().getOut());
    }
}
