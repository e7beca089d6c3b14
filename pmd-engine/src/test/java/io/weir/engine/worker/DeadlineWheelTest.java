package io.weir.engine.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.testing.Seeded;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DeadlineWheelTest {
    private static final long MS = 1_000_000L;

    @Test
    void shouldGiveEachThingOnceItsDeadlineIsOverAndNotBefore() {
        SplittableRandom random = Seeded.random("DeadlineWheelTest");
        int things = 200;
        DeadlineWheel wheel = new DeadlineWheel(things);
        long[] deadline = new long[things];
        Arrays.fill(deadline, Long.MAX_VALUE);
        long now = random.nextLong(-Long.MAX_VALUE / 4, Long.MAX_VALUE / 4);
        int given = 0;
        for (int step = 0; step < 200_000; step++) {
            now += random.nextInt(50) == 0 ? random.nextLong(1_500 * MS) : random.nextLong(3 * MS);
            int thing = random.nextInt(things);
            if (random.nextInt(4) == 0) {
                wheel.cancel(thing);
                deadline[thing] = Long.MAX_VALUE;
            } else {
                deadline[thing] = now + random.nextLong(DeadlineWheel.HORIZON_NS);
                wheel.schedule(thing, now, deadline[thing]);
            }
            for (int due = wheel.poll(now); due != DeadlineWheel.NONE; due = wheel.poll(now)) {
                assertTrue(now - deadline[due] >= 0, "due " + (now - deadline[due]) + " ns ago");
                assertTrue(now - deadline[due] < 20_000 * MS);
                deadline[due] = Long.MAX_VALUE;
                given++;
            }
            long at = now;
            assertEquals(
                    Arrays.stream(deadline).filter(d -> d != Long.MAX_VALUE).count(), wheel.size());
            // a poll passes a second at most, so that whoever stood still catches up step by step
            assertTrue(Arrays.stream(deadline).noneMatch(d -> d != Long.MAX_VALUE && at - d > 3_000 * MS));
        }
        assertTrue(given > 10_000, given + " were due");
    }

    @Test
    void shouldBeExactToAMillisecond() {
        DeadlineWheel wheel = new DeadlineWheel(1);
        wheel.schedule(0, 10 * MS + 7, 30 * MS + 7);
        assertEquals(DeadlineWheel.NONE, wheel.poll(30 * MS - 1));
        assertEquals(0, wheel.poll(31 * MS));
        assertEquals(DeadlineWheel.NONE, wheel.poll(32 * MS));
    }

    @Test
    void shouldKeepOnlyTheLastDeadlineOfAThing() {
        DeadlineWheel wheel = new DeadlineWheel(2);
        wheel.schedule(1, 0, 5 * MS);
        wheel.schedule(1, 0, 50 * MS);
        assertEquals(DeadlineWheel.NONE, wheel.poll(49 * MS));
        assertEquals(1, wheel.poll(50 * MS));
        wheel.schedule(0, 50 * MS, 40 * MS);
        assertEquals(0, wheel.poll(52 * MS), "one in the past is due at once");
    }
}
