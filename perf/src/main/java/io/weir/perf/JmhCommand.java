package io.weir.perf;

import io.weir.perf.result.Progress;
import io.weir.perf.result.Recorder;
import io.weir.perf.result.Row;
import io.weir.perf.result.RowBuilder;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench jmh}: single operations. */
@Command(
        name = "jmh",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "What single operations cost, by JMH: checksum, parser, flow table, ring, schedulers.")
final class JmhCommand extends Measurement {
    private static final String SUFFIX = "Benchmark";
    /** What takes longer has a table of its own. */
    private static final double LONG_NS = 100_000;

    @Parameters(arity = "0..1", paramLabel = "REGEX", defaultValue = ".*", description = "Which benchmarks.")
    private String regex;

    @Option(names = "--forks", paramLabel = "N", defaultValue = "1", description = "JVMs for each; 0: this one.")
    private int forks;

    @Option(names = "--iterations", paramLabel = "N", defaultValue = "5", description = "Measured, of a second each.")
    private int iterations;

    @Option(names = "--quick", description = "Iterations of a tenth of a second.")
    private boolean quick;

    @Override
    void measure(Recorder recorder, Progress progress) throws RunnerException {
        if (forks < 0 || iterations < 1) {
            throw new IllegalArgumentException("--forks of at least 0 and --iterations of at least 1 would be right");
        }
        TimeValue time = TimeValue.milliseconds(quick ? 100 : 1000);
        Options options = new OptionsBuilder()
                .include(regex)
                .forks(forks)
                .warmupIterations(quick ? 2 : 3)
                .warmupTime(time)
                .measurementIterations(quick ? 3 : iterations)
                .measurementTime(time)
                .build();
        recorder.note(
                "average time of an operation; error: half of the 99.9 % confidence interval over the iterations");
        recorder.note("Ring.handOff needs two idle cores: its threads wait for each other");
        OutputFormat output = OutputFormatFactory.createFormatInstance(System.err, VerboseMode.NORMAL);
        try {
            for (RunResult result : new Runner(options, output).run()) {
                recorder.accept(row(result.getParams(), result.getPrimaryResult()));
            }
        } catch (NoBenchmarksException e) {
            throw new IllegalArgumentException("no benchmark matches \"%s\"".formatted(regex), e);
        }
    }

    private static Row row(BenchmarkParams params, Result<?> result) {
        String[] names = params.getBenchmark().split("\\.");
        String owner = names[names.length - 2];
        RowBuilder row =
                Row.of(owner.substring(0, owner.length() - SUFFIX.length()) + "." + names[names.length - 1], "weir");
        StringBuilder parameters = new StringBuilder();
        for (String key : params.getParamsKeys()) {
            parameters
                    .append(parameters.isEmpty() ? "" : " ")
                    .append(key)
                    .append('=')
                    .append(params.getParam(key));
        }
        row.with("parameters", parameters);
        double nanos = result.getScore();
        boolean isLong = nanos > LONG_NS;
        return row.metric(isLong ? "duration" : "time", isLong ? nanos / 1e3 : nanos, isLong ? "us" : "ns")
                .metric("error", result.getScoreError() / (isLong ? 1e3 : 1), isLong ? "us" : "ns")
                .build();
    }
}
