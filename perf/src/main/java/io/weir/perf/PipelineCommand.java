package io.weir.perf;

import io.weir.engine.worker.Pipeline;
import io.weir.perf.pipeline.PipelineBench;
import io.weir.perf.result.Progress;
import io.weir.perf.result.Recorder;
import io.weir.perf.result.Row;
import io.weir.perf.result.RowBuilder;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench pipeline}: the data plane alone. */
@Command(
        name = "pipeline",
        mixinStandardHelpOptions = true,
        description = "Nanoseconds a packet through one worker between memory ports: no kernel, no device.")
final class PipelineCommand extends Measurement {
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
    void measure(Recorder recorder, Progress progress) {
        recorder.note(
                "one worker, bursts of 64, half of the packets a client's, flows drawn uniformly; only the worker's"
                        + " cycle is timed; median, best and worst of 101 rounds of 64,000 packets");
        for (boolean v6 : ipv6 ? new boolean[] {false, true} : new boolean[] {false}) {
            for (int count : flows) {
                progress.step("pipeline: %,d flows, IPv%d", count, v6 ? 6 : 4);
                recorder.accept(row(PipelineBench.natEstablished(count, v6)));
            }
        }
    }

    private static Row row(PipelineBench.Result result) {
        RowBuilder row = Row.of(result.name(), "weir")
                .with("ip", result.ipv6() ? "6" : "4")
                .with("flows", result.flows())
                .metric("packet", result.nsPerPacket(), "ns")
                .metric("best", result.best(), "ns")
                .metric("worst", result.worst(), "ns")
                .metric("allocated", result.allocPerPacket(), "B/packet");
        double[] stages = result.stages();
        for (int s = 0; s < stages.length; s++) {
            row.metric(Pipeline.STAGES.get(s), stages[s], "ns");
        }
        return row.build();
    }
}
