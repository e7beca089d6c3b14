package io.weir.appliance.ha;

import io.weir.appliance.Requires;
import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.BedOptions;
import io.weir.appliance.bed.BedServers;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.NodeProcess;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.VirtualService.RealServer;
import io.weir.engine.counters.Counter;
import io.weir.engine.counters.CountersReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The article's bed with one node that can be killed and started again, with an empty table: what a takeover is to a
 * connection. The node's kernel forwards nothing, as it would send the servers' packets on to the clients as they are
 * while the node is dead, and the clients would reset their servers.
 */
final class RestartStage implements AutoCloseable {
    private final Bed bed;
    private final Path directory;
    private String properties;
    private NodeProcess node;

    RestartStage(Path directory) {
        Requires.root();
        Requires.tool("ip");
        this.directory = directory;
        bed = Bed.create(BedOptions.ARTICLE.withQueues(2));
        BedServers.start(bed);
        bed.node().sysctl("net/ipv4/ip_forward", "0");
        bed.node().sysctl("net/ipv6/conf/all/forwarding", "0");
    }

    Bed bed() {
        return bed;
    }

    /** Starts a node that serves the web of both servers, and FTP's greeting of the second, over both families. */
    void start(String driver, int workers, String scheduler, String... lines) {
        StringBuilder text =
                new StringBuilder("""
                node.name = restarted
                workers.cores = %s
                workers.idle = backoff
                io.driver = %s
                io.interface.front = %s
                io.interface.back = %s
                io.ring.size = 1024
                connections.capacity = 64k
                counters.file = %s
                """.formatted(workers == 1 ? "1" : "0,1", driver, Bed.FRONT, Bed.BACK, counters()));
        for (IpFamily family : IpFamily.values()) {
            RealServer a = new RealServer("a", family.back(2), 80, 1);
            RealServer b = new RealServer("b", family.back(3), 8000, 1);
            RealServer greeter = new RealServer("b", family.back(3), 21, 1);
            String web = family.named("web");
            text.append(
                    new VirtualService(web, family, "tcp", VirtualService.WEB, scheduler, List.of(a, b)).properties());
            text.append(new VirtualService(
                            family.named("ftp"), family, "tcp", VirtualService.FTP, scheduler, List.of(greeter))
                    .properties());
            for (String line : lines) {
                text.append("service.").append(web).append('.').append(line).append('\n');
            }
        }
        properties = text.toString();
        start();
    }

    private void start() {
        Path file = directory.resolve("node.properties");
        try {
            Files.writeString(file, properties);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        node = NodeProcess.start(bed.node(), PairStage.command(List.of("run", file.toString())));
    }

    private Path counters() {
        return directory.resolve("counters");
    }

    /** The node dies. */
    void kill() {
        node.kill();
    }

    /** The node dies, and another takes its place that knows nothing. */
    void restart() {
        kill();
        start();
    }

    void stop() {
        if (node != null && node.isAlive()) {
            node.terminate();
        }
        node = null;
    }

    /** A counter, of all workers. */
    long count(Counter counter) {
        try (CountersReader reader = CountersReader.open(counters())) {
            return reader.sum(counter);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How many servers of a service are not known to be down. */
    long serversUp(String service) {
        try (CountersReader reader = CountersReader.open(counters())) {
            return reader.servers().stream()
                    .map(CountersReader.ServerRow::entry)
                    .filter(entry -> entry.service().equals(service) && entry.up())
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the node says and has counted: for a failure's message. */
    String story() {
        Map<String, Long> counted = new TreeMap<>();
        for (Counter counter : Counter.values()) {
            long n = count(counter);
            if (n != 0) {
                counted.put(counter.label(), n);
            }
        }
        return node.log() + "\n" + counted;
    }

    @Override
    public void close() {
        stop();
        bed.close();
    }
}
