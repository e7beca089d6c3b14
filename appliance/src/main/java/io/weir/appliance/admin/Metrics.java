package io.weir.appliance.admin;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.Unit;
import io.weir.appliance.cli.WeirVersion;
import io.weir.appliance.health.Health;
import io.weir.engine.counters.Counter;
import io.weir.engine.counters.CountersReader;
import io.weir.engine.counters.CountersReader.CycleTimes;
import io.weir.engine.counters.ServerStats;
import io.weir.ha.HaState;
import io.weir.ha.HaStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.ToLongFunction;

/**
 * The counters as Prometheus wants them: a label for each worker, drops under one name with a label for the reason,
 * servers with their service.
 */
final class Metrics {
    private static final String DROP = "drop.";

    private final NodeView node;
    private final CountersReader counters;
    private final ServerStats stats;
    private final ExpositionFormatWriter prometheus = PrometheusTextFormatWriter.create();
    private final ExpositionFormatWriter openMetrics = new OpenMetricsTextFormatWriter(false, false);

    Metrics(NodeView node) {
        this.node = node;
        this.counters = node.counters();
        this.stats = counters.stats();
    }

    Reply reply(Request request) {
        boolean open = openMetrics.accepts(request.header("accept").orElse(""));
        ExpositionFormatWriter writer = open ? openMetrics : prometheus;
        ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 14);
        try {
            writer.write(out, snapshots());
        } catch (IOException e) {
            throw new UncheckedIOException("memory is always written", e);
        }
        return new Reply(200, writer.getContentType(), out.toByteArray(), Map.of());
    }

    private MetricSnapshots snapshots() {
        MetricSnapshots.Builder all = MetricSnapshots.builder()
                .metricSnapshot(InfoSnapshot.builder()
                        .name("weir")
                        .help("the node")
                        .dataPoint(InfoSnapshot.InfoDataPointSnapshot.builder()
                                .labels(Labels.of(
                                        "node", node.name(), "version", WeirVersion.number(), "driver", node.driver()))
                                .build())
                        .build());
        CounterSnapshot.Builder drops =
                CounterSnapshot.builder().name("weir_drops").help("frames dropped, by reason");
        for (Counter counter : Counter.values()) {
            if (counter.label().startsWith(DROP)) {
                String reason = counter.label().substring(DROP.length());
                for (int worker = 0; worker < counters.workers(); worker++) {
                    drops.dataPoint(
                            point(counters.get(worker, counter), worker(worker).add("reason", reason)));
                }
            } else if (counter.isGauge()) {
                all.metricSnapshot(gauge(counter));
            } else {
                all.metricSnapshot(count(counter));
            }
        }
        all.metricSnapshot(drops.build()).metricSnapshot(cycles());
        ha(all);
        servers(all);
        return all.build();
    }

    private void ha(MetricSnapshots.Builder all) {
        HaStatus status = node.ha().status();
        all.metricSnapshot(GaugeSnapshot.builder()
                .name("weir_master")
                .help("1 while this node is master")
                .dataPoint(gaugePoint(status.state() == HaState.MASTER ? 1 : 0, Labels.EMPTY))
                .build());
        status.counters()
                .forEach((counter, value) -> all.metricSnapshot(CounterSnapshot.builder()
                        .name(name(counter.label()))
                        .help(counter.meaning())
                        .dataPoint(point(value, Labels.EMPTY))
                        .build()));
    }

    private CounterSnapshot count(Counter counter) {
        CounterSnapshot.Builder snapshot =
                CounterSnapshot.builder().name(name(counter.label())).help(counter.meaning());
        for (int worker = 0; worker < counters.workers(); worker++) {
            snapshot.dataPoint(point(counters.get(worker, counter), worker(worker)));
        }
        return snapshot.build();
    }

    private GaugeSnapshot gauge(Counter counter) {
        GaugeSnapshot.Builder snapshot =
                GaugeSnapshot.builder().name(name(counter.label())).help(counter.meaning());
        for (int worker = 0; worker < counters.workers(); worker++) {
            snapshot.dataPoint(gaugePoint(counters.get(worker, counter), worker(worker)));
        }
        return snapshot.build();
    }

    /** {@code flows.created} would end in a suffix that OpenMetrics keeps for itself: the last word comes first there. */
    static String name(String label) {
        String name = label.replaceAll("[^a-z0-9]", "_");
        String reserved = "_created";
        return "weir_"
                + (name.endsWith(reserved) ? "created_" + name.substring(0, name.length() - reserved.length()) : name);
    }

    private static Labels worker(int worker) {
        return Labels.of("worker", Integer.toString(worker));
    }

    private GaugeSnapshot cycles() {
        GaugeSnapshot.Builder snapshot = GaugeSnapshot.builder()
                .name("weir_cycle_seconds")
                .unit(Unit.SECONDS)
                .help("length of the duty cycles of the last second that found work; quantile 1: the longest");
        for (int worker = 0; worker < counters.workers(); worker++) {
            CycleTimes times = counters.cycleTimes(worker);
            snapshot.dataPoint(cycle(times.p50(), worker, "0.5"))
                    .dataPoint(cycle(times.p99(), worker, "0.99"))
                    .dataPoint(cycle(times.p999(), worker, "0.999"))
                    .dataPoint(cycle(times.max(), worker, "1"));
        }
        return snapshot.build();
    }

    private static GaugeDataPointSnapshot cycle(long ns, int worker, String quantile) {
        return gaugePoint(ns / 1e9, worker(worker).add("quantile", quantile));
    }

    private void servers(MetricSnapshots.Builder all) {
        all.metricSnapshot(serverCounter("connections", "connections since the start", ServerStats.CONNECTIONS))
                .metricSnapshot(serverCounter("received_packets", "packets sent to the server", ServerStats.PACKETS_IN))
                .metricSnapshot(
                        serverCounter("sent_packets", "packets that came from the server", ServerStats.PACKETS_OUT))
                .metricSnapshot(serverCounter("received_bytes", "bytes sent to the server", ServerStats.BYTES_IN))
                .metricSnapshot(serverCounter("sent_bytes", "bytes that came from the server", ServerStats.BYTES_OUT))
                .metricSnapshot(serverGauge(
                        "active_connections",
                        "connections in ESTABLISHED, or UDP",
                        server -> stats.sumInt(server.slot(), ServerStats.ACTIVE)))
                .metricSnapshot(serverGauge(
                        "inactive_connections",
                        "connections in other states",
                        server -> stats.sumInt(server.slot(), ServerStats.INACTIVE)))
                .metricSnapshot(serverGauge("weight", "share of new connections", ServerView::weight))
                .metricSnapshot(
                        serverGauge("up", "1 while the server takes new connections", server -> server.up() ? 1 : 0))
                .metricSnapshot(healthCounter("health_checks", "health checks that have ended", Health::checks))
                .metricSnapshot(healthCounter("health_failures", "health checks that failed", Health::failures))
                .metricSnapshot(healthCounter(
                        "health_transitions", "how often the server went up or down", Health::transitions))
                .metricSnapshot(healthLatency());
    }

    private CounterSnapshot healthCounter(String name, String help, ToLongFunction<Health> value) {
        CounterSnapshot.Builder snapshot =
                CounterSnapshot.builder().name("weir_server_" + name).help(help);
        checked((labels, health) -> snapshot.dataPoint(point(value.applyAsLong(health), labels)));
        return snapshot.build();
    }

    private GaugeSnapshot healthLatency() {
        GaugeSnapshot.Builder snapshot = GaugeSnapshot.builder()
                .name("weir_server_health_latency_seconds")
                .unit(Unit.SECONDS)
                .help("how long the last health check took");
        checked((labels, health) -> snapshot.dataPoint(gaugePoint(health.latencyNs() / 1e9, labels)));
        return snapshot.build();
    }

    private void checked(BiConsumer<Labels, Health> each) {
        for (ServiceView service : node.services()) {
            for (ServerView server : service.servers()) {
                server.health().ifPresent(health -> each.accept(labels(service, server), health));
            }
        }
    }

    private CounterSnapshot serverCounter(String name, String help, int word) {
        CounterSnapshot.Builder snapshot =
                CounterSnapshot.builder().name("weir_server_" + name).help(help);
        for (ServiceView service : node.services()) {
            for (ServerView server : service.servers()) {
                snapshot.dataPoint(point(stats.sum(server.slot(), word), labels(service, server)));
            }
        }
        return snapshot.build();
    }

    private GaugeSnapshot serverGauge(String name, String help, ToLongFunction<ServerView> value) {
        GaugeSnapshot.Builder snapshot =
                GaugeSnapshot.builder().name("weir_server_" + name).help(help);
        for (ServiceView service : node.services()) {
            for (ServerView server : service.servers()) {
                snapshot.dataPoint(gaugePoint(value.applyAsLong(server), labels(service, server)));
            }
        }
        return snapshot.build();
    }

    private static Labels labels(ServiceView service, ServerView server) {
        return Labels.of(
                "service",
                service.config().name(),
                "server",
                server.id(),
                "address",
                server.address().toString());
    }

    private static CounterDataPointSnapshot point(long value, Labels labels) {
        return CounterDataPointSnapshot.builder().value(value).labels(labels).build();
    }

    private static GaugeDataPointSnapshot gaugePoint(double value, Labels labels) {
        return GaugeDataPointSnapshot.builder().value(value).labels(labels).build();
    }
}
