package io.weir.appliance.cli;

import io.weir.appliance.config.ConfigLoader;
import io.weir.appliance.config.ConfigurationException;
import io.weir.appliance.config.HostFacts;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code weir}: the command that the others are under. */
@Command(
        name = "weir",
        description = "A layer-4 load balancer that runs as a poll-mode appliance.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = WeirVersion.class,
        footer = {
            "",
            "The launcher has these, too:",
            "  pktgen     generate traffic; pktgen --help tells",
            "  bench      run benchmarks; bench --help tells",
            "  test       install what the tests need (Debian), then run them all",
            "",
            "Exit codes: 0 fine, 1 a check or the run failed, 2 bad usage or configuration,",
            "3 the machine lacks something."
        })
public final class WeirCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    private WeirCommand() {}

    /**
     * Builds the command line.
     *
     * @param host what the configuration's loader must know of the machine
     * @param probe what {@code check} finds out of it
     * @param node what the other commands do
     * @param first the first argument; when it is a command's name, only that command is described: describing all of
     *     them takes a sixth of a second of a node's start
     * @return a command line whose {@link CommandLine#execute execute} returns an {@link ExitCode}
     */
    public static CommandLine commandLine(HostFacts host, MachineProbe probe, NodeOperations node, String first) {
        final ConfigLoader loader = new ConfigLoader(host);
        final Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
        commands.put("run", () -> new RunCommand(loader, node));
        commands.put("check", () -> new CheckCommand(loader, probe));
        commands.put("stat", () -> new StatCommand(loader, node));
        commands.put("errors", () -> new ErrorsCommand(loader, node));
        commands.put("ha", () -> new HaCommand(loader, node));
        commands.put("trace", () -> new TraceCommand(loader, node));
        commands.put("decap", () -> new DecapCommand(node));
        commands.put("host", () -> new HostCommand(loader, node));
        commands.put("demo", () -> new DemoCommand(node));
        commands.put("train", () -> new TrainCommand(node));
        if (commands.containsKey(first)) {
            commands.keySet().retainAll(Set.of(first));
        }
        final CommandLine line = new CommandLine(new WeirCommand());
        commands.forEach((name, command) -> line.addSubcommand(name, command.get()));
        return line.setExecutionExceptionHandler((e, command, parsed) -> report(e, command.getErr()));
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }

    private static int report(Exception exception, PrintWriter err) {
        return switch (exception) {
            case ConfigurationException e -> {
                e.problems().forEach(err::println);
                err.println("weir: " + e.problems().size() + (e.problems().size() == 1 ? " problem" : " problems")
                        + ", nothing was started");
                yield ExitCode.USAGE;
            }
            case MachineException e -> {
                err.println("weir: " + e.getMessage());
                yield ExitCode.MACHINE;
            }
            default -> {
                err.println("weir: " + (exception.getMessage() == null ? exception : exception.getMessage()));
                if (Boolean.getBoolean("weir.stacktrace")) {
                    exception.printStackTrace(err);
                }
                yield ExitCode.FAILED;
            }
        };
    }
}
