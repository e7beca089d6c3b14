package io.weir.perf.report;

import io.weir.perf.report.Plot.Axis;
import io.weir.perf.result.Run;
import java.util.List;
import java.util.Optional;

/** All chapters, in the order of the report. */
final class Chapters {
    private static final String LATENCY = "latency";
    private static final Axis FRAME = new Axis("frame size with check sequence [B]", Scale.LINEAR);

    private static final List<Chapter> ALL = List.of(
            new Chapter(
                    "pipeline",
                    "The data plane alone",
                    "NAT through one worker between memory ports: no kernel, no device. Packets of open flows, by stage;"
                            + " connections of seven packets, opened, closed and swept out of the table; first packets"
                            + " alone; the sweep of flows whose time is over, where a packet stands for a flow. The"
                            + " floor receives, parses and releases the same frames: the ratio to it is what compares"
                            + " best between runs, as the machine's moods touch both.",
                    List.of("pipeline", "--full"),
                    List.of("pipeline", "--flows", "64,10k"),
                    List.of(
                            Sketch.stack(
                                    "Nanoseconds a packet of an open flow, by stage",
                                    "nat-established",
                                    List.of("parse", "classify", "hand-off", "touch", "match", "forward")),
                            Sketch.bars("Nanoseconds a packet", "", "packet", ""),
                            Sketch.bars("Ratio to the floor", "", "ratio to floor", ""),
                            Sketch.bars("Connections opened and closed a second, one core", "", "connections", ""))),
            new Chapter(
                    "scaling",
                    "More workers",
                    "Workers on cores of their own, between memory ports, with a share of the frames arriving at a worker"
                            + " that does not own their flow and crossing a ring to the one that does. Rows of the"
                            + " contender “measured” were measured on this machine; rows of the contender “model” were"
                            + " computed from them for as many cores as this machine does not have.",
                    List.of("scaling"),
                    List.of("scaling", "--quick"),
                    List.of(
                            Sketch.lines(
                                    "Throughput over workers (dashed: model)",
                                    "scaling",
                                    new Axis("workers", Scale.LOG),
                                    "workers",
                                    new Axis("million packets/s", Scale.LOG),
                                    "throughput",
                                    "hand-off"),
                            Sketch.lines(
                                    "Cost of a packet over workers (dashed: model)",
                                    "scaling",
                                    new Axis("workers", Scale.LOG),
                                    "workers",
                                    new Axis("ns/packet", Scale.LINEAR),
                                    "packet",
                                    "hand-off"))),
            new Chapter(
                    "veth",
                    "Packets through a machine",
                    "Client, appliance and servers in network namespaces joined by veth pairs; the same generator and sink"
                            + " for every contender. The floor of a driver is the same port with nothing but new MAC"
                            + " addresses written: what the kernel's way in and out costs without any balancing.",
                    List.of("veth"),
                    List.of("veth", "--duration", "1", "--warm", "1", "--rounds", "1"),
                    List.of(
                            Sketch.bars("Delivered, million packets/s", "throughput", "delivered", ""),
                            Sketch.bars("Processor time a packet, ns", "throughput", "cpu", ""),
                            Sketch.curves(
                                    "Latency at half of each one's throughput",
                                    "half",
                                    LATENCY,
                                    Scale.NINES,
                                    Scale.LOG),
                            Sketch.curves("Latency at a common rate", "common", LATENCY, Scale.NINES, Scale.LOG))),
            new Chapter(
                    "startup",
                    "The first seconds of a node",
                    "How long a node takes from the start of its process until it says that it is ready, and what it"
                            + " delivers from that moment on of as much as it could take once warm: a JVM that has just"
                            + " started interprets, so what is asked of the warm-up is the first second.",
                    List.of("startup", "--runs", "5"),
                    List.of("startup", "--runs", "1"),
                    List.of(
                            Sketch.bars("Ready after, s", "start", "ready", ""),
                            Sketch.bars(
                                    "The first second, % of the steady rate", "start", "first second of steady", ""),
                            Sketch.curves("Delivered", "start", "delivered", Scale.LINEAR, Scale.LINEAR))),
            new Chapter(
                    "hiccups",
                    "What keeps a worker from its work",
                    "A node under steady traffic. Each duty cycle of its worker that takes half a millisecond or longer is"
                            + " laid beside the JVM's log of safepoints, handshakes and deoptimisations, and beside the"
                            + " processor time and the time of waiting for its core that the kernel counts for the"
                            + " worker, so that it is known whose fault it was.",
                    List.of("hiccups"),
                    List.of("hiccups", "--duration", "10", "--warm", "2"),
                    List.of(
                            Sketch.bars("Cycles of 1 ms and more", "cycles", "1 ms and more", ""),
                            Sketch.bars(
                                    "Cycles of 1 ms and more, by the JVM", "cycles", "1 ms and more, by the JVM", ""),
                            Sketch.curves(
                                    "Longest busy cycle of each second",
                                    "cycles",
                                    "longest",
                                    Scale.LINEAR,
                                    Scale.LOG))),
            new Chapter(
                    "rfc2544",
                    "RFC 2544",
                    "Throughput (the highest rate at which the loss stays below the limit, by binary search), latency below"
                            + " it, loss above it and the longest burst without loss, for each frame size.",
                    List.of("rfc2544", "--trial", "20s"),
                    List.of("rfc2544", "--trial", "1s", "--sizes", "64,512,1518", "--steps", "6"),
                    List.of(
                            Sketch.lines(
                                    "Throughput over frame size",
                                    "throughput",
                                    FRAME,
                                    "frame",
                                    new Axis("million frames/s", Scale.LINEAR),
                                    "throughput",
                                    ""),
                            Sketch.curves("Frame loss over offered rate", "loss", "loss", Scale.LINEAR, Scale.LINEAR),
                            Sketch.curves("Latency", LATENCY, LATENCY, Scale.NINES, Scale.LOG),
                            Sketch.lines(
                                    "Longest burst without loss",
                                    "back-to-back",
                                    FRAME,
                                    "frame",
                                    new Axis("frames", Scale.LOG),
                                    "burst",
                                    ""))),
            new Chapter(
                    "http",
                    "Web traffic",
                    "wrk against nginx through each balancer, in network namespaces: requests over kept connections, and a"
                            + " new connection for each request. wrk waits for an answer before it sends the next"
                            + " request, so its percentiles are of a closed loop.",
                    List.of("http"),
                    List.of("http", "--duration", "2", "--warm", "1"),
                    List.of(
                            Sketch.bars("Requests/s over kept connections", "keep-alive", "requests", ""),
                            Sketch.bars("New connections/s", "close", "requests", ""),
                            Sketch.curves("Latency, kept connections", "keep-alive", LATENCY, Scale.NINES, Scale.LOG),
                            Sketch.curves("Latency, new connections", "close", LATENCY, Scale.NINES, Scale.LOG))),
            new Chapter(
                    "rrdns",
                    "Round-robin DNS",
                    "The LVS article's argument against spreading load by DNS, simulated: the busiest server's requests"
                            + " over the mean, with the same users before Weir's own scheduler classes. Nothing here was"
                            + " measured on a network; the assumptions are in the notes.",
                    List.of("rrdns"),
                    List.of("rrdns", "--runs", "5", "--sessions", "100,1000,4000"),
                    List.of(Sketch.lines(
                                    "Busiest server over mean (1.3: the article's claim)",
                                    "sessions",
                                    new Axis("sessions in the interval", Scale.LOG),
                                    "sessions",
                                    new Axis("busiest/mean", Scale.LINEAR),
                                    "busiest/mean",
                                    "")
                            .only(List.of(
                                    "rr-dns, ttl 0 s",
                                    "rr-dns, ttl 60 s",
                                    "rr-dns, ttl 3600 s",
                                    "rr",
                                    "wlc",
                                    "sh",
                                    "mh",
                                    "twos")))),
            new Chapter(
                    "jmh",
                    "Parts",
                    "Single operations under JMH: what each building block costs by itself, caches warm.",
                    List.of("jmh"),
                    List.of("jmh", "--quick"),
                    List.of(Sketch.bars("Nanoseconds an operation", "", "time", ""))));

    private Chapters() {}

    static List<Chapter> all() {
        return ALL;
    }

    /** The chapter of a run; one without text and plots for a benchmark that has none. */
    static Chapter of(Run run) {
        Optional<Chapter> found = ALL.stream()
                .filter(chapter -> chapter.benchmark().equals(run.benchmark()))
                .findFirst();
        return found.orElseGet(
                () -> new Chapter(run.benchmark(), run.benchmark(), "", List.of(), List.of(), List.of()));
    }

    /** Runs in the order of the chapters; of several runs of a benchmark the order stays. */
    static List<Run> inOrder(List<Run> runs) {
        return runs.stream()
                .sorted((a, b) -> Integer.compare(place(a), place(b)))
                .toList();
    }

    private static int place(Run run) {
        int index = ALL.indexOf(of(run));
        return index < 0 ? ALL.size() : index;
    }
}
