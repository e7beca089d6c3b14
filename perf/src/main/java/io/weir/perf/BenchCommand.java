package io.weir.perf;

import picocli.CommandLine.Command;

/** {@code bench}: the benchmarks. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        subcommands = {
            PipelineCommand.class,
            ScalingCommand.class,
            RrDnsCommand.class,
            VethCommand.class,
            StartupCommand.class,
            HiccupsCommand.class,
            Rfc2544Command.class,
            HttpCommand.class,
            JmhCommand.class,
            ReportCommand.class
        },
        description = "Runs a benchmark.")
final class BenchCommand {}
