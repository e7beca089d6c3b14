package io.weir.perf.pktgen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.port.Driver;
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
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Generator and sink at the two ends of a wire: what one sends the other counts. */
class PairTest {
    private static final int COUNT = 3000;
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final long WAIT_MS = 5_000;

    private static PairBed bed;

    @BeforeAll
    static void build() {
        bed = PairBed.create(2);
    }

    @AfterAll
    static void dismantle() {
        if (bed != null) {
            bed.close();
        }
    }

    /** The driver of the sender; the sink uses the like. */
    enum Way {
        AF_XDP,
        AF_PACKET,
        XDP;

        GeneratorDriver generator() {
            return GeneratorDriver.valueOf(name());
        }

        Driver sink() {
            return this == AF_PACKET ? Driver.AF_PACKET : Driver.AF_XDP;
        }
    }

    private static Sink sink(Way way, Answer answer) {
        return new Sink(SinkOptions.on(PairBed.DEVICE)
                        .in(bed.right().file())
                        .withDriver(way.sink())
                        .withAnswer(answer)
                        .withThreads(2, List.of()))
                .start();
    }

    private static GeneratorOptions options(Way way, Traffic traffic) {
        return GeneratorOptions.of(PairBed.DEVICE, traffic)
                .in(bed.left().file())
                .withDriver(way.generator())
                .withRate(Rate.packets(10_000))
                .until(COUNT, LIMIT);
    }

    private static Traffic traffic(Sink sink) {
        return Traffic.to(sink.mac())
                .withAddresses(AddressRange.parse("198.18.0.1-198.18.0.9"), AddressRange.parse("198.19.0.1-198.19.0.3"))
                .withPorts(PortRange.parse("2000-2999"), PortRange.parse("53-54"))
                .withFlows(1000, Popularity.TURNS);
    }

    private static void expect(GeneratorResult result, SinkSnapshot seen, long frames) {
        Received received = seen.received();
        String all = Reports.json(Reports.of(result)) + "\n" + Reports.json(Reports.of(seen));
        assertEquals(frames, result.sent(), all);
        assertEquals(0, result.dropped() + seen.kernelDrops(), all);
        assertEquals(frames, received.frames(), all);
        assertEquals(result.bytes(), received.bytes(), all);
        assertEquals(0, received.badChecksum(), all);
        assertEquals(0, received.sequences().missing() + received.sequences().duplicate(), all);
        assertTrue(result.device().sent() >= frames, all);
        assertTrue(result.threads().getFirst().cpuNs() > 0, all);
    }

    @ParameterizedTest
    @EnumSource
    void shouldCountEveryDatagramAtTheFarEnd(Way way) {
        try (Sink sink = sink(way, Answer.NONE)) {
            GeneratorResult result = new Generator(options(way, traffic(sink))).run();
            sink.awaitFrames(COUNT, WAIT_MS);
            SinkSnapshot seen = sink.stop();
            expect(result, seen, COUNT);
            assertEquals(COUNT, seen.received().stamped());
            assertEquals(
                    6,
                    seen.received().addresses().size(),
                    seen.received().addresses().toString());
            assertEquals(COUNT, seen.received().latency().count());
            seen.received().addresses().values().forEach(n -> assertEquals(COUNT / 6.0, n, 2));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldSendEverySizeOverIpv6(Way way) {
        try (Sink sink = sink(way, Answer.NONE)) {
            Traffic v6 = traffic(sink)
                    .withSizes(SizeMix.parse("128,594,1518"))
                    .withAddresses(
                            AddressRange.parse("fd00::fffe-fd00::1:5"), AddressRange.parse("fd00:1::1-fd00:1::3"));
            GeneratorResult result = new Generator(options(way, v6)).run();
            sink.awaitFrames(COUNT, WAIT_MS);
            expect(result, sink.stop(), COUNT);
            assertEquals(COUNT / 3 * (124 + 590 + 1514), result.bytes());
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldSendDataOfConnectionsThatNobodyOpened(Way way) {
        try (Sink sink = sink(way, Answer.NONE)) {
            Traffic data = traffic(sink)
                    .withSizes(SizeMix.of(100))
                    .withFlows(1000, Popularity.UNIFORM)
                    .withProtocol(Protocol.TCP_DATA);
            GeneratorResult result = new Generator(options(way, data)).run();
            sink.awaitFrames(COUNT, WAIT_MS);
            expect(result, sink.stop(), COUNT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldSendSyns(Way way) {
        try (Sink sink = sink(way, Answer.NONE)) {
            Traffic syns = traffic(sink).withFlows(1000, Popularity.UNIFORM).withProtocol(Protocol.TCP_SYN);
            GeneratorResult result = new Generator(options(way, syns)).run();
            sink.awaitFrames(COUNT, WAIT_MS);
            expect(result, sink.stop(), COUNT);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AF_XDP", "AF_PACKET"})
    void shouldGetEveryDatagramBack(Way way) {
        try (Sink sink = sink(way, Answer.REFLECT)) {
            GeneratorResult result = new Generator(options(way, traffic(sink))
                            .withThreads(2, List.of())
                            .withLinger(Duration.ofSeconds(1)))
                    .run();
            SinkSnapshot seen = sink.stop();
            expect(result, seen, COUNT);
            assertEquals(COUNT, seen.answered());
            Received back = result.received();
            String all = Reports.json(Reports.of(back));
            assertEquals(COUNT, back.frames(), all);
            assertEquals(
                    0, back.astray() + back.badChecksum() + back.sequences().missing(), all);
            assertEquals(1000, back.sequences().streams(), all);
            assertEquals(6, back.addresses().size(), all);
            assertTrue(back.latency().raw().getMinValue() > 1000, all);
            assertTrue(
                    back.latency().corrected().getMean() >= back.latency().raw().getMean(), all);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AF_XDP", "AF_PACKET"})
    void shouldLiveWholeTcpConnections(Way way) {
        try (Sink sink = sink(way, Answer.ECHO)) {
            Traffic tcp = traffic(sink).withSizes(SizeMix.of(200)).withProtocol(Protocol.TCP_CONNECTIONS);
            GeneratorResult result = new Generator(options(way, tcp)
                            .withRate(Rate.packets(2000))
                            .until(500, LIMIT)
                            .withLinger(Duration.ofSeconds(1)))
                    .run();
            SinkSnapshot seen = sink.stop();
            String all = Reports.json(Reports.of(result));
            Connections connections = result.connections();
            assertEquals(500, connections.opened(), all);
            assertEquals(500, connections.established(), all);
            assertEquals(500, connections.completed(), all);
            assertEquals(0, connections.unexpected() + connections.reset() + connections.timedOut(), all);
            assertEquals(500, result.received().stamped(), all);
            assertEquals(0, seen.received().badChecksum());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AF_XDP", "AF_PACKET"})
    void shouldSendDataOnEstablishedFlows(Way way) {
        try (Sink sink = sink(way, Answer.REFLECT)) {
            Traffic tcp = traffic(sink).withSizes(SizeMix.of(200)).withProtocol(Protocol.TCP_ESTABLISHED);
            GeneratorResult result = new Generator(options(way, tcp).withLinger(Duration.ofSeconds(1))).run();
            SinkSnapshot seen = sink.stop();
            String all = Reports.json(Reports.of(result));
            assertEquals(1000, result.connections().established(), all);
            assertEquals(2000, result.opening(), all); // a SYN and an ACK each
            assertEquals(COUNT + 2000, result.sent(), all);
            assertEquals(COUNT + 1000, result.received().frames(), all);
            assertEquals(COUNT, seen.received().stamped());
            assertEquals(0, seen.received().sequences().missing());
        }
    }

    @Test
    void shouldLeaveArpToTheKernel() {
        for (Way way : List.of(Way.AF_XDP, Way.AF_PACKET)) {
            try (Sink sink = sink(way, Answer.NONE)) {
                bed.left().ip("neighbour flush all");
                bed.left().run("ping", "-c", "1", "-W", "2", "198.19.0.1");
                assertEquals(0, sink.frames());
            }
        }
    }

    @Test
    void shouldCountAnewAfterAReset() {
        try (Sink sink = sink(Way.AF_XDP, Answer.NONE)) {
            GeneratorOptions options = options(Way.AF_XDP, traffic(sink)).until(100, LIMIT);
            for (int i = 0; i < 2; i++) {
                new Generator(options).run();
                assertTrue(sink.awaitFrames(100, WAIT_MS));
                SinkSnapshot seen = sink.snapshot();
                assertEquals(100, seen.frames());
                assertEquals(0, seen.received().sequences().duplicate());
                sink.reset();
                assertEquals(0, sink.snapshot().frames());
            }
        }
    }

    @Test
    void shouldTakeTheNextBestWithoutTheKernelsModule() {
        try (Sink sink = sink(Way.XDP, Answer.NONE)) {
            GeneratorResult result =
                    new Generator(options(Way.XDP, traffic(sink)).withDriver(GeneratorDriver.PKTGEN)).run();
            if (result.driver() != GeneratorDriver.PKTGEN) {
                assertEquals(GeneratorDriver.XDP, result.driver());
                assertTrue(
                        result.notes().getFirst().contains("no pktgen"),
                        result.notes().toString());
            }
            sink.awaitFrames(COUNT, WAIT_MS);
            assertEquals(COUNT, sink.stop().frames());
        }
    }

    @Test
    void shouldSayThatTheOtherEndIsNotReadyForXdp() {
        Traffic traffic = Traffic.to(bed.rightMac());
        Generator generator = new Generator(options(Way.XDP, traffic));
        String message =
                assertThrows(IllegalStateException.class, generator::run).getMessage();
        assertTrue(message.contains("sends no frame from XDP"), message);
    }

    @Test
    void shouldEndWhenStopped() {
        try (Sink sink = sink(Way.AF_XDP, Answer.NONE)) {
            Generator generator =
                    new Generator(options(Way.AF_XDP, traffic(sink)).until(0, Duration.ofMinutes(5)));
            generator.onSecond(second -> generator.stop());
            GeneratorResult result = generator.run();
            assertEquals(1, result.seconds().getFirst().number());
            assertTrue(result.nanos() < Duration.ofSeconds(30).toNanos());
        }
    }
}
