package io.weir.perf.pktgen;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.perf.sink.Received;
import io.weir.perf.sink.Sequences;
import io.weir.perf.sink.SinkSnapshot;
import io.weir.perf.thread.ThreadUsage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** Outcomes as JSON and as text. Rates are per second, times in nanoseconds unless a name says otherwise. */
public final class Reports {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    /** Servers in a table at most. */
    private static final int SHOWN = 16;

    private static final double MICROS = 1e3;
    private static final double NANOS = 1e9;
    private static final double MEGA = 1e6;

    private Reports() {}

    static String json(Map<String, Object> report) {
        try {
            return MAPPER.writeValueAsString(report);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A run of the generator. */
    public static Map<String, Object> of(GeneratorResult result) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("driver", result.driver().label());
        report.put("notes", result.notes());
        report.put("sent", result.sent());
        report.put("opening", result.opening());
        report.put("dropped", result.dropped());
        report.put("bytes", result.bytes());
        report.put("seconds", result.nanos() / NANOS);
        report.put("rate", Math.round(result.rate()));
        report.put("bitRate", Math.round(result.bitRate()));
        report.put("stalls", result.stalls());
        report.put("worstLateNs", result.worstLateNs());
        report.put("receiveDrops", result.receiveDrops());
        report.put("series", result.seconds().stream().map(Reports::secondMap).toList());
        if (result.received() != null) {
            report.put("received", of(result.received()));
        }
        if (result.connections() != null) {
            report.put("connections", of(result.connections()));
        }
        report.put("threads", threads(result.threads()));
        Map<String, Object> device = new LinkedHashMap<>();
        device.put("sent", result.device().sent());
        device.put("sendDropped", result.device().sendDropped());
        device.put("received", result.device().received());
        device.put("receiveDropped", result.device().receiveDropped());
        report.put("device", device);
        return report;
    }

    /** What a sink has seen. */
    public static Map<String, Object> of(SinkSnapshot snapshot) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("seconds", snapshot.nanos() / NANOS);
        report.put("answered", snapshot.answered());
        report.put("refused", snapshot.refused());
        report.put("kernelDrops", snapshot.kernelDrops());
        report.put("sendDrops", snapshot.sendDrops());
        report.put("received", of(snapshot.received()));
        report.put("threads", threads(snapshot.threads()));
        return report;
    }

    /** What receivers counted. */
    public static Map<String, Object> of(Received received) {
        Map<String, Object> report = new LinkedHashMap<>();
        Sequences sequences = received.sequences();
        report.put("frames", received.frames());
        report.put("bytes", received.bytes());
        report.put("foreign", received.foreign());
        report.put("stamped", received.stamped());
        report.put("badChecksum", received.badChecksum());
        report.put("astray", received.astray());
        report.put("untracked", received.untracked());
        report.put("streams", sequences.streams());
        report.put("missing", sequences.missing());
        report.put("reordered", sequences.reordered());
        report.put("duplicate", sequences.duplicate());
        report.put("stale", sequences.stale());
        report.put("addresses", new TreeMap<>(received.addresses()));
        if (received.latency().count() > 0) {
            report.put("latency", of(received.latency().raw()));
            report.put("latencyCorrected", of(received.latency().corrected()));
        }
        return report;
    }

    private static Map<String, Object> of(Connections connections) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("opened", connections.opened());
        report.put("established", connections.established());
        report.put("completed", connections.completed());
        report.put("reset", connections.reset());
        report.put("timedOut", connections.timedOut());
        report.put("repeated", connections.repeated());
        report.put("unexpected", connections.unexpected());
        report.put("handshake", of(connections.handshake()));
        return report;
    }

    private static Map<String, Object> of(Histogram histogram) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("count", histogram.getTotalCount());
        report.put("min", histogram.getTotalCount() == 0 ? 0 : histogram.getMinValue());
        report.put("mean", Math.round(histogram.getMean()));
        report.put("p50", histogram.getValueAtPercentile(50));
        report.put("p90", histogram.getValueAtPercentile(90));
        report.put("p99", histogram.getValueAtPercentile(99));
        report.put("p999", histogram.getValueAtPercentile(99.9));
        report.put("max", histogram.getMaxValue());
        return report;
    }

    private static Map<String, Object> secondMap(Second second) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("second", second.number());
        report.put("sent", second.sent());
        report.put("rate", Math.round(second.rate()));
        report.put("bitRate", Math.round(second.bitRate()));
        report.put("received", second.received());
        return report;
    }

    private static List<Map<String, Object>> threads(List<ThreadUsage> usages) {
        return usages.stream()
                .map(usage -> {
                    Map<String, Object> report = new LinkedHashMap<>();
                    report.put("name", usage.name());
                    report.put("core", usage.core());
                    report.put("cpuNs", usage.cpuNs());
                    report.put("wallNs", usage.wallNs());
                    report.put("allocated", usage.allocated());
                    return report;
                })
                .toList();
    }

    static String line(Second second) {
        return String.format(
                Locale.ROOT,
                "%3d s  sent %,12d  %,12.0f pps  %,10.1f Mbit/s  received %,12d",
                second.number(),
                second.sent(),
                second.rate(),
                second.bitRate() / MEGA,
                second.received());
    }

    static String table(GeneratorResult result) {
        StringBuilder text = new StringBuilder();
        result.notes().forEach(note -> text.append("note         ").append(note).append('\n'));
        row(text, "driver", result.driver().label());
        row(text, "sent", "%,d frames, %,d refused by the device".formatted(result.sent(), result.dropped()));
        row(text, "rate", "%,.0f pps, %,.1f Mbit/s".formatted(result.rate(), result.bitRate() / MEGA));
        row(text, "latest", "%,.1f us behind schedule".formatted(result.worstLateNs() / MICROS));
        Connections connections = result.connections();
        if (connections != null) {
            row(
                    text,
                    "connections",
                    "%,d opened, %,d established, %,d completed, %,d reset, %,d timed out"
                            .formatted(
                                    connections.opened(),
                                    connections.established(),
                                    connections.completed(),
                                    connections.reset(),
                                    connections.timedOut()));
            latency(text, "handshake", connections.handshake());
        }
        if (result.received() != null) {
            received(text, result.received());
        }
        cpu(text, result.threads());
        return text.toString().stripTrailing();
    }

    static String table(SinkSnapshot snapshot) {
        StringBuilder text = new StringBuilder();
        received(text, snapshot.received());
        row(
                text,
                "answered",
                "%,d; %,d found no room, %,d refused by the device"
                        .formatted(snapshot.answered(), snapshot.refused(), snapshot.sendDrops()));
        row(text, "kernel drops", "%,d".formatted(snapshot.kernelDrops()));
        cpu(text, snapshot.threads());
        return text.toString().stripTrailing();
    }

    private static void received(StringBuilder text, Received received) {
        Sequences sequences = received.sequences();
        row(text, "received", "%,d frames, %,d foreign".formatted(received.frames(), received.foreign()));
        row(
                text,
                "",
                "%,d missing, %,d reordered, %,d duplicate, %,d astray, %,d bad checksums"
                        .formatted(
                                sequences.missing(),
                                sequences.reordered(),
                                sequences.duplicate(),
                                received.astray(),
                                received.badChecksum()));
        Map<String, Long> addresses = new TreeMap<>(received.addresses());
        addresses.entrySet().stream()
                .limit(SHOWN)
                .forEach(each -> row(text, "  server", "%s %,d".formatted(each.getKey(), each.getValue())));
        if (addresses.size() > SHOWN) {
            row(text, "", "and %,d more".formatted(addresses.size() - SHOWN));
        }
        if (received.latency().count() > 0) {
            latency(text, "latency", received.latency().raw());
            latency(text, "corrected", received.latency().corrected());
        }
    }

    private static void latency(StringBuilder text, String name, Histogram histogram) {
        row(
                text,
                name,
                String.format(
                        Locale.ROOT,
                        "p50 %.1f  p99 %.1f  p99.9 %.1f  max %.1f us",
                        histogram.getValueAtPercentile(50) / MICROS,
                        histogram.getValueAtPercentile(99) / MICROS,
                        histogram.getValueAtPercentile(99.9) / MICROS,
                        histogram.getMaxValue() / MICROS));
    }

    private static void cpu(StringBuilder text, List<ThreadUsage> usages) {
        usages.forEach(usage -> row(text, usage.name(), "%.0f %% of a core".formatted(100 * usage.load())));
    }

    private static void row(StringBuilder text, String name, String value) {
        text.append(String.format(Locale.ROOT, "%-12s %s%n", name, value));
    }
}
