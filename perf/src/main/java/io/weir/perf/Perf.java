package io.weir.perf;

import io.weir.appliance.cli.ExitCode;
import io.weir.perf.pktgen.PktgenCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of everything that measures. */
@Command(
        name = "weir",
        mixinStandardHelpOptions = true,
        subcommands = {BenchCommand.class, PktgenCommand.class})
public final class Perf {
    private Perf() {}

    /** The command line, ready to execute. */
    static CommandLine commandLine() {
        return new CommandLine(new Perf()).setExecutionExceptionHandler((e, line, parsed) -> {
            line.getErr().println("weir " + line.getCommandName() + ": " + e);
            for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
                line.getErr().println("  because of " + cause);
            }
            return ExitCode.FAILED;
        });
    }

    /** Exit status as everywhere in Weir: 0 fine, 1 the run failed, 2 bad usage, 3 the machine lacks something. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }
}
