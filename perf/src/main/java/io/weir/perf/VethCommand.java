package io.weir.perf;

import io.weir.appliance.cli.MachineException;
import io.weir.perf.contender.Tools;
import io.weir.perf.line.Contenders;
import io.weir.perf.line.VethBench;
import io.weir.perf.result.Progress;
import io.weir.perf.result.Recorder;
import io.weir.perf.traffic.Rate;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench veth}: packets through a machine. */
@Command(
        name = "veth",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description =
                "Throughput, processor time and latency of Weir, of kernel NAT and of the drivers alone, in network"
                        + " namespaces joined by veth pairs. Needs root.")
final class VethCommand extends Measurement {
    @Option(names = "--duration", paramLabel = "SECONDS", defaultValue = "3", description = "Of each measurement.")
    private double duration;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Turns of each contender; medians are shown.")
    private int rounds;

    @Option(
            names = "--warm",
            paramLabel = "SECONDS",
            defaultValue = "3",
            description = "Before each contender's first.")
    private double warm;

    @Option(names = "--flows", paramLabel = "N", defaultValue = "1000", description = "Flows of the traffic.")
    private int flows;

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "64",
            description = "Of a frame, with check sequence.")
    private int size;

    @Option(
            names = "--common-rate",
            paramLabel = "RATE",
            description = "Frames a second, for example 100k; default: half of what the slowest contender delivers.")
    private String commonRate;

    @Option(
            names = "--generator",
            paramLabel = "DRIVER",
            defaultValue = "xdp",
            description =
                    "What makes frames as fast as it goes: xdp (inside the kernel), af_xdp. Frames at a rate are always"
                            + " sent by AF_XDP.")
    private String generator;

    @Option(names = "--cores", split = ",", paramLabel = "N", description = "Of generator, sink and contender.")
    private List<Integer> cores = List.of();

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "NAME",
            description = "These contenders alone: weir af_xdp, weir af_packet, nftables, nftables rps, floor af_xdp,"
                    + " floor af_packet.")
    private List<String> only = List.of();

    @Override
    void measure(Recorder recorder, Progress progress) throws MachineException {
        if (!(duration > 0 && duration <= 600 && warm >= 0 && warm <= 600)) {
            throw new IllegalArgumentException(
                    "--duration above 0 and --warm of at least 0, up to 600, would be right");
        }
        if (rounds < 1 || rounds > 100) {
            throw new IllegalArgumentException("--rounds %d: 1 to 100 would be right".formatted(rounds));
        }
        if (!List.of("xdp", "af_xdp").contains(generator)) {
            throw new IllegalArgumentException("--generator %s: xdp or af_xdp would be right".formatted(generator));
        }
        boolean inKernel = generator.equals("xdp");
        Cores chosen = Cores.of(cores);
        double rate = commonRate == null ? 0 : Rate.parse(commonRate).perSecond();
        Prerequisites.root();
        Prerequisites.all(List.of(Tools.lacking("ip", "iproute2")));
        recorder.note(chosen.sharing().replace("client", "generator").replace("server", "sink"));
        recorder.note(
                "UDP from one client to the virtual address, %d flows in turns, frames of %d bytes with check sequence"
                        .formatted(flows, size));
        recorder.note(
                "frames as fast as it goes are made by %s, and counted by XDP at the far side; frames at a rate are sent and"
                                .formatted(inKernel ? "XDP inside the kernel" : "AF_XDP")
                        + " received by AF_XDP, whatever the contender does");
        if (inKernel) {
            recorder.note(
                    "the kernel makes frames only where the far end runs XDP: contenders that run none get a program"
                            + " that passes everything");
        }
        recorder.note(
                "`cpu` is the time of the contender's core over the packets delivered; busy polling uses the whole core,"
                        + " so it is the cost of a packet only where more is offered than delivered");
        if (chosen.client() == chosen.server()) {
            recorder.note(
                    "at a rate the generator sleeps 50 us whenever no frame is due, which the sink on its core needs;"
                            + " latencies contain it");
        }
        recorder.note(
                "contenders take turns, %d of each; medians of the rounds, ratios are medians of the rounds' ratios; a curve is"
                                .formatted(rounds)
                        + " the round's whose p99 is the median");
        recorder.note("latencies count from when a frame was due, so a generator that falls behind does not hide them");
        new VethBench(chosen, flows, size, seconds(warm), seconds(duration), rounds, rate, inKernel)
                .measure(Prerequisites.chosen(Contenders.all(), only), recorder, progress);
    }

    private static Duration seconds(double number) {
        return Duration.ofNanos(Math.round(number * 1e9));
    }
}
