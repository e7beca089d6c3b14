package io.weir.appliance.cli;

import io.weir.appliance.config.ConfigLoader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "ha",
        description = "Where a running node stands among others; give mastership away, or take part again.")
final class HaCommand extends CommandGroup {
    HaCommand(ConfigLoader loader, NodeOperations node) {
        super(loader, node);
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
