package io.weir.perf;

import io.weir.engine.packet.Transport;
import io.weir.engine.worker.Pipeline;
import io.weir.perf.pipeline.Effort;
import io.weir.perf.pipeline.FlowCount;
import io.weir.perf.pipeline.PipelineBench;
import io.weir.perf.pipeline.Way;
import io.weir.perf.result.Progress;
import io.weir.perf.result.Recorder;
import io.weir.perf.result.Row;
import io.weir.perf.result.RowBuilder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench pipeline}: the data plane alone. */
@Command(
        name = "pipeline",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Nanoseconds a packet through one worker between memory ports: no kernel, no device.",
            "",
            "Cases:",
            "  nat-established  packets of open flows, both directions",
            "  floor-parse      the same frames received, parsed and given back; comes",
            "                   with nat-established",
            "  nat-connection   connections of 7 packets, each from an unused client",
            "                   endpoint: SYN, SYN-ACK, ACK, request, FIN, FIN-ACK, ACK;",
            "                   scheduled by wrr, swept out after TIME_WAIT",
            "  nat-miss         first packets only, SYNs and datagrams; as many flows",
            "                   end as begin",
            "  nat-expiry       the sweep of flows whose time is over; here a packet",
            "                   stands for a flow",
            "  to-server        clients' packets of open flows alone, by each way to the",
            "                   servers: NAT, full NAT, DR, IPIP, GRE, GUE, VXLAN",
            "",
            "Options:"
        },
        optionListHeading = "")
final class PipelineCommand extends Measurement {
    private static final List<String> CASES =
            List.of("nat-established", "nat-connection", "nat-miss", "nat-expiry", "to-server");
    private static final String CONTENDER = "weir";
    private static final String FLOOR = "floor-parse";
    private static final String DEFAULT_FLOWS = "64,10k,1m";
    private static final String FULL_FLOWS = DEFAULT_FLOWS + ",10m";

    @Option(
            names = "--flows",
            paramLabel = "N,…",
            description =
                    "Flows in the table of each case; k and m are powers of 1000. Default: " + DEFAULT_FLOWS + ".")
    private String flows;

    @Option(names = "--only", split = ",", paramLabel = "CASE", description = "These cases only.")
    private List<String> only = List.of();

    @Option(names = "--rounds", paramLabel = "N", description = "Rounds of each case; default: ${DEFAULT-VALUE}.")
    private int rounds = Effort.FULL.rounds();

    @Option(names = "--ipv6", description = "IPv6 as well.")
    private boolean ipv6;

    @Option(names = "--full", description = "IPv6 as well, and 10m flows unless --flows says otherwise.")
    private boolean full;

    @Override
    void measure(Recorder recorder, Progress progress) {
        for (String name : only) {
            if (!CASES.contains(name) && !name.equals(FLOOR)) {
                throw new IllegalArgumentException(
                        "--only %s: some of %s or %s would be right".formatted(name, String.join(", ", CASES), FLOOR));
            }
        }
        if (rounds < 1) {
            throw new IllegalArgumentException("--rounds %d: at least 1 would be right".formatted(rounds));
        }
        List<Integer> counts = FlowCount.parse(flows != null ? flows : full ? FULL_FLOWS : DEFAULT_FLOWS);
        recorder.note(
                ("one worker, bursts of 64; only the worker's cycle is timed; median, best and worst of %d rounds of"
                                + " 64,000 packets; the floor receives, parses and releases the same frames, a round of it"
                                + " beside each round; the ratio to it is the median of the rounds' ratios")
                        .formatted(rounds));
        recorder.note(
                "undisturbed: the part of the rounds beside which the floor took no longer than 1.25 times its best;"
                        + " these alone count, if they are a fifth of what is wanted; up to four times as many rounds are taken to"
                        + " have enough of them");
        recorder.note(
                "nat-connection: flows are closed ones in TIME_WAIT; up to 4096 more are open at once, in bursts of"
                        + " the same step; time is put forward so that as many end as begin");
        PipelineBench first = new PipelineBench(false, Effort.FULL.withRounds(rounds));
        for (boolean v6 : ipv6 || full ? new boolean[] {false, true} : new boolean[] {false}) {
            PipelineBench bench = v6 ? first.overOtherIp() : first;
            for (int count : counts) {
                for (String name : CASES) {
                    if (only.isEmpty()
                            || only.contains(name)
                            || name.equals(CASES.getFirst()) && only.contains(FLOOR)) {
                        progress.step("pipeline: %s, %,d flows, IPv%d", name, count, v6 ? 6 : 4);
                        measure(bench, name, count, v6, recorder);
                    }
                }
            }
        }
    }

    private static void measure(PipelineBench bench, String name, int count, boolean v6, Recorder recorder) {
        long needed = PipelineBench.tableBytes(count) >> 20;
        long available = Memory.available() >> 20;
        if (needed > available) {
            String reason = "%,d flows need %,d MiB, and %,d are left".formatted(count, needed, available);
            recorder.accept(Row.skipped(name, CONTENDER, reason));
            return;
        }
        try {
            measure(bench, name, count).forEach(result -> rows(result, v6).forEach(recorder));
        } catch (IllegalStateException e) {
            recorder.accept(Row.failed(name, CONTENDER, e));
        }
    }

    private static List<PipelineBench.Result> measure(PipelineBench bench, String name, int count) {
        return switch (name) {
            case "nat-established" -> List.of(bench.established(count));
            case "nat-connection" -> List.of(bench.connections(count));
            case "nat-miss" -> List.of(bench.misses(Transport.TCP, count), bench.misses(Transport.UDP, count));
            case "to-server" ->
                Arrays.stream(Way.values())
                        .filter(way -> way.takes(count))
                        .map(way -> bench.toServer(way, count))
                        .toList();
            default -> List.of(bench.expiry(count));
        };
    }

    /** The floor's row goes before that of the open flows, whose packets it parsed. */
    private static List<Row> rows(PipelineBench.Result result, boolean ipv6) {
        List<Row> rows = new ArrayList<>();
        if (result.name().equals(CASES.getFirst())) {
            rows.add(head(FLOOR, result, ipv6)
                    .metric("packet", result.floor(), "ns")
                    .metric("allocated", result.floorAllocPerPacket(), "B/packet")
                    .metric("ratio to floor", 1, "")
                    .build());
        }
        RowBuilder row = head(result.name(), result, ipv6)
                .metric("packet", result.nsPerPacket(), "ns")
                .metric("best", result.best(), "ns")
                .metric("worst", result.worst(), "ns")
                .metric("floor", result.floor(), "ns")
                .metric("ratio to floor", result.ratio(), "")
                .metric("undisturbed", 100 * result.undisturbed(), "%")
                .metric("connections", result.connectionsPerSecond(), "1/s")
                .metric("allocated", result.allocPerPacket(), "B/packet")
                .metric("resident", result.residentMib(), "MiB");
        double[] stages = result.stages();
        for (int s = 0; s < stages.length; s++) {
            row.metric(Pipeline.STAGES.get(s), stages[s], "ns");
        }
        rows.add(row.note("%,d flows in %s".formatted(result.flows(), result.pages()))
                .build());
        return rows;
    }

    private static RowBuilder head(String name, PipelineBench.Result result, boolean ipv6) {
        return Row.of(name, CONTENDER)
                .with("ip", ipv6 ? "6" : "4")
                .with("protocol", result.protocol() == Transport.UDP ? "udp" : "tcp")
                .with("flows", result.flows());
    }
}
