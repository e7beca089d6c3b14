package io.weir.appliance.ha;

import static io.weir.appliance.ha.ScaleOutStage.Member.A;
import static io.weir.appliance.ha.ScaleOutStage.Member.B;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.KeepAliveFleet;
import io.weir.appliance.bed.KeepAliveFleet.Summary;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.ha.ScaleOutStage.Member;
import io.weir.engine.counters.Counter;
import io.weir.engine.counters.CountersReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections of a router with multipath that loses one of two nodes, and gets it back. */
class ScaleOutFailoverTest {
    private static final int CONNECTIONS = 500;
    private static final Duration PERIOD = Duration.ofSeconds(1);

    @TempDir
    private static Path directory;

    private static ScaleOutStage stage;

    @BeforeAll
    static void build() {
        stage = new ScaleOutStage(directory);
        stage.share();
    }

    @AfterEach
    void endNodes() {
        stage.killNodes();
        stage.awaitNextHops();
    }

    @AfterAll
    static void takeDown() {
        if (stage != null) {
            stage.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"mh, mh-port, derive", "rr, '', probe"})
    void shouldKeepEveryConnectionWhenTheRouterMovesIt(String scheduler, String flags, String means)
            throws InterruptedException {
        stage.schedule(scheduler);
        for (Member member : Member.values()) {
            if (flags.isEmpty()) {
                stage.configure(member, 1, 1);
            } else {
                stage.configure(
                        member,
                        1,
                        1,
                        "service.web.scheduler-flags = " + flags,
                        "service.web6.scheduler-flags = " + flags);
            }
        }
        stage.start(A, B);
        stage.awaitNextHops(A, B);
        try (KeepAliveFleet fleet = KeepAliveFleet.start(
                stage.bed().farClient(),
                CONNECTIONS,
                PERIOD,
                IpFamily.IPV4.vip(VirtualService.WEB),
                IpFamily.IPV6.vip(VirtualService.WEB))) {
            fleet.awaitRound();
            assertEquals(Set.of("a", "b"), new TreeSet<>(fleet.servers()));
            long atA = count(A, Counter.FLOWS_CREATED);
            assertTrue(atA > CONNECTIONS / 4 && atA < CONNECTIONS * 3 / 4, atA + " of them by A");

            fleet.mark();
            stage.node(A).kill();
            stage.awaitNextHops(B);
            stage.answer(A, B); // what servers had not yet said
            assertMoved(scheduler + ", A killed", B, atA, fleet, means);

            fleet.mark();
            stage.start(A);
            stage.awaitNextHops(A, B);
            stage.answer(A, A);
            assertMoved(scheduler + ", A returned", A, CONNECTIONS / 4, fleet, means);
        } finally {
            stage.answer(A, A);
        }
    }

    /** Every connection goes on, so many of them at least by a node that does not know them. */
    private static void assertMoved(String move, Member to, long least, KeepAliveFleet fleet, String means)
            throws InterruptedException {
        fleet.awaitRound();
        fleet.awaitRound();
        Summary summary = fleet.summary();
        System.out.printf(
                "%s: longest stall %d ms, p99 %d ms (own delay %d ms), %d answers; %s%n",
                move,
                summary.longestStallMs(),
                summary.p99StallMs(),
                summary.longestDelayMs(),
                summary.answered(),
                counted(to));
        assertEquals(0, summary.broken(), () -> story(summary));
        long replayed =
                count(to, Counter.RECONSTRUCTED_REPLAY); // none but where the machine is too busy to answer in time
        assertTrue(summary.moved() <= replayed, () -> story(summary));
        long learned = count(to, Counter.RECONSTRUCTED_LEARN);
        long derived = count(to, Counter.RECONSTRUCTED_DERIVE);
        long probed = count(to, Counter.RECONSTRUCTED_PROBE);
        assertTrue(learned + derived + probed + replayed >= least, () -> story(summary));
        assertTrue(replayed < least / 4, () -> story(summary));
        assertEquals(0, means.equals("derive") ? probed : derived, () -> story(summary));
        assertEquals(0, count(to, Counter.RECONSTRUCTED_REFUSE), () -> story(summary));
    }

    private static String story(Summary summary) {
        return "%s%nA: %s%nB: %s".formatted(summary, counted(A), counted(B));
    }

    private static Map<String, Long> counted(Member member) {
        Map<String, Long> counted = new TreeMap<>();
        for (Counter counter : Counter.values()) {
            long n = count(member, counter);
            if (n != 0) {
                counted.put(counter.label(), n);
            }
        }
        return counted;
    }

    private static long count(Member member, Counter counter) {
        try (CountersReader reader = CountersReader.open(stage.counters(member))) {
            return reader.sum(counter);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
