package io.weir.perf.pktgen;

import io.weir.appliance.cli.ExitCode;
import io.weir.perf.thread.InNamespace;
import io.weir.perf.traffic.AddressRange;
import io.weir.perf.traffic.Popularity;
import io.weir.perf.traffic.PortRange;
import io.weir.perf.traffic.Protocol;
import io.weir.perf.traffic.Rate;
import io.weir.perf.traffic.SizeMix;
import io.weir.perf.traffic.Traffic;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code pktgen}: the generator on the command line. */
@Command(
        name = "pktgen",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        subcommands = {SinkCommand.class, ReflectCommand.class},
        description = "Generates test traffic from one device. Every run ends by itself.",
        footer = {
            "",
            "TCP and UDP that arrive on the device during the run are the generator's and not the kernel's.",
            "Frame sizes are those of RFC 2544: with the check sequence, so the shortest is 64."
        })
public final class PktgenCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "-i", paramLabel = "DEV", description = "Device to send from.")
    private String device;

    @Option(names = "-m", paramLabel = "MAC", converter = MacConverter.class, description = "Next hop's MAC address.")
    private Long mac;

    @Option(
            names = "-S",
            paramLabel = "ADDR[-ADDR]",
            defaultValue = "198.18.0.1",
            description = "Source addresses; default: ${DEFAULT-VALUE}.")
    private String source;

    @Option(
            names = "-d",
            paramLabel = "ADDR[-ADDR]",
            defaultValue = "198.19.0.1",
            description = "Destination addresses; default: ${DEFAULT-VALUE}.")
    private String destination;

    @Option(
            names = "-s",
            paramLabel = "PORT[-PORT]",
            defaultValue = "1024-65535",
            description = "Source ports; default: ${DEFAULT-VALUE}.")
    private String sourcePorts;

    @Option(
            names = "-p",
            paramLabel = "PORT[-PORT]",
            defaultValue = "9",
            description = "Destination ports; default: ${DEFAULT-VALUE}.")
    private String destinationPorts;

    @Option(
            names = "--flows",
            paramLabel = "N",
            defaultValue = "1",
            description = "Combinations of addresses and ports in use; default: ${DEFAULT-VALUE}.")
    private int flows;

    @Option(
            names = "--popularity",
            paramLabel = "LAW",
            defaultValue = "turns",
            description = "Share of each flow: turns, uniform, zipf:EXPONENT; default: ${DEFAULT-VALUE}.")
    private String popularity;

    @Option(
            names = "--protocol",
            paramLabel = "P",
            defaultValue = "udp",
            description = "udp, tcp-syn, tcp-data, tcp-established, tcp-connections; default: ${DEFAULT-VALUE}.")
    private String protocol;

    @Option(
            names = "--size",
            paramLabel = "N|IMIX",
            description = "Frame size, a list that takes turns, or IMIX; default: the shortest possible.")
    private String size;

    @Option(
            names = "--rate",
            paramLabel = "RATE",
            defaultValue = "max",
            description = "100k (frames or connections a second), 1gbit, or max; default: ${DEFAULT-VALUE}.")
    private String rate;

    @Option(names = "--count", paramLabel = "N", description = "Frames or connections at most.")
    private long count;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = DurationConverter.class,
            description = "At most, up to 1h; default: ${DEFAULT-VALUE}.")
    private Duration duration;

    @Option(
            names = "--driver",
            paramLabel = "D",
            defaultValue = "auto",
            description = "af_xdp, af_packet, xdp (frames made in the kernel), pktgen (the kernel's module), auto.")
    private String driver;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "1", description = "Sending threads.")
    private int threads;

    @Option(names = "--cores", split = ",", paramLabel = "C", description = "Cores to pin them to.")
    private List<Integer> cores = List.of();

    @Option(names = "--namespace", paramLabel = "NAME", description = "Network namespace of the device.")
    private String namespace;

    @Option(names = "--no-stamp", description = "No sequence numbers and times in the payload.")
    private boolean noStamp;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of random choices.")
    private long seed;

    @Option(
            names = "--hgrm",
            paramLabel = "FILE",
            description =
                    "Where to write the distribution of the answers' latency, corrected for coordinated omission.")
    private Path hgrm;

    @Option(names = "--json", description = "The outcome as one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        if (device == null || mac == null) { // not required of the subcommands
            throw new ParameterException(spec.commandLine(), "a device (-i) and its next hop (-m) are needed");
        }
        GeneratorOptions options;
        try {
            options = options();
        } catch (IllegalArgumentException e) {
            throw Commands.usage(spec, e);
        }
        Generator generator = new Generator(options);
        PrintWriter err = spec.commandLine().getErr();
        generator.onSecond(second -> err.println(Reports.line(second)));
        try (var _ = new StopAtExit(generator::stop)) {
            GeneratorResult result = generator.run();
            report(result);
            return result.sent() > 0 ? ExitCode.OK : ExitCode.FAILED;
        } catch (RuntimeException e) {
            return Commands.machineLacks(spec, e);
        }
    }

    private void report(GeneratorResult result) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? Reports.json(Reports.of(result)) : Reports.table(result));
        out.flush();
        if (hgrm != null && result.received() != null) {
            result.received().latency().write(hgrm);
        }
    }

    private GeneratorOptions options() {
        Protocol spoken = Protocol.parse(protocol);
        AddressRange from = AddressRange.parse(source);
        Traffic traffic = new Traffic(
                mac,
                from,
                AddressRange.parse(destination),
                PortRange.parse(sourcePorts),
                PortRange.parse(destinationPorts),
                flows,
                Popularity.parse(popularity),
                spoken,
                size == null ? Commands.shortest(from.isV4(), spoken) : SizeMix.parse(size));
        return GeneratorOptions.of(device, traffic)
                .in(InNamespace.file(namespace))
                .withDriver(GeneratorDriver.parse(driver))
                .withRate(Rate.parse(rate))
                .until(count, duration)
                .withThreads(threads, cores)
                .withStamp(!noStamp)
                .withSeed(seed);
    }

    /** Reads {@code 02:00:00:00:00:01}. */
    static final class MacConverter implements picocli.CommandLine.ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            return Commands.mac(text);
        }
    }

    /** Reads {@code 10s}. */
    static final class DurationConverter implements picocli.CommandLine.ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return Commands.duration(text);
        }
    }
}
