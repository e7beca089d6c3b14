package io.weir.appliance.ha;

import static io.weir.appliance.bed.NodePair.Member.A;
import static io.weir.appliance.bed.NodePair.Member.B;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.Requires;
import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.KeepAliveFleet;
import io.weir.appliance.bed.KeepAliveFleet.Break;
import io.weir.appliance.bed.KeepAliveFleet.Summary;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.NodePair;
import io.weir.appliance.bed.NodePair.Member;
import io.weir.appliance.bed.VirtualService;
import io.weir.engine.counters.Counter;
import io.weir.ha.HaCounter;
import io.weir.ha.HaState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Two masters at a time, as the nodes do not hear each other, and hosts that believe now the one and now the other: a
 * request may go by one node and its answer by the other.
 */
class SplitBrainTest {
    private static final int CONNECTIONS = 300;
    private static final Duration PERIOD = Duration.ofMillis(500);
    private static final int FLIPS = 24;
    private static final int LONGEST_BELIEF_MS = 400;

    @TempDir
    private static Path directory;

    private static PairStage stage;

    @BeforeAll
    static void build() {
        Requires.tool("nft");
        Requires.tool("ss");
        stage = new PairStage(directory);
        stage.leaveServicesToEngine();
    }

    @AfterEach
    void forget() {
        stage.forgetConnections();
    }

    @AfterAll
    static void takeDown() {
        if (stage != null) {
            stage.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"rr, af_packet", "mh mh-port, af_xdp"})
    void shouldKeepOrRefuseButNeverMixUp(String scheduler, String driver) throws InterruptedException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Bed bed = stage.bed();
        try (NodePair pair = stage.web(scheduler, "io.driver = " + driver)) {
            pair.startBoth();
            try (KeepAliveFleet fleet = KeepAliveFleet.start(
                    bed.client(),
                    CONNECTIONS,
                    PERIOD,
                    IpFamily.IPV4.vip(VirtualService.WEB),
                    IpFamily.IPV6.vip(VirtualService.WEB))) {
                fleet.awaitRound();
                fleet.mark();
                pair.separate();
                pair.await(B, HaState.MASTER);
                for (int flip = 0; flip < FLIPS; flip++) {
                    believe(bed.client(), Bed.FRONT, member(random));
                    believe(bed.serverA(), Bed.BACK, member(random));
                    believe(bed.serverB(), Bed.BACK, member(random));
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(LONGEST_BELIEF_MS));
                }
                for (Member member : Member.values()) {
                    assertEquals(
                            HaState.MASTER, pair.status(member).orElseThrow().state(), pair::log);
                    assertTrue(pair.count(member, Counter.FORWARDED_TO_CLIENT) > 0, pair::story);
                }
                assertWell("both masters", seed, pair, fleet);

                int brokenBefore = fleet.summary().broken();
                pair.join();
                pair.await(B, HaState.BACKUP);
                pair.await(A, HaState.MASTER);
                long lapses = pair.count(A, HaCounter.LAPSES); // on a machine that is too busy
                assertEquals(1 + lapses, pair.count(A, HaCounter.TERMS), "the better one stays");
                fleet.awaitRound();
                fleet.awaitRound();
                assertWell("joined", seed, pair, fleet);
                assertEquals(brokenBefore, fleet.summary().broken(), pair::story);
            }
        }
    }

    private static Member member(Random random) {
        return random.nextBoolean() ? A : B;
    }

    /** From now on a host takes a member for the owner of its gateway's address; until somebody says otherwise. */
    private static void believe(Namespace host, String side, Member member) {
        String mac = "02:00:00:00:%02x:%02x".formatted(side.equals(Bed.FRONT) ? 1 : 2, member.number());
        for (IpFamily family : IpFamily.values()) {
            String gateway = side.equals(Bed.FRONT) ? family.front(1) : family.back(1);
            host.ip("neigh replace %s lladdr %s dev %s nud reachable".formatted(gateway, mac, Bed.HOST_DEVICE));
        }
    }

    /** Connections are as they were, or have been refused. */
    private static void assertWell(String when, long seed, NodePair pair, KeepAliveFleet fleet) {
        Summary summary = fleet.summary();
        System.out.printf(
                "%s: %d kept, %d refused, %d moved by replay; longest stall %d ms, p99 %d ms, %d answers%n",
                when,
                CONNECTIONS - summary.broken(),
                summary.broken(),
                summary.moved(),
                summary.longestStallMs(),
                summary.p99StallMs(),
                summary.answered());
        assertEquals(
                summary.broken(),
                summary.broken(Break.RESET),
                () -> "%s%nseed %d%n%s".formatted(summary, seed, pair.story()));
    }
}
