package io.weir.appliance.cli;

import io.weir.appliance.config.ConfigLoader;
import io.weir.appliance.config.LoadedHost;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "host",
        description =
                "On a hypervisor: give guests that are servers their virtual addresses, through their guest agents.")
final class HostCommand extends CommandGroup {
    HostCommand(ConfigLoader loader, NodeOperations node) {
        super(loader, node);
    }

    @Command(
            description = {
                "Run in the foreground until SIGTERM or SIGINT; SIGHUP reads the file again.",
                "Guests keep their addresses when it ends, and give them back when they leave the file."
            },
            mixinStandardHelpOptions = true)
    int run(@Mixin ConfigFile file) throws Exception {
        return perform(file, HostAction.RUN);
    }

    @Command(
            description = "Check a configuration, and ask each guest whether it can be served; change nothing.",
            mixinStandardHelpOptions = true)
    int check(@Mixin ConfigFile file) throws Exception {
        return perform(file, HostAction.CHECK);
    }

    @Command(
            description = "Show where each guest stands. Exit code 0 only if all are configured and weir host runs.",
            mixinStandardHelpOptions = true)
    int status(@Mixin ConfigFile file, @Option(names = "--json", description = "one JSON object") boolean json)
            throws Exception {
        return perform(file, json ? HostAction.STATUS_JSON : HostAction.STATUS);
    }

    @Command(
            description = "Take every address away that weir host gave to a guest; it must not be running.",
            mixinStandardHelpOptions = true)
    int remove(@Mixin ConfigFile file) throws Exception {
        return perform(file, HostAction.REMOVE);
    }

    private int perform(ConfigFile file, HostAction action) throws Exception {
        final LoadedHost config = loader.loadHost(file.path());
        config.warnings().forEach(w -> spec.commandLine().getErr().println("weir: warning: " + w));
        return node.host(config, action, loader, spec.commandLine().getOut());
    }
}
