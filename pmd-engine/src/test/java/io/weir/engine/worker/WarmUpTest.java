package io.weir.engine.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.counters.Counter;
import io.weir.engine.forward.ForwardSettings;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WarmUpTest {
    /** Every kind of thing that is to happen in a warm-up. */
    private static final List<Counter> HAPPENS = List.of(
            Counter.CYCLES_BUSY,
            Counter.CYCLES_LONG,
            Counter.FLOWS_CREATED,
            Counter.FLOWS_EXPIRED,
            Counter.FORWARDED_TO_SERVER,
            Counter.FORWARDED_TO_CLIENT,
            Counter.FRAGMENTS,
            Counter.ICMP_TRANSLATED,
            Counter.REPLY_ARP,
            Counter.REPLY_ECHO,
            Counter.REPLY_RST,
            Counter.REPLY_ICMP,
            Counter.DROP_SHORT);

    /** What would mean that a frame is not what it was meant to be. */
    private static final List<Counter> DOES_NOT = List.of(
            Counter.DROP_OTHER_HOST,
            Counter.DROP_ETHER_TYPE,
            Counter.DROP_BAD_VERSION,
            Counter.DROP_BAD_HEADER,
            Counter.DROP_BAD_CHECKSUM,
            Counter.DROP_BAD_EXTENSION,
            Counter.DROP_BAD_TCP,
            Counter.DROP_BAD_UDP,
            Counter.DROP_BAD_ICMP,
            Counter.DROP_BAD_ARP,
            Counter.DROP_MARTIAN,
            Counter.DROP_TUPLE_CONFLICT,
            Counter.DROP_NO_SERVER,
            Counter.DROP_NO_NEIGHBOUR);

    private static WarmUp warmUp(MemoryWire wire) {
        return new WarmUp(wire, ForwardSettings.defaults(), 64, UnknownFlows.REFUSED, () -> {});
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldDriveEverythingThroughThePipeline(int workers) {
        try (MemoryWire wire = new MemoryWire(workers);
                WarmUp warmUp = warmUp(wire)) {
            long frames = warmUp.turns(200);
            assertTrue(frames > 10_000, frames + " frames came through");
            HAPPENS.forEach(counter -> assertTrue(warmUp.sum(counter) > 0, counter.toString()));
            DOES_NOT.forEach(counter -> assertEquals(0, warmUp.sum(counter), counter.toString()));
            assertEquals(workers > 1, warmUp.sum(Counter.HANDOFF_OUT) > 0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldEndInTimeHoweverSlowItIs(int workers) {
        try (MemoryWire wire = new MemoryWire(workers);
                WarmUp warmUp = warmUp(wire)) {
            long begun = System.nanoTime();
            assertEquals(0, warmUp.run(() -> true, () -> begun));
            assertTrue(warmUp.run(() -> false, () -> begun + TimeUnit.MILLISECONDS.toNanos(100)) >= 0);
        }
    }

    @Test
    void shouldGoOnUntilItMayEndAndEndWhenWarm() {
        try (MemoryWire wire = new MemoryWire(1);
                WarmUp warmUp = warmUp(wire)) {
            AtomicInteger asked = new AtomicInteger();
            long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
            warmUp.run(() -> asked.incrementAndGet() > 3, () -> end);
            assertTrue(asked.get() > 3, asked + " times asked");
            assertTrue(end - System.nanoTime() > 0, "ended long before it had to");
        }
    }
}
