package io.weir.perf;

import io.weir.engine.worker.Pipeline;
import io.weir.perf.pipeline.PipelineBench;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench pipeline}: the data plane alone. */
@Command(
        name = "pipeline",
        mixinStandardHelpOptions = true,
        description = "Nanoseconds a packet through one worker between memory ports: no kernel, no device.")
final class PipelineCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "One JSON object a line instead of a table.")
    private boolean json;

    @Option(
            names = "--flows",
            split = ",",
            paramLabel = "N",
            description = "Established flows of each case; default: ${DEFAULT-VALUE}.",
            defaultValue = "64,10000,1000000")
    private List<Integer> flows;

    @Option(names = "--ipv6", description = "IPv6 as well.")
    private boolean ipv6;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (!json) {
            out.printf(
                    Locale.ROOT,
                    "%-18s %-5s %9s %12s %12s %12s %14s  %s%n",
                    "case",
                    "ip",
                    "flows",
                    "ns/packet",
                    "best",
                    "worst",
                    "bytes/packet",
                    "ns/packet by stage");
        }
        for (boolean v6 : ipv6 ? new boolean[] {false, true} : new boolean[] {false}) {
            for (int count : flows) {
                print(out, PipelineBench.natEstablished(count, v6));
            }
        }
        return 0;
    }

    private void print(PrintWriter out, PipelineBench.Result result) {
        String format = json
                ? "{\"case\":\"%s\",\"ip\":%s,\"flows\":%d,\"ns_per_packet\":%.2f,\"best\":%.2f,\"worst\":%.2f,"
                        + "\"alloc_bytes_per_packet\":%s,\"stages\":{%s}}%n"
                : "%-18s %-5s %9d %12.2f %12.2f %12.2f %14s  %s%n";
        double alloc = result.allocPerPacket();
        out.printf(
                Locale.ROOT,
                format,
                result.name(),
                result.ipv6() ? "6" : "4",
                result.flows(),
                result.nsPerPacket(),
                result.best(),
                result.worst(),
                alloc == 0 ? "0" : String.format(Locale.ROOT, "%.4f", alloc),
                stages(result.stages()));
        out.flush();
    }

    private String stages(double[] nanos) {
        return IntStream.range(0, nanos.length)
                .mapToObj(s ->
                        String.format(Locale.ROOT, json ? "\"%s\":%.2f" : "%s %.1f", Pipeline.STAGES.get(s), nanos[s]))
                .collect(Collectors.joining(json ? "," : "  "));
    }
}
