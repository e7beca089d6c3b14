package io.weir.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.BedOptions;
import io.weir.appliance.bed.BedServers;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.WebConnection;
import io.weir.bindings.netlink.Link;
import io.weir.bindings.netlink.RouteNetlink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The article's network with its servers, and properties files for nodes in it. */
final class NodeBed implements AutoCloseable {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path directory;
    private final Bed bed;

    NodeBed(Path directory) {
        this.directory = directory;
        bed = Bed.create(BedOptions.ARTICLE);
        BedServers.start(bed);
    }

    Bed bed() {
        return bed;
    }

    /** Where a node of that name keeps its counters. */
    Path counters(String node) {
        return directory.resolve(node).resolve("counters");
    }

    /**
     * Writes a properties file.
     *
     * @param node the node's name, and the file's
     * @param lines in addition to names, devices and cores, or in place of them
     */
    String properties(String node, String... lines) {
        String own = String.join("\n", lines);
        List<String> keys = own.lines().map(line -> line.split(" = ")[0]).toList();
        StringBuilder text = new StringBuilder();
        """
                node.name = %s
                workers.cores = 0
                workers.idle = backoff
                io.interface.front = %s
                io.interface.back = %s
                io.ring.size = 256
                connections.capacity = 16k
                timeout.tcp.fin = 1s
                timeout.tcp.close = 1s
                counters.file = %s
                """.formatted(node, Bed.FRONT, Bed.BACK, counters(node))
                .lines()
                .filter(line -> !keys.contains(line.split(" = ")[0]))
                .forEach(line -> text.append(line).append('\n'));
        Path file = directory.resolve(node + ".properties");
        try {
            Files.writeString(file, text.append(own));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toString();
    }

    /** A web service on the virtual address. */
    static String service(String name, int port, String... servers) {
        StringBuilder text = new StringBuilder(
                "service.%s.address = %s%n".formatted(name, IpFamily.IPV4.endpoint(IpFamily.IPV4.vip(), port)));
        text.append("service.%s.scheduler = rr%n".formatted(name));
        for (int i = 0; i < servers.length; i++) {
            text.append("service.%s.server.s%d = %s%n".formatted(name, i, servers[i]));
        }
        return text.toString();
    }

    /** Who answers a request. */
    String fetch(int port) {
        return bed.client().call(() -> WebConnection.fetch(IpFamily.IPV4.vip(port), "/"));
    }

    /** What {@code stat --json} prints. */
    JsonNode stat(String file) {
        WeirProcess stat = WeirProcess.run(bed.node(), "stat", "--json", file);
        assertEquals(0, stat.exitCode(), stat::log);
        try {
            return JSON.readTree(stat.out());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks {@code stat} until its answer is as wanted. */
    JsonNode awaitStat(String file, Predicate<JsonNode> wanted) {
        long deadline = System.nanoTime() + PATIENCE_NS;
        while (true) {
            JsonNode stat = stat(file);
            if (wanted.test(stat)) {
                return stat;
            }
            if (deadline - System.nanoTime() < 0) {
                throw new AssertionError("stat goes on saying\n" + stat.toPrettyString());
            }
        }
    }

    /** The devices in the node's namespace. */
    List<Link> links() {
        return bed.node().call(() -> {
            try (RouteNetlink netlink = RouteNetlink.open()) {
                return netlink.links();
            }
        });
    }

    /** That nothing of a node is in the kernel or among the files. */
    void assertClean(String node) {
        assertNothingInKernel();
        assertFalse(Files.exists(counters(node).getParent()), "directory of the counters file");
    }

    /** That there are no programs and no further devices. */
    void assertNothingInKernel() {
        List<Link> links = links();
        assertEquals(
                List.of(Bed.BACK, Bed.FRONT, "lo"),
                links.stream().map(Link::name).sorted().toList());
        links.forEach(link -> assertEquals(0, link.xdpProgram(), link::toString));
        String attached = bed.node().run("bpftool", "net", "show");
        assertFalse(attached.contains(Bed.FRONT) || attached.contains(Bed.BACK), attached);
    }

    @Override
    public void close() {
        bed.close();
    }
}
