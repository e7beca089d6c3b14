package io.weir.perf.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.Weir;
import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.BedOptions;
import io.weir.appliance.bed.BedServers;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.KeepAliveFleet;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.NodeProcess;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.WorkDirectory;
import io.weir.engine.counters.Counter;
import io.weir.engine.counters.CountersReader;
import io.weir.perf.OwnJava;
import io.weir.perf.Requires;
import io.weir.perf.pktgen.Generator;
import io.weir.perf.pktgen.GeneratorDriver;
import io.weir.perf.pktgen.GeneratorOptions;
import io.weir.perf.pktgen.GeneratorResult;
import io.weir.perf.traffic.AddressRange;
import io.weir.perf.traffic.Popularity;
import io.weir.perf.traffic.PortRange;
import io.weir.perf.traffic.Protocol;
import io.weir.perf.traffic.Rate;
import io.weir.perf.traffic.SizeMix;
import io.weir.perf.traffic.Traffic;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Mid-stream segments of connections that never were, from clients that are none, at a rate at which nobody can be asked
 * about each; and honest clients meanwhile. The node is no cannon: each server gets what the configuration allows.
 */
class FloodTest {
    private static final int CONNECTIONS = 500;
    private static final int FLOOD = 50_000;
    private static final Duration DURATION = Duration.ofSeconds(5);
    private static final int RATE = 4_000;
    private static final int REPLAY_RATE = 300;
    private static final IpFamily FAMILY = IpFamily.IPV4;
    private static final Pattern PACKETS = Pattern.compile("packets (\\d+)");

    @ParameterizedTest
    @CsvSource({"full, af_packet", "replay, af_xdp"})
    void shouldSpareServersAndHonestClients(String means, String driver) throws IOException, InterruptedException {
        Requires.root();
        try (Bed bed = Bed.create(BedOptions.WHOLE);
                WorkDirectory directory = WorkDirectory.create("weir-flood-")) {
            BedServers.start(bed);
            List<Namespace> servers = List.of(bed.serverA(), bed.serverB());
            servers.forEach(FloodTest::watch);
            String file = directory
                    .write("node.properties", properties(bed, directory, means, driver))
                    .toString();
            NodeProcess node = bed.own(NodeProcess.start(bed.node(), OwnJava.node(Weir.class, "run", file)));
            try (KeepAliveFleet fleet = KeepAliveFleet.start(
                            bed.client(), CONNECTIONS, Duration.ofSeconds(1), FAMILY.vip(VirtualService.WEB));
                    CountersReader counters = CountersReader.open(directory.resolve("counters"))) {
                fleet.awaitRound();
                long answered = fleet.summary().answered();
                long began = System.nanoTime();
                GeneratorResult flood = new Generator(flood(bed)).run();
                double seconds = (System.nanoTime() - began) / 1e9;
                fleet.awaitRound();
                KeepAliveFleet.Summary honest = fleet.summary();
                String all = "%d segments in %.1f s, %s%nnode %s%n%s"
                        .formatted(flood.sent(), seconds, honest, read(counters), node.log());
                System.out.println("reconstruct = " + means + ": " + all);
                assertEquals(0, honest.broken(), all);
                assertEquals(0, honest.moved(), all);
                assertTrue(honest.answered() >= answered + 2 * CONNECTIONS, all);
                assertTrue(flood.sent() > 3 * RATE * seconds, all);
                assertTrue(counters.sum(Counter.DROP_RECONSTRUCT_RATE) > 0, all);
                for (Namespace server : servers) {
                    long asked = packets(server, "asked");
                    long opened = packets(server, "opened");
                    String here = "%s: asked %d, opened %d; %s".formatted(server.name(), asked, opened, all);
                    assertTrue(asked <= RATE * (seconds + 1), here);
                    assertTrue(opened <= REPLAY_RATE * (seconds + 1), here);
                    assertTrue(opened > 0, here);
                    assertTrue(means.equals("replay") || asked > 0, here);
                }
            }
        }
    }

    private static String properties(Bed bed, WorkDirectory directory, String means, String driver) {
        VirtualService web = VirtualService.ofArticle(FAMILY).getFirst();
        return """
                node.name = %s
                workers.cores = 0
                workers.idle = backoff
                io.driver = %s
                io.ring.size = 4096
                io.interface.front = %s
                io.interface.back = %s
                connections.capacity = 256k
                counters.file = %s
                reconstruct.rate = %d
                reconstruct.replay-rate = %d
                service.%s.reconstruct = %s
                """.formatted(
                                bed.node().name(),
                                driver,
                                Bed.FRONT,
                                Bed.BACK,
                                directory.resolve("counters"),
                                RATE,
                                REPLAY_RATE,
                                web.name(),
                                means)
                + web.properties();
    }

    /** Spoofed sources, from another host of the clients' network. */
    private static GeneratorOptions flood(Bed bed) {
        long mac = Long.parseLong(
                bed.node()
                        .run("cat", "/sys/class/net/" + Bed.FRONT + "/address")
                        .trim()
                        .replace(":", ""),
                16);
        Traffic traffic = Traffic.to(mac)
                .withAddresses(AddressRange.parse("10.66.0.1-10.66.3.254"), AddressRange.parse(FAMILY.vip()))
                .withPorts(PortRange.parse("20000-59999"), new PortRange(VirtualService.WEB, VirtualService.WEB))
                .withFlows(4_000_000, Popularity.UNIFORM)
                .withSizes(SizeMix.of(128))
                .withProtocol(Protocol.TCP_DATA);
        return GeneratorOptions.of(Bed.HOST_DEVICE, traffic)
                .in(bed.third().file())
                .withDriver(GeneratorDriver.parse("af_packet"))
                .withRate(Rate.packets(FLOOD))
                .until(0, DURATION);
    }

    /** Counts, before anything else does with them what it likes, what the flood makes the node send to a server. */
    private static void watch(Namespace server) {
        server.runWith("""
                table ip watch {
                    counter asked { }
                    counter opened { }
                    chain in {
                        type filter hook prerouting priority -400;
                        ip saddr 10.66.0.0/16 counter name asked
                        ip saddr 172.16.0.0/24 tcp flags & (syn | ack) == syn counter name opened
                    }
                }
                """, "nft", "-f", "-");
    }

    private static long packets(Namespace server, String counter) {
        Matcher matcher = PACKETS.matcher(server.run("nft", "list", "counter", "ip", "watch", counter));
        assertTrue(matcher.find());
        return Long.parseLong(matcher.group(1));
    }

    private static Map<Counter, Long> read(CountersReader counters) {
        Map<Counter, Long> values = new EnumMap<>(Counter.class);
        for (Counter counter : Counter.values()) {
            if (counters.sum(counter) != 0) {
                values.put(counter, counters.sum(counter));
            }
        }
        return values;
    }
}
