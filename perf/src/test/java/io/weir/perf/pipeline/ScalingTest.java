package io.weir.perf.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.perf.pipeline.ScalingModel.Point;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The model on numbers that it must find again, and the measurement on two unpinned workers. */
final class ScalingTest {
    /** 50 ns alone, 1 % more a further core, 80 ns a hand-off. */
    private static ScalingModel exact() {
        List<Point> points = List.of(
                new Point(1, 0, 50),
                new Point(2, 0, 50.5),
                new Point(2, 50, 90.5),
                new Point(2, 100, 130.5),
                new Point(4, 0, 51.5),
                new Point(4, 100, 131.5));
        return new ScalingModel(Map.of(1, 50.0, 64, 50.0), points);
    }

    @Test
    void shouldFindTheCostsThatTheMeasurementsWereMadeOf() {
        ScalingModel model = exact();
        assertEquals(80, model.handOff(), 1e-9);
        assertEquals(0.01, model.contention(), 1e-9);
        assertEquals(50, model.nanos(1, 0), 1e-9);
        assertEquals(50 * 1.63 + 40, model.nanos(64, 50), 1e-9);
    }

    @Test
    void shouldWaitAsAQueueWithConstantServiceDoes() {
        ScalingModel model = exact();
        assertEquals(50 + 50 * 0.5 / (2 * 0.5), model.sojourn(1, 0, 0.5), 1e-9, "M/D/1");
        assertEquals(50 + 50 * 0.9 / (2 * 0.1), model.sojourn(1, 0, 0.9), 1e-9, "M/D/1");
        assertTrue(model.sojourn(2, 100, 0.001) > model.nanos(2, 100), "two visits take the whole cost at least");
    }

    @Test
    void shouldInterpolateThePollingCost() {
        ScalingModel model = new ScalingModel(Map.of(1, 50.0, 2, 52.0, 4, 60.0), List.of());
        assertEquals(56, model.alone(3), 1e-9);
        assertEquals(60, model.alone(8), 1e-9);
        assertEquals(0, model.handOff());
        assertEquals(0, model.contention());
    }

    @Test
    void shouldCountInPowersOfTwo() {
        assertEquals(List.of(1, 2, 4, 6), ScalingModel.powersUpTo(6));
        assertEquals(List.of(1), ScalingModel.powersUpTo(1));
    }

    @Test
    void shouldForwardEveryFrameThatCrosses() {
        ScalingBench bench = new ScalingBench(100, 20, Duration.ofMillis(50));
        for (int share : new int[] {0, 50, 100}) {
            ScalingBench.Result result = bench.run(List.of(-1, -1), share);
            assertTrue(result.nanosPerPacket() > 0 && result.packetsPerSecond() > 0, result.toString());
        }
        assertTrue(bench.runOneOf(8, -1).nanosPerPacket() > 0);
    }
}
