package io.weir.appliance.cli;

import io.weir.appliance.config.ConfigLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that does nothing but by its subcommands. */
@Command(mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND", versionProvider = WeirVersion.class)
abstract class CommandGroup implements Callable<Integer> {
    final ConfigLoader loader;
    final NodeOperations node;

    @Spec
    CommandSpec spec;

    CommandGroup(ConfigLoader loader, NodeOperations node) {
        this.loader = loader;
        this.node = node;
    }

    @Override
    public final Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }
}
