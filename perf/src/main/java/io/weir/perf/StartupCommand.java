package io.weir.perf;

import io.weir.appliance.cli.MachineException;
import io.weir.perf.contender.Tools;
import io.weir.perf.contender.WeirNode;
import io.weir.perf.line.StartupBench;
import io.weir.perf.result.Progress;
import io.weir.perf.result.Recorder;
import io.weir.perf.traffic.Rate;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench startup}: the first seconds of a node. */
@Command(
        name = "startup",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description =
                "How long a node takes until it says that it is ready, and what it delivers from then on of as much as"
                        + " it could take once warm. In network namespaces joined by veth pairs. Needs root.")
final class StartupCommand extends Measurement {
    private static final List<String> DRIVERS = List.of("af_xdp", "af_packet");

    @Option(names = "--runs", paramLabel = "N", defaultValue = "2", description = "Starts with each driver.")
    private int runs;

    @Option(names = "--flows", paramLabel = "N", defaultValue = "1000", description = "Flows of the traffic.")
    private int flows;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "64",
            description = "Of a frame, with check sequence.")
    private int size;

    @Option(
            names = "--rate",
            paramLabel = "RATE",
            description = "Frames a second, for example 100k; default: what the node delivers of a flood once warm.")
    private String rate;

    @Option(
            names = "--capacity",
            paramLabel = "N",
            defaultValue = WeirNode.CAPACITY,
            description = "Connections for which the node has room, as in its configuration.")
    private String capacity;

    @Option(names = "--drivers", split = ",", paramLabel = "DRIVER", description = "af_xdp, af_packet; default: both.")
    private List<String> drivers = DRIVERS;

    @Option(
            names = "--java",
            paramLabel = "OPTION",
            description = "Of the node's JVM, besides those that a node has; may be given again.")
    private List<String> javaOptions = List.of();

    @Option(names = "--cores", split = ",", paramLabel = "N", description = "Of generator, sink and node.")
    private List<Integer> cores = List.of();

    @Override
    void measure(Recorder recorder, Progress progress) throws MachineException {
        if (runs < 1 || runs > 1000) {
            throw new IllegalArgumentException("--runs %d: 1 to 1000 would be right".formatted(runs));
        }
        if (!DRIVERS.containsAll(drivers)) {
            throw new IllegalArgumentException("--drivers %s: some of %s would be right".formatted(drivers, DRIVERS));
        }
        Cores chosen = Cores.of(cores);
        double wanted = rate == null ? 0 : Rate.parse(rate).perSecond();
        Prerequisites.root();
        Prerequisites.all(List.of(Tools.lacking("ip", "iproute2")));
        recorder.note(chosen.sharing().replace("client", "generator").replace("server", "sink"));
        recorder.note("UDP from one client to the virtual address, %d flows in turns, frames of %d bytes with check"
                        .formatted(flows, size)
                + " sequence, by AF_XDP, at a steady rate from the moment on at which the node said that it was ready,"
                + " and counted by XDP at the far side");
        recorder.note("the node has room for %s connections".formatted(capacity));
        recorder.note("`steady` is what arrives four seconds later and after");
        if (!javaOptions.isEmpty()) {
            recorder.note("the node's JVM has " + String.join(" ", javaOptions));
        }
        StartupBench bench = new StartupBench(chosen, flows, size, runs, wanted, capacity, javaOptions);
        drivers.forEach(driver -> bench.measure(driver, recorder, progress));
    }
}
