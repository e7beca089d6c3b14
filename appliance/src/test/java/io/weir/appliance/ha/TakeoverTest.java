package io.weir.appliance.ha;

import static io.weir.appliance.bed.NodePair.Member.A;
import static io.weir.appliance.bed.NodePair.Member.B;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.NodePair;
import io.weir.engine.counters.Counter;
import io.weir.ha.HaCounter;
import io.weir.ha.HaState;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two nodes, clients that never stop asking, and what can happen to a master. */
class TakeoverTest {
    private static final int SOME = 30;

    @TempDir
    private static Path directory;

    private static PairStage stage;

    @BeforeAll
    static void build() {
        stage = new PairStage(directory);
    }

    @AfterAll
    static void takeDown() {
        if (stage != null) {
            stage.close();
        }
    }

    /** Both families are answered, now and for a while. */
    private static void assertServed(String when, Prober... probers) throws InterruptedException {
        for (Prober prober : probers) {
            prober.awaitAnswers(SOME);
        }
        System.out.printf("%s: %d and %d ms%n", when, probers[0].takeLongestMs(), probers[1].takeLongestMs());
    }

    @ParameterizedTest
    @ValueSource(strings = {"af_packet", "af_xdp"})
    void shouldBeServedWhenTheMasterDiesAndWhenItReturns(String driver) throws InterruptedException {
        try (NodePair pair = stage.pair("io.driver = " + driver);
                Prober v4 = new Prober(stage.bed().client(), IpFamily.IPV4);
                Prober v6 = new Prober(stage.bed().client(), IpFamily.IPV6)) {
            pair.startBoth();
            assertTrue(pair.node(A).readyLine().endsWith(" ha=backup"), pair.node(A)::readyLine);
            assertServed("at first", v4, v6);
            pair.kill(A);
            pair.await(B, HaState.MASTER);
            assertServed("killed", v4, v6);
            pair.start(A);
            pair.await(A, HaState.MASTER);
            pair.await(B, HaState.BACKUP);
            assertServed("returned", v4, v6);
            assertEquals(0, pair.terminate(A), pair::log);
            pair.await(B, HaState.MASTER);
            assertEquals(1, pair.count(B, HaCounter.HEARD_PRIORITY_ZERO) > 0 ? 1 : 0, pair::log);
            assertServed("terminated", v4, v6);
        }
    }

    @Test
    void shouldNotForwardAfterAPauseWhenTheOtherHasTakenOver() throws InterruptedException {
        try (NodePair pair = stage.pair();
                Prober v4 = new Prober(stage.bed().client(), IpFamily.IPV4);
                Prober v6 = new Prober(stage.bed().client(), IpFamily.IPV6)) {
            pair.startBoth();
            assertServed("at first", v4, v6);
            long forwarded = pair.count(A, Counter.FORWARDED_TO_SERVER);
            pair.pause(A);
            pair.await(B, HaState.MASTER);
            assertServed("paused", v4, v6);
            long atPause = pair.count(A, Counter.FORWARDED_TO_SERVER);
            assertTrue(atPause >= forwarded);
            pair.resume(A);
            pair.await(A, HaState.BACKUP);
            assertEquals(1, pair.count(A, HaCounter.LAPSES), pair::log);
            pair.await(A, HaState.MASTER);
            assertServed("resumed", v4, v6);
            assertEquals(2, pair.count(A, HaCounter.TERMS));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {Bed.FRONT, Bed.BACK})
    void shouldMoveBothSidesWhenTheMasterLosesOne(String side) throws InterruptedException {
        try (NodePair pair = stage.pair();
                Prober v4 = new Prober(stage.bed().client(), IpFamily.IPV4);
                Prober v6 = new Prober(stage.bed().client(), IpFamily.IPV6)) {
            pair.startBoth();
            assertServed("at first", v4, v6);
            pair.unplug(A, side);
            pair.await(A, HaState.INITIALIZE);
            pair.await(B, HaState.MASTER);
            assertServed(side + " unplugged", v4, v6);
            pair.plug(A, side);
            pair.await(A, HaState.MASTER);
            pair.await(B, HaState.BACKUP);
            assertServed(side + " plugged in", v4, v6);
        }
    }

    @Test
    void shouldAgreeAgainWhenTheNodesHearEachOtherAgain() throws InterruptedException {
        try (NodePair pair = stage.pair();
                Prober v4 = new Prober(stage.bed().client(), IpFamily.IPV4);
                Prober v6 = new Prober(stage.bed().client(), IpFamily.IPV6)) {
            pair.startBoth();
            assertServed("at first", v4, v6);
            pair.separate();
            pair.await(B, HaState.MASTER);
            pair.join();
            pair.await(B, HaState.BACKUP);
            assertEquals(HaState.MASTER, pair.status(A).orElseThrow().state());
            assertEquals(1, pair.count(A, HaCounter.TERMS), "the better one never left");
            assertServed("joined", v4, v6);
        }
    }
}
