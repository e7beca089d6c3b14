package io.weir.perf;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of everything that measures. */
@Command(name = "weir", mixinStandardHelpOptions = true, subcommands = BenchCommand.class)
public final class Perf {
    private Perf() {}

    /** Exit status as everywhere in Weir: 0 fine, 1 the run failed, 2 bad usage. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Perf()).execute(args));
    }
}
