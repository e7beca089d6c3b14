package io.weir.perf.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.perf.traffic.Stamp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SequenceTrackerTest {
    private final SequenceTracker tracker = new SequenceTracker(4);

    @Test
    void shouldFindNothingWhenAllComeInOrder() {
        for (int i = 0; i < 1000; i++) {
            tracker.record(i % 4, i / 4);
        }
        assertEquals(new Sequences(4, 1000, 1000, 0, 0, 0), tracker.totals());
        assertEquals(0, tracker.totals().missing());
    }

    @Test
    void shouldCountWhatNeverCame() {
        tracker.record(0, 2); // 0 and 1 did not come
        tracker.record(0, 3);
        tracker.record(0, 500);
        assertEquals(new Sequences(1, 501, 3, 0, 0, 0), tracker.totals());
        assertEquals(498, tracker.totals().missing());
    }

    @Test
    void shouldTellReorderedFromDuplicateFromStale() {
        tracker.record(1, 0);
        tracker.record(1, 2);
        tracker.record(1, 1); // late, but the first of its number
        tracker.record(1, 1);
        tracker.record(1, 2);
        tracker.record(1, 100);
        tracker.record(1, 37); // the oldest that the window holds
        tracker.record(1, 36); // before it
        Sequences totals = tracker.totals();
        assertEquals(new Sequences(1, 101, 5, 2, 2, 1), totals);
        assertEquals(101 - 5 - 1, totals.missing());
    }

    @Test
    void shouldMissNothingWhenNeighboursAreShuffled() {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < 10_000; i += 32) {
            List<Integer> some = new ArrayList<>();
            for (int j = i; j < Math.min(i + 32, 10_000); j++) {
                some.add(j);
            }
            Collections.shuffle(some, new Random(i));
            numbers.addAll(some);
        }
        numbers.forEach(number -> tracker.record(0, number));
        assertEquals(0, tracker.totals().missing());
        assertEquals(10_000, tracker.totals().unique());
        assertEquals(0, tracker.totals().duplicate());
    }

    @Test
    void shouldForgetWhenCleared() {
        tracker.record(0, 7);
        tracker.clear();
        assertEquals(Sequences.NONE, tracker.totals());
        tracker.record(0, 0);
        assertEquals(new Sequences(1, 1, 1, 0, 0, 0), tracker.totals());
    }

    @Test
    void shouldNotMissAStreamsFramesThatCameToAnotherReceiver() {
        SequenceTracker one = new SequenceTracker(Stamp.STREAMS);
        SequenceTracker other = new SequenceTracker(Stamp.STREAMS);
        for (int i = 0; i < 100; i++) {
            (i % 3 == 0 ? one : other).record(2, i);
        }
        other.record(2, 101);
        StreamSum sum = new StreamSum();
        sum.add(one);
        sum.add(other);
        assertEquals(1, sum.total().missing());
        assertEquals(1, sum.total().streams());
        assertEquals(102, sum.total().expected());
    }
}
