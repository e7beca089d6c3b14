package io.weir.appliance.cli;

import io.weir.appliance.config.ConfigLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "trace",
        description = "Show what happened to a client's unknown or interrupted flows, and why.",
        mixinStandardHelpOptions = true,
        versionProvider = WeirVersion.class)
final class TraceCommand implements Callable<Integer> {
    private final ConfigLoader loader;
    private final NodeOperations node;

    @Mixin
    private ConfigFile file;

    @Option(names = "--client", paramLabel = "ADDR[:PORT]", description = "whose flows; everybody's without")
    private String client;

    @Option(names = "--follow", description = "what comes, too, until interrupted")
    private boolean follow;

    @Spec
    private CommandSpec spec;

    TraceCommand(ConfigLoader loader, NodeOperations node) {
        this.loader = loader;
        this.node = node;
    }

    @Override
    public Integer call() throws Exception {
        return node.trace(
                loader.load(file.path()).node(), options(), spec.commandLine().getOut());
    }

    private TraceOptions options() {
        try {
            return TraceOptions.parse(client, follow);
        } catch (final IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--client: " + e.getMessage(), e);
        }
    }
}
