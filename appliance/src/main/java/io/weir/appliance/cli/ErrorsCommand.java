package io.weir.appliance.cli;

import io.weir.appliance.config.ConfigLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "errors",
        description = "Show the distinct errors of a running node.",
        mixinStandardHelpOptions = true,
        versionProvider = WeirVersion.class)
final class ErrorsCommand implements Callable<Integer> {
    private final ConfigLoader loader;
    private final NodeOperations node;

    @Mixin
    private ConfigFile file;

    @Spec
    private CommandSpec spec;

    ErrorsCommand(ConfigLoader loader, NodeOperations node) {
        this.loader = loader;
        this.node = node;
    }

    @Override
    public Integer call() throws Exception {
        return node.errors(loader.load(file.path()).node(), spec.commandLine().getOut());
    }
}
