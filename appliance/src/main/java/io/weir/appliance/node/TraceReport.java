package io.weir.appliance.node;

import io.weir.appliance.cli.ExitCode;
import io.weir.appliance.cli.MachineException;
import io.weir.appliance.cli.TraceOptions;
import io.weir.appliance.config.NodeConfig;
import io.weir.engine.counters.Counter;
import io.weir.engine.counters.CountersReader;
import io.weir.engine.counters.SlotEntry;
import io.weir.engine.trace.TraceEvent;
import io.weir.engine.trace.TraceFile;
import io.weir.engine.trace.TraceReader;
import io.weir.scheduler.Endpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Prints a node's trace, one event a line: time, client, the port that it called, what happened. What a dead node left is
 * as good; with {@code --follow} the trace of the node that is started in its place is printed next.
 */
final class TraceReport {
    private static final long PAUSE_MS = 100;

    private final NodeConfig node;
    private final TraceOptions options;
    private final PrintWriter out;
    private final Path file;

    TraceReport(NodeConfig node, TraceOptions options, PrintWriter out) {
        this.node = node;
        this.options = options;
        this.out = out;
        this.file = TraceFile.beside(node.countersFile());
    }

    int print() throws MachineException, InterruptedException {
        do {
            Object identity = identity()
                    .orElseThrow(() -> new MachineException(
                            "node %s has left no trace: there is no %s".formatted(node.name(), file)));
            try (TraceReader reader = TraceReader.open(file)) {
                print(reader);
                while (options.follow() && identity().map(identity::equals).orElse(true)) {
                    TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
                    print(reader);
                }
            } catch (NoSuchFileException e) {
                TimeUnit.MILLISECONDS.sleep(PAUSE_MS); // gone since: the next one comes
            } catch (AccessDeniedException e) {
                throw new MachineException("may not read %s: run as the user who runs the node".formatted(file), e);
            } catch (IOException e) {
                throw new MachineException(e.getMessage(), e);
            }
        } while (options.follow());
        return ExitCode.OK;
    }

    /** Tells a file from one that has taken its place. */
    private Optional<Object> identity() throws MachineException {
        try {
            return Optional.of(
                    Files.readAttributes(file, BasicFileAttributes.class).fileKey());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new MachineException("%s: %s".formatted(file, e.getMessage()), e);
        }
    }

    private void print(TraceReader reader) {
        long lostBefore = reader.lost();
        var entries = reader.read();
        if (reader.lost() > lostBefore) {
            out.printf("… %d older events were overwritten%n", reader.lost() - lostBefore);
        }
        Map<Integer, SlotEntry> servers = entries.isEmpty() ? Map.of() : servers();
        for (TraceReader.Entry entry : entries) {
            if (options.shows(entry.client(), entry.clientPort())) {
                out.println(line(entry, servers));
            }
        }
        out.flush();
    }

    /** What the slots stand for, as far as it is known. */
    private Map<Integer, SlotEntry> servers() {
        Map<Integer, SlotEntry> servers = new HashMap<>();
        try (CountersReader reader = CountersReader.open(node.countersFile())) {
            reader.servers().forEach(row -> servers.put(row.slot(), row.entry()));
        } catch (IOException e) {
            return servers; // numbers will have to do
        }
        return servers;
    }

    private static String line(TraceReader.Entry entry, Map<Integer, SlotEntry> servers) {
        SlotEntry server = servers.get(entry.server());
        String service = server == null ? "" : server.service() + " ";
        return "%s  %s → %s:%d  %s"
                .formatted(
                        entry.time().truncatedTo(ChronoUnit.MICROS),
                        new Endpoint(entry.client(), entry.clientPort()),
                        service,
                        entry.virtualPort(),
                        text(entry, server));
    }

    private static String text(TraceReader.Entry entry, SlotEntry server) {
        TraceEvent event = entry.event();
        if (event == null) {
            return "something that this version does not know";
        }
        String name =
                server == null ? "server " + entry.server() : "%s (%s)".formatted(server.server(), server.address());
        int counter = entry.c();
        return event.text()
                .replace("{server}", name)
                .replace("{a}", Integer.toUnsignedString(entry.a()))
                .replace("{b}", Integer.toUnsignedString(entry.b()))
                .replace("{c}", Integer.toUnsignedString(entry.c()))
                .replace(
                        "{counter}",
                        counter >= 0 && counter < Counter.count()
                                ? Counter.of(counter).label()
                                : "counter " + counter);
    }
}
