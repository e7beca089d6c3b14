package io.weir.perf.e2e;

import io.weir.appliance.Weir;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.NodeProcess;
import io.weir.appliance.bed.VethPair;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.WorkDirectory;
import io.weir.engine.counters.CountersReader;
import io.weir.perf.OwnJava;
import io.weir.perf.Requires;
import io.weir.perf.device.DeviceCounters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A node of two workers between a client and a server, each wire with two queues, and nothing in between.
 *
 * <pre>
 *   client eth0 ══ front  node  back ══ eth0 servers .2 and .3
 * </pre>
 */
final class NodeBed implements AutoCloseable {
    static final String DEVICE = "eth0";
    static final long FRONT_MAC = 0x0200_0000_0101L;

    private static final AtomicInteger NUMBERS = new AtomicInteger(2000);
    private static final IpFamily FAMILY = IpFamily.IPV4;
    private static final int QUEUES = 2;

    private final Namespace client;
    private final Namespace node;
    private final Namespace server;
    private final WorkDirectory directory = WorkDirectory.create("weir-flows-");
    private NodeProcess process;

    private NodeBed(Namespace client, Namespace node, Namespace server) {
        this.client = client;
        this.node = node;
        this.server = server;
    }

    static NodeBed create() {
        Requires.root();
        Namespace.removeStale();
        int number = NUMBERS.incrementAndGet();
        NodeBed bed = new NodeBed(
                Namespace.create(number, "client"),
                Namespace.create(number, "node"),
                Namespace.create(number, "server"));
        try {
            bed.build();
            return bed;
        } catch (RuntimeException e) {
            bed.close();
            throw e;
        }
    }

    private void build() {
        wire(client, "02:00:00:00:01:02", "front", "02:00:00:00:01:01");
        wire(server, "02:00:00:00:02:02", "back", "02:00:00:00:02:01");
        node.sysctl("net/ipv4/ip_forward", "1");
        node.ip(
                "address add %s dev front".formatted(FAMILY.withPrefix(FAMILY.front(1))),
                "address add %s dev back".formatted(FAMILY.withPrefix(FAMILY.back(1))));
        client.ip("address add %s dev eth0".formatted(FAMILY.withPrefix(FAMILY.front(2))));
        server.ip(
                "address add %s dev eth0".formatted(FAMILY.withPrefix(FAMILY.back(2))),
                "address add %s dev eth0".formatted(FAMILY.withPrefix(FAMILY.back(3))),
                "route add default via " + FAMILY.back(1));
    }

    private void wire(Namespace host, String hostMac, String device, String mac) {
        new VethPair(new VethPair.End(host, DEVICE, hostMac), new VethPair.End(node, device, mac), 1500, QUEUES)
                .create();
    }

    Namespace client() {
        return client;
    }

    Namespace server() {
        return server;
    }

    void startNode(String driver, VirtualService service) {
        String text = """
                node.name = %s
                workers.cores = 0,1
                workers.idle = backoff
                io.driver = %s
                io.interface.front = front
                io.interface.back = back
                connections.capacity = 256k
                counters.file = %s
                """.formatted(node.name(), driver, directory.resolve("counters"));
        String file =
                directory.write("node.properties", text + service.properties()).toString();
        process = NodeProcess.start(node, OwnJava.node(Weir.class, "run", file));
    }

    CountersReader counters() {
        try {
            return CountersReader.open(directory.resolve("counters"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Frames that the node's and the server's devices could not hand over to the other end of their wires. */
    long deviceDrops() {
        return DeviceCounters.read(node.file(), "front").sendDropped()
                + DeviceCounters.read(node.file(), "back").sendDropped()
                + DeviceCounters.read(server.file(), DEVICE).sendDropped();
    }

    String log() {
        return process.log();
    }

    @Override
    public void close() {
        try {
            if (process != null && process.isAlive()) {
                process.terminate();
            }
        } finally {
            client.close();
            node.close();
            server.close();
            directory.close();
        }
    }
}
