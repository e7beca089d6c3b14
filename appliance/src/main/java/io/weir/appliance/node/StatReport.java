package io.weir.appliance.node;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.appliance.admin.HaJson;
import io.weir.appliance.cli.ExitCode;
import io.weir.appliance.cli.MachineException;
import io.weir.appliance.cli.StatOptions;
import io.weir.appliance.config.NodeConfig;
import io.weir.engine.counters.Counter;
import io.weir.engine.counters.CountersReader;
import io.weir.engine.counters.CountersReader.CycleTimes;
import io.weir.engine.counters.CountersReader.ServerRow;
import io.weir.ha.HaBlock;
import io.weir.ha.HaState;
import io.weir.ha.HaStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** {@code weir stat}: the counters of a running node, as a table or as JSON. */
final class StatReport {
    private static final int LABEL = 24;

    private final NodeConfig node;
    private final PrintWriter out;
    private final Map<Counter, Long> last = new EnumMap<>(Counter.class);

    StatReport(NodeConfig node, PrintWriter out) {
        this.node = node;
        this.out = out;
    }

    int run(StatOptions options) throws MachineException, IOException, InterruptedException {
        try (CountersReader reader = RunningNode.open(node)) {
            do {
                if (options.json()) {
                    out.println(json(reader));
                } else {
                    table(reader, options.watch());
                }
                out.flush();
                if (options.watch()) {
                    TimeUnit.SECONDS.sleep(1);
                }
            } while (options.watch() && RunningNode.isAlive(reader));
        }
        return ExitCode.OK;
    }

    private void table(CountersReader reader, boolean watch) {
        if (watch) {
            out.print("\033[H\033[2J");
        }
        out.printf(
                "node %s, process %d, up %s%n%n",
                node.name(),
                reader.pid(),
                Duration.ofSeconds((System.currentTimeMillis() - reader.startedMs()) / 1000));
        Optional<HaStatus> ha = new HaBlock(reader.node()).read();
        ha.ifPresent(this::part);
        out.printf(
                "%-28s %-28s %6s %8s %8s %11s %12s %12s %14s %14s  %s%n",
                "service",
                "server",
                "weight",
                "active",
                "inactive",
                "connections",
                "packets in",
                "packets out",
                "bytes in",
                "bytes out",
                "health");
        for (ServerRow row : reader.servers()) {
            out.printf(
                    "%-28s %-28s %6s %8d %8d %11d %12d %12d %14d %14d  %s%n",
                    row.entry().service() + " " + row.entry().virtual(),
                    row.entry().server() + " " + row.entry().address(),
                    row.entry().up() ? Integer.toString(row.entry().weight()) : "down",
                    row.active(),
                    row.inactive(),
                    row.connections(),
                    row.packetsIn(),
                    row.packetsOut(),
                    row.bytesIn(),
                    row.bytesOut(),
                    row.entry().health());
        }
        out.println();
        for (int worker = 0; worker < reader.workers(); worker++) {
            CycleTimes c = reader.cycleTimes(worker);
            out.printf(
                    "worker %d: flows %d, busy cycles in the last second %d, of p50 %d ns, p99 %d ns, p99.9 %d ns, max %d ns%n",
                    worker, reader.get(worker, Counter.FLOWS), c.count(), c.p50(), c.p99(), c.p999(), c.max());
        }
        out.println();
        for (Counter counter : Counter.values()) {
            long value = reader.sum(counter);
            if (value != 0 && counter != Counter.GENERATION) {
                Long before = last.put(counter, value);
                out.printf(
                        "%-" + LABEL + "s %16d%s  %s%n",
                        counter.label(),
                        value,
                        watch ? " %12s".formatted(before == null ? "" : (value - before) + "/s") : "",
                        counter.meaning());
            }
        }
        ha.ifPresent(status -> status.counters().forEach((counter, value) -> {
            if (value != 0) {
                out.printf("%-" + LABEL + "s %16d  %s%n", counter.label(), value, counter.meaning());
            }
        }));
    }

    private void part(HaStatus ha) {
        if (ha.mode().equals("bgp")) {
            out.printf(
                    "%s since %s, %s%n%n",
                    ha.state().label(),
                    ha.since(),
                    ha.state() == HaState.MASTER ? "announced" : ha.released() ? "released" : "not announced");
            return;
        }
        out.printf(
                "%s since %s, priority %d%s, %s%n%n",
                ha.state().label(),
                ha.since(),
                ha.priority(),
                ha.effectivePriority() == ha.priority() ? "" : " (now %d)".formatted(ha.effectivePriority()),
                ha.state() == HaState.MASTER
                        ? "advertised from " + ha.master().map(Object::toString).orElse("?")
                        : ha.master().map(master -> "master is " + master).orElse("no master heard"));
    }

    private ObjectNode json(CountersReader reader) {
        ObjectNode root = new ObjectMapper().createObjectNode();
        root.put("node", node.name()).put("pid", reader.pid()).put("startedMs", reader.startedMs());
        ObjectNode counters = root.putObject("counters");
        for (Counter counter : Counter.values()) {
            if (counter != Counter.GENERATION) {
                counters.put(counter.label(), reader.sum(counter));
            }
        }
        new HaBlock(reader.node()).read().ifPresent(ha -> root.set("ha", HaJson.of(ha)));
        ArrayNode workers = root.putArray("workers");
        for (int worker = 0; worker < reader.workers(); worker++) {
            ObjectNode each = workers.addObject().put("worker", worker);
            for (Counter counter : Counter.values()) {
                each.put(counter.label(), reader.get(worker, counter));
            }
            CycleTimes c = reader.cycleTimes(worker);
            each.putObject("cycleNs")
                    .put("count", c.count())
                    .put("p50", c.p50())
                    .put("p99", c.p99())
                    .put("p999", c.p999())
                    .put("max", c.max());
        }
        ArrayNode servers = root.putArray("servers");
        for (ServerRow row : reader.servers()) {
            servers.addObject()
                    .put("service", row.entry().service())
                    .put("virtual", row.entry().virtual())
                    .put("protocol", row.entry().protocol())
                    .put("scheduler", row.entry().scheduler())
                    .put("forward", row.entry().forward())
                    .put("id", row.entry().server())
                    .put("address", row.entry().address())
                    .put("weight", row.entry().weight())
                    .put("up", row.entry().up())
                    .put("health", row.entry().health())
                    .put("active", row.active())
                    .put("inactive", row.inactive())
                    .put("connections", row.connections())
                    .put("packetsIn", row.packetsIn())
                    .put("packetsOut", row.packetsOut())
                    .put("bytesIn", row.bytesIn())
                    .put("bytesOut", row.bytesOut());
        }
        return root;
    }
}
