package io.weir.appliance.cli;

import io.weir.appliance.config.ConfigLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "ha",
        description = "Where a running node stands among others; give mastership away, or take part again.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = WeirVersion.class)
final class HaCommand implements Callable<Integer> {
    private final ConfigLoader loader;
    private final NodeOperations node;

    @Spec
    private CommandSpec spec;

    HaCommand(ConfigLoader loader, NodeOperations node) {
        this.loader = loader;
        this.node = node;
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }

    @Command(description = "Show where the node stands.", mixinStandardHelpOptions = true)
    int status(@Mixin ConfigFile file) throws Exception {
        return ask(file, HaAction.STATUS);
    }

    @Command(
            description = "Have the node give mastership away; it is the last choice until it resumes.",
            mixinStandardHelpOptions = true)
    int release(@Mixin ConfigFile file) throws Exception {
        return ask(file, HaAction.RELEASE);
    }

    @Command(description = "Have the node take part with its own priority again.", mixinStandardHelpOptions = true)
    int resume(@Mixin ConfigFile file) throws Exception {
        return ask(file, HaAction.RESUME);
    }

    private int ask(ConfigFile file, HaAction action) throws Exception {
        return node.ha(
                loader.load(file.path()).node(), action, spec.commandLine().getOut());
    }
}
