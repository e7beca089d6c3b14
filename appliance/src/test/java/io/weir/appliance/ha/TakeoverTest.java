package io.weir.appliance.ha;

import static io.weir.appliance.bed.NodePair.Member.A;
import static io.weir.appliance.bed.NodePair.Member.B;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.Requires;
import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.NodePair;
import io.weir.engine.counters.Counter;
import io.weir.ha.HaCounter;
import io.weir.ha.HaState;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
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
        Requires.tool("tcpdump");
        try (NodePair pair = stage.pair("io.driver = " + driver);
                Prober v4 = new Prober(stage.bed().client(), IpFamily.IPV4);
                Prober v6 = new Prober(stage.bed().client(), IpFamily.IPV6);
                WireTap front = WireTap.between(pair, Bed.FRONT);
                WireTap back = WireTap.between(pair, Bed.BACK)) {
            pair.startBoth();
            assertTrue(pair.node(A).readyLine().endsWith(" ha=backup"), pair.node(A)::readyLine);
            assertSolicited(pair, Bed.FRONT, "ff02::1:ff00:5", "ff02::1:ff00:1");
            assertSolicited(pair, Bed.BACK, "ff02::1:ff00:1");
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
            assertEquals(2, pair.count(B, HaCounter.HEARD_PRIORITY_ZERO), "over either family");
            assertServed("terminated", v4, v6);
            front.assertOnlyVrrp(true);
            back.assertOnlyVrrp(false);
        }
    }

    /** Both nodes let in what is sent to the groups of the addresses that they share. */
    private static void assertSolicited(NodePair pair, String device, String... groups) {
        for (NodePair.Member member : NodePair.Member.values()) {
            String joined = pair.namespace(member).run("ip", "-6", "maddress", "show", "dev", device);
            for (String group : groups) {
                assertTrue(joined.contains("inet6 " + group), joined);
            }
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

    @Test
    void shouldStepDownAndTellWhenAWorkerHangs() throws InterruptedException {
        try (NodePair pair = stage.pair();
                Prober v4 = new Prober(stage.bed().client(), IpFamily.IPV4);
                Prober v6 = new Prober(stage.bed().client(), IpFamily.IPV6)) {
            pair.startBoth();
            assertServed("at first", v4, v6);
            try (FrozenThread worker = FrozenThread.of(pair.node(A).pid(), "weir-worker-0")) {
                pair.await(A, HaState.INITIALIZE);
                pair.await(B, HaState.MASTER);
                assertEquals(1, pair.count(A, HaCounter.STALLS), worker::toString);
                assertEquals(2, pair.count(B, HaCounter.HEARD_PRIORITY_ZERO), "over either family");
                assertServed("worker hangs", v4, v6);
            }
            pair.await(A, HaState.MASTER);
            assertServed("worker goes on", v4, v6);
        }
    }

    @Test
    void shouldStopForwardingWhenTheHaThreadHangs() throws InterruptedException {
        try (NodePair pair = stage.pair();
                Prober v4 = new Prober(stage.bed().client(), IpFamily.IPV4);
                Prober v6 = new Prober(stage.bed().client(), IpFamily.IPV6)) {
            pair.startBoth();
            assertServed("at first", v4, v6);
            try (FrozenThread ha = FrozenThread.of(pair.node(A).pid(), "weir-ha")) {
                pair.await(B, HaState.MASTER);
                assertServed("HA thread hangs", v4, v6);
                assertEquals(HaState.MASTER, pair.status(A).orElseThrow().state(), () -> ha + " could not say more");
                long forwarded = pair.count(A, Counter.FORWARDED_TO_SERVER);
                long dropped = pair.count(A, Counter.DROP_NOT_MASTER);
                // the switch forgets where the addresses are: A gets what is B's, too
                misdirect(pair);
                while (pair.count(A, Counter.DROP_NOT_MASTER) < dropped + SOME) {
                    TimeUnit.MILLISECONDS.sleep(5);
                }
                assertEquals(forwarded, pair.count(A, Counter.FORWARDED_TO_SERVER), "by its workers, without a word");
                direct();
            }
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (pair.count(A, HaCounter.LAPSES) == 0 && deadline - System.nanoTime() > 0) {
                TimeUnit.MILLISECONDS.sleep(5); // until then its state is the one from before
            }
            pair.await(A, HaState.MASTER);
            assertEquals(1, pair.count(A, HaCounter.LAPSES));
            assertServed("HA thread goes on", v4, v6);
        }
    }

    /** The client believes that the shared addresses are at A. */
    private static void misdirect(NodePair pair) {
        for (IpFamily family : IpFamily.values()) {
            stage.bed()
                    .client()
                    .ip("neigh replace %s lladdr %s dev %s nud permanent"
                            .formatted(family.front(1), mac(pair), Bed.HOST_DEVICE));
        }
    }

    private static String mac(NodePair pair) {
        return pair.namespace(A)
                .run("cat", "/sys/class/net/" + Bed.FRONT + "/address")
                .trim();
    }

    private static void direct() {
        for (IpFamily family : IpFamily.values()) {
            stage.bed().client().ip("neigh delete %s dev %s".formatted(family.front(1), Bed.HOST_DEVICE));
        }
    }

    @Test
    void shouldTakeOverBetweenUnicastPeers() throws InterruptedException {
        String peers = "ha.vrrp.peers = %s, %s, %s, %s"
                .formatted(
                        IpFamily.IPV4.front(Bed.MEMBER_A),
                        IpFamily.IPV4.front(Bed.MEMBER_B),
                        IpFamily.IPV6.front(Bed.MEMBER_A),
                        IpFamily.IPV6.front(Bed.MEMBER_B));
        try (NodePair pair = stage.pair(peers, "io.driver = af_packet")) {
            pair.startBoth();
            assertTrue(pair.count(B, HaCounter.HEARD) > 0);
            pair.kill(A);
            pair.await(B, HaState.MASTER);
            pair.start(A);
            pair.await(A, HaState.MASTER);
            pair.await(B, HaState.BACKUP);
            assertEquals(0, pair.count(B, HaCounter.IGNORED_PEER), pair::log);
        }
    }

    @Test
    void shouldGiveWayWhileATrackedServiceHasNoServer() throws InterruptedException {
        Requires.tool("nft");
        try (NodePair pair = stage.pair(
                "ha.vrrp.track = web",
                "service.web.health = tcp",
                "service.web.health.interval = 200ms",
                "service.web.health.timeout = 100ms")) {
            pair.startBoth();
            assertEquals(150, pair.status(A).orElseThrow().effectivePriority());
            block(pair, true);
            pair.await(A, HaState.BACKUP);
            pair.await(B, HaState.MASTER);
            assertEquals(1, pair.status(A).orElseThrow().effectivePriority());
            block(pair, false);
            pair.await(A, HaState.MASTER);
            pair.await(B, HaState.BACKUP);
            assertEquals(150, pair.status(A).orElseThrow().effectivePriority());
        }
    }

    /** Whether A's health checks get no answers. */
    private static void block(NodePair pair, boolean blocked) {
        pair.namespace(A).runWith(blocked ? """
                        table ip test {
                            chain out {
                                type filter hook output priority 0;
                                ip daddr 172.16.0.0/24 tcp dport { 80, 8000 } drop;
                            }
                        }
                        """ : "delete table ip test", "nft", "-f", "-");
    }
}
