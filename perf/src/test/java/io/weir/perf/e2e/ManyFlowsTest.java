package io.weir.perf.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.VirtualService;
import io.weir.engine.counters.Counter;
import io.weir.engine.counters.CountersReader;
import io.weir.engine.port.Driver;
import io.weir.perf.pktgen.Generator;
import io.weir.perf.pktgen.GeneratorDriver;
import io.weir.perf.pktgen.GeneratorOptions;
import io.weir.perf.pktgen.GeneratorResult;
import io.weir.perf.pktgen.Reports;
import io.weir.perf.sink.Received;
import io.weir.perf.sink.Sink;
import io.weir.perf.sink.SinkOptions;
import io.weir.perf.sink.SinkOptions.Answer;
import io.weir.perf.sink.SinkSnapshot;
import io.weir.perf.traffic.AddressRange;
import io.weir.perf.traffic.Popularity;
import io.weir.perf.traffic.PortRange;
import io.weir.perf.traffic.Protocol;
import io.weir.perf.traffic.Rate;
import io.weir.perf.traffic.SizeMix;
import io.weir.perf.traffic.Traffic;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two workers on two queues carry one service for 100 000 clients at once, whatever queue a frame takes. What does not
 * come back must have been counted where a ring was full.
 */
class ManyFlowsTest {
    private static final int PORT = 9;
    private static final IpFamily FAMILY = IpFamily.IPV4;
    /** A node that has just started compiles its code first. */
    private static final int WARM_FLOWS = 1000;

    private static final int WARM_FRAMES = 10_000;

    @ParameterizedTest
    @CsvSource({"af_xdp, UDP, 100000", "af_packet, UDP, 100000", "af_xdp, TCP_ESTABLISHED, 10000"})
    void shouldCarryEveryFlowToItsServerAndBack(String driver, Protocol protocol, int flows) {
        try (NodeBed bed = NodeBed.create()) {
            bed.startNode(driver, service(protocol.isTcp() ? "tcp" : "udp"));
            SinkOptions options = SinkOptions.on(NodeBed.DEVICE)
                    .in(bed.server().file())
                    .withDriver(Driver.valueOf(driver.toUpperCase(Locale.ROOT)))
                    .withAnswer(Answer.ECHO)
                    .withThreads(2, List.of());
            try (Sink servers = new Sink(options).start();
                    CountersReader counters = bed.counters()) {
                Protocol whole = protocol.isTcp() ? Protocol.TCP_CONNECTIONS : protocol;
                new Generator(clients(bed, driver, whole, WARM_FLOWS)
                                .withRate(Rate.packets(10_000))
                                .until(protocol.isTcp() ? 2 * WARM_FLOWS : WARM_FRAMES, Duration.ofSeconds(5)))
                        .run();
                servers.reset();
                Map<Counter, Long> before = read(counters);
                GeneratorResult result = new Generator(clients(bed, driver, protocol, flows)).run();
                SinkSnapshot seen = servers.stop();
                Map<Counter, Long> node = read(counters);
                String all = "clients %s%nservers %s%nnode %s before %s%n%s"
                        .formatted(Reports.of(result), Reports.of(seen), node, before, bed.log());
                checkAnswers(
                        protocol, result, seen, overflows(node) - overflows(before) + bed.deviceDrops(), flows, all);
                checkNode(protocol, flows, node, result, all);
                checkShares(seen, all);
                checkWorkers(driver, counters, result, flows, all);
            }
        }
    }

    private static VirtualService service(String protocol) {
        return new VirtualService(
                "many",
                FAMILY,
                protocol,
                PORT,
                "wrr",
                List.of(
                        new VirtualService.RealServer("a", FAMILY.back(2), PORT, 1),
                        new VirtualService.RealServer("b", FAMILY.back(3), PORT + 1, 2)));
    }

    private static GeneratorOptions clients(NodeBed bed, String driver, Protocol protocol, int flows) {
        Traffic traffic = Traffic.to(NodeBed.FRONT_MAC)
                .withAddresses(
                        AddressRange.parse(FAMILY.front(10) + "-" + FAMILY.front(19)), AddressRange.parse(FAMILY.vip()))
                .withPorts(PortRange.parse("20000-29999"), new PortRange(PORT, PORT))
                .withFlows(flows, Popularity.TURNS)
                .withSizes(SizeMix.of(protocol.isTcp() ? 76 : 64))
                .withProtocol(protocol);
        return GeneratorOptions.of(NodeBed.DEVICE, traffic)
                .in(bed.client().file())
                .withDriver(GeneratorDriver.parse(driver))
                .withThreads(protocol.isStateful() ? 1 : 2, List.of())
                .withRingSize(4096)
                .withRate(Rate.packets(protocol.isTcp() ? 10_000 : 25_000))
                .until(frames(flows), Duration.ofSeconds(20))
                .withLinger(Duration.ofSeconds(1));
    }

    /** Every flow once, and half of them again while all are there. */
    private static long frames(int flows) {
        return flows + flows / 2;
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

    /** Frames that found a ring full in the node. */
    private static long overflows(Map<Counter, Long> node) {
        return List.of(Counter.DROP_RX_RING, Counter.DROP_TX_FULL, Counter.DROP_HANDOFF_FULL, Counter.DROP_NO_FRAME)
                .stream()
                .mapToLong(counter -> node.getOrDefault(counter, 0L))
                .sum();
    }

    private static void checkAnswers(
            Protocol protocol, GeneratorResult result, SinkSnapshot seen, long nodeDrops, int flows, String all) {
        Received back = result.received();
        long lost = nodeDrops
                + result.dropped()
                + result.receiveDrops()
                + result.device().receiveDropped() // some of these are counted twice: by the socket and by the device
                + seen.kernelDrops()
                + seen.refused()
                + seen.sendDrops();
        assertEquals(0, back.astray(), all);
        assertEquals(0, back.badChecksum() + seen.received().badChecksum(), all);
        assertEquals(
                0, back.sequences().duplicate() + seen.received().sequences().duplicate(), all);
        assertEquals(flows, back.sequences().streams(), (double) lost, all);
        assertEquals(Map.of(FAMILY.vip() + ":" + PORT, back.frames()), back.addresses(), all);
        if (protocol == Protocol.UDP) {
            assertEquals(frames(flows), result.sent(), all);
            long missing = result.sent() - back.frames();
            assertTrue(missing >= 0 && missing <= lost, missing + " missing, " + lost + " explained; " + all);
        } else {
            assertEquals(flows, result.connections().established(), (double) lost, all);
            assertEquals(0, result.connections().reset() + result.connections().unexpected(), (double) lost, all);
        }
    }

    private static void checkNode(
            Protocol protocol, int flows, Map<Counter, Long> node, GeneratorResult result, String all) {
        long lost = result.sent() - result.received().frames();
        assertEquals(flows, node.get(Counter.FLOWS), protocol.isTcp() ? lost : (double) lost, all);
        if (protocol == Protocol.UDP) {
            assertEquals(node.get(Counter.FLOWS), node.get(Counter.FLOWS_CREATED), all);
        }
    }

    /** One third to the server of weight 1, two thirds to the other; each worker has a turn of its own. */
    private static void checkShares(SinkSnapshot seen, String all) {
        Map<String, Long> shares = seen.received().addresses();
        long frames = seen.frames();
        assertEquals(2, shares.size(), all);
        assertEquals(frames / 3.0, shares.get(FAMILY.back(2) + ":" + PORT), frames / 50.0, all);
        assertEquals(2 * frames / 3.0, shares.get(FAMILY.back(3) + ":" + (PORT + 1)), frames / 50.0, all);
    }

    private static void checkWorkers(
            String driver, CountersReader counters, GeneratorResult result, int flows, String all) {
        for (int worker = 0; worker < 2; worker++) {
            long forwarded = counters.get(worker, Counter.FORWARDED_TO_SERVER);
            assertTrue(
                    forwarded > result.received().frames() / 3, "worker " + worker + ": " + forwarded + " of " + all);
        }
        if (driver.equals("af_xdp")) { // with AF_PACKET the kernel gives every frame to its owner at once
            assertTrue(counters.sum(Counter.HANDOFF_IN) > flows / 2, all);
        }
    }
}
