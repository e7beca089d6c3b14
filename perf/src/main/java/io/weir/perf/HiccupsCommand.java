package io.weir.perf;

import io.weir.appliance.cli.MachineException;
import io.weir.perf.contender.Tools;
import io.weir.perf.line.HiccupBench;
import io.weir.perf.result.Progress;
import io.weir.perf.result.Recorder;
import io.weir.perf.traffic.Rate;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench hiccups}: what keeps a worker from its work. */
@Command(
        name = "hiccups",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description =
                "Which cycles of a worker under steady traffic take long, and whose fault that is: the JVM's (safepoints,"
                        + " deoptimisation, its threads), the scheduler's or the host's. Needs root.")
final class HiccupsCommand extends Measurement {
    private static final List<String> DRIVERS = List.of("af_xdp", "af_packet");

    @Option(names = "--duration", paramLabel = "SECONDS", defaultValue = "60", description = "For which it is watched.")
    private int duration;

    @Option(names = "--warm", paramLabel = "SECONDS", defaultValue = "5", description = "Of traffic before that.")
    private int warm;

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
            description = "Frames a second, for example 100k; default: half of what the node delivers of a flood.")
    private String rate;

    @Option(
            names = "--drivers",
            split = ",",
            paramLabel = "DRIVER",
            defaultValue = "af_xdp",
            description = "af_xdp, af_packet.")
    private List<String> drivers;

    @Option(
            names = "--java",
            paramLabel = "OPTION",
            description = "Of the node's JVM, besides those that a node has; may be given again.")
    private List<String> javaOptions = List.of();

    @Option(names = "--cores", split = ",", paramLabel = "N", description = "Of generator, sink and node.")
    private List<Integer> cores = List.of();

    @Override
    void measure(Recorder recorder, Progress progress) throws MachineException {
        if (duration < 1 || duration > 3600 || warm < 0 || warm > 600) {
            throw new IllegalArgumentException(
                    "--duration %d, --warm %d: 1 to 3600 and 0 to 600 would be right".formatted(duration, warm));
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
                + " sequence, by AF_XDP, at a steady rate; watched %d s, after %d s of traffic"
                        .formatted(duration, warm));
        recorder.note(
                "a cycle counts from its beginning to that of the next, whether it found frames or not; percentiles"
                        + " are medians, over the seconds, of cycles that found some");
        recorder.note(
                "causes come from the JVM's log of safepoints, handshakes and deoptimisations, and from the worker's"
                        + " processor time and time of waiting for its core, read every millisecond inside the JVM");
        if (!javaOptions.isEmpty()) {
            recorder.note("the node's JVM has " + String.join(" ", javaOptions));
        }
        HiccupBench bench = new HiccupBench(
                chosen, flows, size, Duration.ofSeconds(warm), Duration.ofSeconds(duration), wanted, javaOptions);
        drivers.forEach(driver -> bench.measure(driver, recorder, progress));
    }
}
