package io.weir.perf;

import io.weir.appliance.cli.MachineException;
import io.weir.perf.contender.Contender;
import io.weir.perf.contender.Tools;
import io.weir.perf.line.Contenders;
import io.weir.perf.line.Load;
import io.weir.perf.line.VethLine;
import io.weir.perf.result.Progress;
import io.weir.perf.result.Recorder;
import io.weir.perf.result.Row;
import io.weir.perf.rfc2544.Limits;
import io.weir.perf.rfc2544.Rfc2544;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench rfc2544}: the tests of RFC 2544. */
@Command(
        name = "rfc2544",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description =
                "Throughput by binary search, latency, frame loss and back-to-back bursts of RFC 2544 for each frame"
                        + " size, in network namespaces joined by veth pairs. Needs root.")
final class Rfc2544Command extends Measurement {
    private static final Pattern TIME = Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|s|m)");
    private static final Duration WARM = Duration.ofSeconds(3);

    @Option(
            names = "--trial",
            paramLabel = "TIME",
            defaultValue = "20s",
            description = "Of a trial; 60 s or more by the RFC, 2s for a first look.")
    private String trial;

    @Option(
            names = "--sizes",
            split = ",",
            paramLabel = "BYTES",
            defaultValue = "64,128,256,512,1024,1280,1518",
            description = "Frame sizes with check sequence.")
    private List<Integer> sizes;

    @Option(names = "--loss", paramLabel = "PART", defaultValue = "1e-5", description = "Frames that may be lost.")
    private double loss;

    @Option(names = "--steps", paramLabel = "N", defaultValue = "10", description = "Halvings of a search at most.")
    private int steps;

    @Option(names = "--bursts", paramLabel = "N", defaultValue = "5", description = "Searches for the longest burst.")
    private int bursts;

    @Option(names = "--flows", paramLabel = "N", defaultValue = "1000", description = "Flows of the traffic.")
    private int flows;

    @Option(names = "--cores", split = ",", paramLabel = "N", description = "Of generator, sink and contender.")
    private List<Integer> cores = List.of();

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "NAME",
            defaultValue = "weir af_xdp",
            description = "Contenders, as in bench veth.")
    private List<String> only;

    @Override
    void measure(Recorder recorder, Progress progress) throws MachineException {
        Limits limits = new Limits(time(trial), loss, steps, 0.01, bursts, 2);
        for (int size : sizes) {
            if (size < 64 || size > 1518) {
                throw new IllegalArgumentException("--sizes %d: 64 to 1518 would be right".formatted(size));
            }
        }
        Cores chosen = Cores.of(cores);
        Prerequisites.root();
        Prerequisites.all(List.of(Tools.lacking("ip", "iproute2")));
        recorder.note(chosen.sharing().replace("client", "generator").replace("server", "sink"));
        recorder.note(
                "trials of %s, loss up to %s of the frames, UDP one way, %d flows, %d searches for the longest burst"
                        .formatted(trial, loss, flows, bursts));
        recorder.note(
                "veth has no line rate: the search begins at what the generator reaches, and bursts are as fast as that;"
                        + " this is RFC 2544's method, not a test of a network device");
        for (Contender contender : Prerequisites.chosen(Contenders.all(), only)) {
            measure(contender, chosen, limits, recorder, progress);
        }
    }

    private void measure(Contender contender, Cores chosen, Limits limits, Recorder recorder, Progress progress) {
        Optional<String> lacking = contender.lacking();
        if (lacking.isPresent()) {
            recorder.accept(Row.skipped("throughput", contender.label(), lacking.get()));
            return;
        }
        progress.step("rfc2544: starting %s", contender.label());
        try (VethLine line = VethLine.open(contender, chosen, flows, false)) {
            line.send(Load.flood(sizes.getFirst(), WARM));
            Rfc2544 tests = new Rfc2544(contender.label(), limits, recorder, progress);
            sizes.forEach(size -> tests.run(line, size));
        } catch (RuntimeException e) {
            recorder.accept(Row.failed("throughput", contender.label(), e));
        }
    }

    private static Duration time(String text) {
        Matcher matcher = TIME.matcher(text.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "--trial %s: a time such as 20s, 500ms or 1m would be right".formatted(text));
        }
        double factor = switch (matcher.group(2)) {
            case "ms" -> 1e6;
            case "s" -> 1e9;
            default -> 60e9;
        };
        return Duration.ofNanos(Math.round(Double.parseDouble(matcher.group(1)) * factor));
    }
}
