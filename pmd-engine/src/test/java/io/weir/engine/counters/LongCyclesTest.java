package io.weir.engine.counters;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.NativeBlock;
import io.weir.engine.counters.LongCycles.Cycle;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LongCyclesTest {
    private static List<Cycle> cycles(long from, long to) {
        return LongStream.range(from, to)
                .mapToObj(n -> new Cycle(n, 1_000 * n, n))
                .toList();
    }

    private static void add(LongCycles ring, long from, long to) {
        for (long n = from; n < to; n++) {
            ring.add(1_000 * n, n);
        }
    }

    @Test
    void shouldRememberTheNewest() {
        try (NativeBlock block = new NativeBlock(LongCycles.byteSize())) {
            LongCycles ring = new LongCycles(block.address());
            assertEquals(List.of(), ring.since(0));
            add(ring, 0, 3);
            assertEquals(3, ring.count());
            assertEquals(cycles(0, 3), ring.since(0));
            assertEquals(cycles(2, 3), ring.since(2));
            assertEquals(List.of(), ring.since(3));
            add(ring, 3, 1_000);
            assertEquals(1_000, ring.count());
            assertEquals(cycles(1_001 - LongCycles.PLACES, 1_000), ring.since(0), "the oldest may be written over");
        }
    }

    @Test
    void shouldShowWholeCyclesWhileTheWorkerWrites() throws InterruptedException {
        try (NativeBlock block = new NativeBlock(LongCycles.byteSize())) {
            LongCycles ring = new LongCycles(block.address());
            long count = 200_000;
            Thread worker = Thread.ofPlatform().start(() -> add(ring, 0, count));
            long seen = 0;
            while (seen < count) {
                for (Cycle cycle : ring.since(seen)) {
                    assertTrue(cycle.number() >= seen);
                    assertEquals(new Cycle(cycle.number(), 1_000 * cycle.number(), cycle.number()), cycle);
                    seen = cycle.number() + 1;
                }
            }
            worker.join();
        }
    }
}
