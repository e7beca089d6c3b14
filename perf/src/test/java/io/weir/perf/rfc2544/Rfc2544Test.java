package io.weir.perf.rfc2544;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.perf.line.Line;
import io.weir.perf.line.Load;
import io.weir.perf.line.Trial;
import io.weir.perf.result.Progress;
import io.weir.perf.result.Row;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** The searches against a device whose capacity is known: so many frames a second, and a buffer. */
final class Rfc2544Test {
    private static final Limits LIMITS = new Limits(Duration.ofSeconds(1), 1e-5, 20, 0.001, 3, 2);

    /** A device under test; counts the trials. */
    private static final class Device implements Line {
        private final double capacity;
        private final long buffer;
        private final double generator;
        private final List<Load> loads = new ArrayList<>();

        Device(double capacity, long buffer, double generator) {
            this.capacity = capacity;
            this.buffer = buffer;
            this.generator = generator;
        }

        @Override
        public Trial send(Load load) {
            loads.add(load);
            double rate = load.rate() > 0 ? Math.min(load.rate(), generator) : generator;
            double seconds = load.duration().toNanos() / 1e9;
            long sent = Math.round(rate * seconds);
            if (load.frames() > 0) {
                sent = load.frames();
                seconds = sent / rate;
            }
            long delivered = Math.min(sent, (long) (capacity * seconds) + buffer);
            Histogram latency = new Histogram(3);
            latency.recordValueWithCount(10_000, Math.max(1, delivered));
            return new Trial(sent, delivered, seconds, latency, seconds);
        }
    }

    @Test
    void shouldFindTheCapacity() {
        Device device = new Device(123_456, 0, 1e6);
        Throughput found = Throughput.search(device, 64, LIMITS);
        assertEquals(123_456, found.rate(), 123_456 * 0.002);
        assertTrue(found.rate() <= 123_456 * (1 + 2e-5), "nothing above the capacity was taken for good");
        assertFalse(found.generatorLimited());
        assertEquals(1e6, found.generatorRate(), 1);
        assertEquals(device.loads.size(), found.trials());
        assertEquals(0, found.best().loss(), 1e-5);
        assertTrue(found.trials() < 22, "a search, not a walk: " + found.trials());
    }

    @Test
    void shouldSayThatTheGeneratorIsTheLimit() {
        Throughput found = Throughput.search(new Device(2e6, 0, 1e6), 64, LIMITS);
        assertTrue(found.generatorLimited());
        assertEquals(1e6, found.rate(), 1);
        assertEquals(1, found.trials());
    }

    @Test
    void shouldTolerateTheLossThatIsAllowedAndNoMore() {
        Limits generous = new Limits(Duration.ofSeconds(1), 0.5, 20, 0.001, 1, 2);
        assertEquals(
                200_000,
                Throughput.search(new Device(100_000, 0, 1e6), 64, generous).rate(),
                500);
    }

    @Test
    void shouldFindNothingInADeviceThatForwardsNothing() {
        Throughput found = Throughput.search(new Device(0, 0, 1e6), 64, LIMITS);
        assertEquals(0, found.rate());
        assertNull(found.best());
    }

    @Test
    void shouldEndAfterTheStepsAllowed() {
        Limits hasty = new Limits(Duration.ofMillis(1), 0, 4, 1e-9, 1, 2);
        assertEquals(5, Throughput.search(new Device(1e5, 0, 1e6), 64, hasty).trials());
    }

    @Test
    void shouldFindTheLongestBurst() {
        // 0.1 million of 1 million frames a second leave while the burst arrives: a burst of buffer / 0.9 fits
        Device device = new Device(1e5, 9_000, 1e6);
        BackToBack found = BackToBack.search(device, 64, 2_000_000, LIMITS);
        assertEquals(10_000, found.frames(), 25);
        assertEquals(found.shortest(), found.longest());
        assertFalse(found.limited());
        assertTrue(device.loads.stream().allMatch(load -> load.rate() == 0 && load.frames() > 0));
    }

    @Test
    void shouldSayThatEveryBurstFits() {
        BackToBack found = BackToBack.search(new Device(1e6, 0, 1e6), 64, 5_000, LIMITS);
        assertTrue(found.limited());
        assertEquals(5_000, found.frames());
    }

    @Test
    void shouldReportAllFourTests() {
        List<Row> rows = new ArrayList<>();
        Progress quiet = new Progress(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        new Rfc2544("device", LIMITS, rows::add, quiet).run(new Device(250_000, 100, 1e6), 128);

        assertEquals(
                List.of("throughput", "latency", "latency", "loss", "back-to-back"),
                rows.stream().map(Row::test).toList());
        assertTrue(rows.stream().allMatch(row -> row.parameters().get("frame").equals("128")));
        assertEquals(0.25, rows.getFirst().value("throughput").orElseThrow(), 0.001);
        assertEquals(0.225, rows.get(2).value("rate").orElseThrow(), 0.001, "90 %");
        assertEquals(10, rows.get(2).value("p99.9").orElseThrow(), 0.1);
        Row loss = rows.get(3);
        assertEquals(75, loss.value("at 100 %").orElseThrow(), 0.1);
        assertEquals(50, loss.value("at 50 %").orElseThrow(), 0.1);
        assertEquals(0, loss.value("at 20 %").orElseThrow());
        assertEquals(10, loss.curves().getFirst().points().size());
    }

    @Test
    void shouldRefuseLimitsThatMakeNoSense() {
        assertThrows(IllegalArgumentException.class, () -> new Limits(Duration.ZERO, 0, 1, 0.1, 1, 2));
        assertThrows(IllegalArgumentException.class, () -> new Limits(Duration.ofSeconds(1), 1, 1, 0.1, 1, 2));
        assertThrows(IllegalArgumentException.class, () -> new Limits(Duration.ofSeconds(1), 0, 0, 0.1, 1, 2));
    }
}
