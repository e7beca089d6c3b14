package io.weir.perf.hiccup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.engine.counters.LongCycles.Cycle;
import io.weir.perf.hiccup.Attribution.Cause;
import io.weir.perf.hiccup.Attribution.Finding;
import io.weir.perf.hiccup.CoreSharers.Turn;
import io.weir.perf.hiccup.JvmLog.Event;
import io.weir.perf.hiccup.JvmLog.Kind;
import io.weir.perf.hiccup.Samples.Sample;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttributionTest {
    private static final long US = 1_000;
    /** From 10.2 to 11.4 ms. */
    private static final Cycle CYCLE = new Cycle(0, 10_200 * US, 1_200 * US);

    /** A worker looked at every millisecond, that did not run for two stretches around the cycle. */
    private static List<Sample> samples(long waitedUs, long stolenUs) {
        List<Sample> samples = new java.util.ArrayList<>();
        for (long ms = 0; ms < 20; ms++) {
            long waited = ms > 11 ? waitedUs * US : 0;
            long stolen = ms > 11 ? stolenUs * US : 0;
            samples.add(new Sample(ms * 1000 * US, ms * 1000 * US - waited - stolen, waited, ms, 0));
        }
        return samples;
    }

    private static Event stop(Kind kind, long fromUs, long toUs) {
        return new Event(kind, "Op", fromUs * US, toUs * US, 0);
    }

    private static Finding find(List<Event> events, List<Sample> samples, List<Turn> turns) {
        return new Attribution(events, samples, turns).of(CYCLE);
    }

    @Test
    void shouldBlameSafepointsThatLieInTheCycle() {
        Finding finding = find(List.of(stop(Kind.COLLECTION, 10_300, 11_300)), samples(0, 1_000), List.of());
        assertEquals(Cause.COLLECTION, finding.cause());
        assertEquals("Op", finding.detail());
        assertEquals(1_000 * US, finding.stoppedNs());
        assertEquals(0, finding.stolenNs(), "a stopped thread is not stolen");
        assertEquals(
                Cause.SAFEPOINT,
                find(List.of(stop(Kind.SAFEPOINT, 9_000, 10_700)), samples(0, 0), List.of())
                        .cause());
    }

    @Test
    void shouldNotBlameSafepointsThatAreShortOrElsewhere() {
        List<Event> events = List.of(stop(Kind.SAFEPOINT, 10_300, 10_350), stop(Kind.SAFEPOINT, 12_000, 14_000));
        assertEquals(
                Cause.PREEMPTION, find(events, samples(1_100, 0), List.of()).cause());
    }

    @Test
    void shouldBlameTheThreadOfTheNodeThatRanMeanwhile() {
        List<Turn> turns = List.of(
                new Turn("C2 CompilerThre", 5_000 * US, 12_000 * US, 1_000 * US),
                new Turn("VM Thread", 5_000 * US, 12_000 * US, 10 * US));
        Finding finding = find(List.of(), samples(1_100, 0), turns);
        assertEquals(Cause.JVM_THREAD, finding.cause());
        assertEquals("C2 CompilerThre", finding.detail());
        assertEquals(1_100 * US, finding.waitedNs());
        List<Turn> earlier = List.of(new Turn("C2 CompilerThre", 1_000 * US, 5_000 * US, 3_000 * US));
        assertEquals(
                Cause.PREEMPTION, find(List.of(), samples(1_100, 0), earlier).cause());
    }

    @Test
    void shouldFindTimeThatTheHostTook() {
        Finding finding = find(List.of(), samples(0, 900), List.of());
        assertEquals(Cause.STOLEN, finding.cause());
        assertEquals(900 * US, finding.stolenNs());
    }

    @Test
    void shouldBlameDeoptimisationAndHandshakesWhenTheWorkerHadItsCore() {
        Event trap = stop(Kind.DEOPTIMISATION, 10_500, 10_500);
        Event handshake = stop(Kind.HANDSHAKE, 10_500, 10_600);
        assertEquals(
                Cause.DEOPTIMISATION,
                find(List.of(handshake, trap), samples(0, 0), List.of()).cause());
        assertEquals(
                Cause.HANDSHAKE,
                find(List.of(handshake), samples(0, 0), List.of()).cause());
        assertEquals(Cause.WORK, find(List.of(), samples(0, 0), List.of()).cause());
        assertEquals(Cause.WORK, find(List.of(), List.of(), List.of()).cause(), "nothing is known");
    }
}
