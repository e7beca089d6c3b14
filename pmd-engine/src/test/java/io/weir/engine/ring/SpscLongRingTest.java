package io.weir.engine.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.testing.Seeded;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpscLongRingTest {
    @Test
    void shouldShowNothingBeforeItIsPublished() {
        SpscLongRing ring = new SpscLongRing(4, 2);
        assertTrue(ring.offer(1, 2));
        assertTrue(ring.offer(3, 4));
        assertEquals(0, ring.available());
        ring.publish();
        assertEquals(2, ring.available());
        assertEquals(1, ring.peek(0));
        assertEquals(2, ring.peek(1));
        ring.skip();
        assertEquals(3, ring.peek(0));
        assertEquals(1, ring.available());
    }

    @Test
    void shouldHaveNoRoomBeforeSlotsAreFreed() {
        SpscLongRing ring = new SpscLongRing(2, 1);
        assertTrue(ring.offer(1));
        assertTrue(ring.offer(2));
        assertFalse(ring.hasRoom());
        assertFalse(ring.offer(3));
        ring.publish();
        assertEquals(2, ring.available());
        ring.skip();
        assertFalse(ring.offer(3), "read, but not freed");
        ring.free();
        assertTrue(ring.offer(3));
        assertFalse(ring.offer(4));
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1,2", "2,2", "8,1", "8,2", "1024,2"})
    void shouldEqualAQueueWhenOperationsAreRandom(int capacity, int longs) {
        SpscLongRing ring = new SpscLongRing(capacity, longs);
        ArrayDeque<Long> published = new ArrayDeque<>();
        ArrayDeque<Long> pending = new ArrayDeque<>();
        SplittableRandom random = Seeded.random("SpscLongRingTest " + capacity + " " + longs);
        int held = 0; // records in the ring that the producer may not overwrite
        int read = 0;
        for (int n = 0; n < 200_000; n++) {
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    long value = random.nextLong();
                    boolean taken = longs == 1 ? ring.offer(value) : ring.offer(value, ~value);
                    assertEquals(held < capacity, taken);
                    if (taken) {
                        pending.add(value);
                        held++;
                    }
                }
                case 2 -> {
                    ring.publish();
                    published.addAll(pending);
                    pending.clear();
                }
                case 3 -> {
                    int available = ring.available();
                    assertTrue(available <= published.size());
                    assertEquals(available == 0, published.isEmpty());
                    for (int k = random.nextInt(available + 1); k > 0; k--) {
                        long expected = published.remove();
                        assertEquals(expected, ring.peek(0));
                        if (longs == 2) {
                            assertEquals(~expected, ring.peek(1));
                        }
                        ring.skip();
                        read++;
                    }
                }
                default -> {
                    ring.free();
                    held -= read;
                    read = 0;
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 64, 4096})
    void shouldPassEveryRecordInOrderFromThreadToThread(int capacity) throws InterruptedException {
        int records = capacity < 64 ? 100_000 : 2_000_000;
        SpscLongRing ring = new SpscLongRing(capacity, 2);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread consumer = Thread.ofPlatform().daemon().start(() -> {
            try {
                consume(ring, records);
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        for (long n = 0; n < records && failure.get() == null; ) {
            if (ring.offer(n, n * 0x9E3779B97F4A7C15L)) {
                n++;
                if ((n & 7) == 0 || n == records) {
                    ring.publish();
                }
            } else {
                ring.publish();
                Thread.yield();
            }
        }
        consumer.join();
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
    }

    private static void consume(SpscLongRing ring, int records) {
        for (long next = 0; next < records; ) {
            int n = ring.available();
            if (n == 0) {
                Thread.yield();
            }
            for (int i = 0; i < n; i++, next++) {
                assertEquals(next, ring.peek(i, 0));
                assertEquals(next * 0x9E3779B97F4A7C15L, ring.peek(i, 1));
            }
            ring.skip(n);
            ring.free();
        }
    }

    @ParameterizedTest
    @CsvSource({"0,1", "3,1", "-8,1", "8,0", "8,3", "8,5"})
    void shouldRefuseSizesThatItCannotHave(int capacity, int longs) {
        assertThrows(IllegalArgumentException.class, () -> new SpscLongRing(capacity, longs));
    }
}
