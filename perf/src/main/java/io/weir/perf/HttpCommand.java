package io.weir.perf;

import io.weir.appliance.cli.MachineException;
import io.weir.perf.contender.Contender;
import io.weir.perf.contender.Tools;
import io.weir.perf.http.HttpBench;
import io.weir.perf.result.Progress;
import io.weir.perf.result.Recorder;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench http}: web traffic. */
@Command(
        name = "http",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description =
                "Requests and new connections a second by wrk against nginx, through Weir, kernel NAT and proxies,"
                        + " in network namespaces. Needs root, wrk and nginx.")
final class HttpCommand extends Measurement {
    @Option(names = "--duration", paramLabel = "SECONDS", defaultValue = "5", description = "Of each measurement.")
    private int duration;

    @Option(names = "--warm", paramLabel = "SECONDS", defaultValue = "3", description = "Before each measurement.")
    private int warm;

    @Option(names = "--connections", paramLabel = "N", defaultValue = "64", description = "At a time.")
    private int connections;

    @Option(names = "--body", paramLabel = "BYTES", defaultValue = "128", description = "Of an answer.")
    private int body;

    @Option(names = "--cores", split = ",", paramLabel = "N", description = "Of client, server and balancer.")
    private List<Integer> cores = List.of();

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "NAME",
            description =
                    "These contenders alone: direct, weir af_xdp, weir af_packet, nftables, nftables rps, haproxy,"
                            + " nginx stream.")
    private List<String> only = List.of();

    @Override
    void measure(Recorder recorder, Progress progress) throws MachineException {
        if (duration < 1 || warm < 0 || connections < 1 || body < 0) {
            throw new IllegalArgumentException("--duration and --connections must be at least 1, --warm and --body 0");
        }
        Cores chosen = Cores.of(cores);
        Prerequisites.root();
        Prerequisites.all(List.of(
                Tools.lacking("ip", "iproute2"),
                Tools.lacking("taskset", "util-linux"),
                Tools.lacking("wrk", "wrk"),
                Tools.lacking("nginx", "nginx-light")));
        List<Contender> contenders = Prerequisites.chosen(HttpBench.contenders(), only);
        recorder.note(chosen.sharing());
        recorder.note(
                "%d connections, answers of %d bytes, two nginx of one process each; wrk with one thread, %d s after"
                                .formatted(connections, body, duration)
                        + " %d s of warm-up; veth with bridges between, all offloads off for everybody"
                                .formatted(warm));
        recorder.note(
                "wrk is a closed loop: a connection waits for its answer before it asks again, so the latencies leave"
                        + " out what an open loop would have waited");
        HttpBench bench = new HttpBench(chosen, connections, body, warm, duration);
        for (Contender contender : contenders) {
            bench.measure(contender, recorder, progress);
        }
    }
}
