package io.weir.perf.pktgen;

import io.weir.perf.sink.Sink;
import io.weir.perf.sink.SinkOptions;
import io.weir.perf.sink.SinkOptions.Answer;
import io.weir.perf.sink.SinkSnapshot;
import io.weir.perf.thread.InNamespace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options of {@code sink} and {@code reflect}, and their run. */
final class FarSide {
    private static final long SECOND_NS = 1_000_000_000L;

    @Option(names = "-i", required = true, paramLabel = "DEV", description = "Device to receive on.")
    private String device;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = PktgenCommand.DurationConverter.class,
            description = "At most, up to 1h; default: ${DEFAULT-VALUE}.")
    private Duration duration;

    @Option(names = "--count", paramLabel = "N", description = "End after this many frames.")
    private long count;

    @Option(names = "--driver", paramLabel = "D", defaultValue = "auto", description = "af_xdp, af_packet, auto.")
    private String driver;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "1", description = "Receiving threads.")
    private int threads;

    @Option(names = "--cores", split = ",", paramLabel = "C", description = "Cores to pin them to.")
    private List<Integer> cores = List.of();

    @Option(names = "--namespace", paramLabel = "NAME", description = "Network namespace of the device.")
    private String namespace;

    @Option(
            names = "--track",
            paramLabel = "N",
            defaultValue = "131072",
            description = "Flows whose sequence is followed; default: ${DEFAULT-VALUE}.")
    private int tracked;

    @Option(names = "--no-verify", description = "Do not recompute checksums.")
    private boolean noVerify;

    @Option(names = "--hgrm", paramLabel = "FILE", description = "Where to write the latency's corrected distribution.")
    private Path hgrm;

    @Option(names = "--json", description = "The outcome as one JSON object.")
    private boolean json;

    private volatile boolean stopped;

    int run(CommandSpec spec, Answer answer) throws IOException {
        SinkOptions options;
        try {
            options = new SinkOptions(
                    InNamespace.file(namespace),
                    device,
                    Commands.portDriver(driver),
                    answer,
                    threads,
                    cores,
                    4096,
                    tracked,
                    !noVerify);
            if (duration.isZero() || duration.compareTo(GeneratorOptions.MAX_DURATION) > 0) {
                throw new IllegalArgumentException("duration %s; more than 0 and at most %s would be right"
                        .formatted(duration, GeneratorOptions.MAX_DURATION));
            }
        } catch (IllegalArgumentException e) {
            throw Commands.usage(spec, e);
        }
        try (var _ = new StopAtExit(() -> stopped = true);
                Sink sink = new Sink(options).start()) {
            PrintWriter err = spec.commandLine().getErr();
            sink.notes().forEach(note -> err.println("note  " + note));
            err.println("ready");
            watch(sink, err);
            SinkSnapshot seen = sink.stop();
            report(spec, seen);
            return SinkCommand.statusOf(seen.frames());
        } catch (RuntimeException e) {
            return Commands.machineLacks(spec, e);
        }
    }

    private void report(CommandSpec spec, SinkSnapshot seen) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? Reports.json(Reports.of(seen)) : Reports.table(seen));
        out.flush();
        if (hgrm != null) {
            seen.received().latency().write(hgrm);
        }
    }

    private void watch(Sink sink, PrintWriter err) {
        long begun = System.nanoTime();
        long mark = begun;
        long before = 0;
        int second = 0;
        long now = begun;
        while (now - begun < duration.toNanos() && !stopped && (count == 0 || sink.frames() < count)) {
            LockSupport.parkNanos(SECOND_NS / 100);
            now = System.nanoTime();
            if (now - mark >= SECOND_NS) {
                long frames = sink.frames();
                double rate = (frames - before) * (double) SECOND_NS / (now - mark);
                err.println(String.format(
                        Locale.ROOT, "%3d s  received %,12d  %,12.0f pps", ++second, frames - before, rate));
                before = frames;
                mark = now;
            }
        }
    }
}
