package io.weir.ha.vrrp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.testing.Seeded;
import io.weir.ha.HaState;
import io.weir.scheduler.IpAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/**
 * Two routers with workers that stop a while after they are told, joined by a link that delays and loses, in simulated
 * time: who forwards when.
 */
class TwoRoutersTest {
    private static final long US = 1_000L;
    private static final long MS = 1_000_000L;
    private static final long STEP = 500 * US;
    private static final int CENTISECONDS = 10;
    private static final long INTERVAL = CENTISECONDS * Advertisement.CENTISECOND_NS;

    /** A better one is heard, and the workers have stopped. */
    private static final long HANDOVER = 2 * MS + 3 * MS + 2 * STEP;

    private final SplittableRandom random = Seeded.random("TwoRoutersTest");
    private double loss;
    private long latestDelay = 2 * MS;
    private long now;
    private final Node a = new Node("192.0.2.1", 150);
    private final Node b = new Node("192.0.2.2", 100);

    private record OnTheWay(long arrives, Advertisement advertisement, IpAddress sender) {}

    /** A router and its data plane: forwards from the order to the stop's end, or until the lease is over. */
    private final class Node implements RouterActions {
        private final IpAddress address;
        private final VirtualRouterConfig config;
        private final VirtualRouter router;
        private final Deque<OnTheWay> arriving = new ArrayDeque<>();
        private Node peer;
        private boolean ordered;
        private long stopsAt;
        private boolean paused;
        private boolean dead;
        private int reasserted;

        private Node(String address, int priority) {
            this.address = IpAddress.parse(address);
            config = new VirtualRouterConfig(51, priority, CENTISECONDS, true, 0);
            router = new VirtualRouter(config, this.address, this);
        }

        /** What the workers do, whether or not the HA thread runs. */
        private boolean forwards() {
            boolean leased = now - router.saidNs() < INTERVAL * 5 / 2;
            return !dead && leased && (ordered || now - stopsAt < 0);
        }

        private void cycle() {
            if (paused || dead) {
                return;
            }
            for (Iterator<OnTheWay> each = arriving.iterator(); each.hasNext(); ) {
                OnTheWay next = each.next();
                if (next.arrives - now <= 0) {
                    each.remove();
                    router.hear(next.advertisement, next.sender, now);
                }
            }
            router.tick(now);
        }

        @Override
        public boolean advertise(int priority) {
            if (random.nextDouble() >= loss) {
                long delay = 1 + random.nextLong(latestDelay);
                peer.arriving.add(
                        new OnTheWay(now + delay, new Advertisement(51, priority, CENTISECONDS, List.of()), address));
            }
            if (priority == 0) {
                assertTrue(!forwards(), "no farewell while it forwards");
            }
            return true;
        }

        @Override
        public boolean mayForward() {
            return hasStopped();
        }

        @Override
        public void startForwarding() {
            ordered = true;
        }

        @Override
        public void reassert() {
            reasserted++;
        }

        @Override
        public void lapsed() {}

        @Override
        public void stopForwarding() {
            ordered = false;
            stopsAt = now + random.nextLong(3 * MS);
        }

        @Override
        public boolean hasStopped() {
            return !ordered && now - stopsAt >= 0;
        }

        @Override
        public void changed(HaState from, HaState to, String why) {}
    }

    private TwoRoutersTest() {
        a.peer = b;
        b.peer = a;
    }

    /** Lets time go by; returns the longest time, in ns, for which both forwarded on end. */
    private long run(long ns) {
        long both = 0;
        long longest = 0;
        for (long end = now + ns; now < end; now += STEP) {
            a.cycle();
            b.cycle();
            both = a.forwards() && b.forwards() ? both + STEP : 0;
            longest = Math.max(longest, both);
        }
        return longest;
    }

    private void start() {
        a.router.startup(now);
        b.router.startup(now);
    }

    @Test
    void shouldElectTheHigherPriority() {
        start();
        assertTrue(run(1000 * MS) <= HANDOVER);
        assertEquals(HaState.MASTER, a.router.state());
        assertEquals(HaState.BACKUP, b.router.state());
    }

    @Test
    void shouldTakeOverFromTheDeadAndGiveBackToTheLiving() {
        start();
        run(1000 * MS);
        a.dead = true;
        run(300 * MS);
        assertEquals(HaState.BACKUP, b.router.state());
        run(70 * MS);
        assertEquals(HaState.MASTER, b.router.state());
        run(1000 * MS);
        a.dead = false;
        a.router.shutdown("reborn");
        a.ordered = false;
        a.router.startup(now);
        assertTrue(run(1000 * MS) <= HANDOVER);
        assertEquals(HaState.MASTER, a.router.state());
        assertEquals(HaState.BACKUP, b.router.state());
    }

    @Test
    void shouldNeverForwardTwiceAroundARelease() {
        start();
        run(1000 * MS);
        for (int n = 0; n < 10; n++) {
            a.router.release(now);
            assertEquals(0, run(1000 * MS), "break before make");
            assertEquals(HaState.MASTER, b.router.state());
            a.router.resume();
            assertTrue(run(1000 * MS) <= HANDOVER);
            assertEquals(HaState.MASTER, a.router.state());
        }
    }

    @RepeatedTest(20)
    void shouldNotForwardOnAfterAPauseWhenThePeerHasTakenOver() {
        start();
        run(1000 * MS);
        for (int n = 0; n < 20; n++) {
            a.paused = true;
            assertEquals(0, run(random.nextLong(1500) * MS), "the lease ends before the peer begins");
            a.paused = false;
            assertTrue(run(2000 * MS) <= HANDOVER);
            assertEquals(HaState.MASTER, a.router.state());
        }
    }

    @RepeatedTest(20)
    void shouldHaveTwoMastersNoLongerThanThreeAdvertisementsAreLostWhenTheLinkLosesMany() {
        loss = 0.3;
        start();
        long longest = run(60_000 * MS);
        // a backup takes over after three are lost; then it ends with the first that is not lost
        loss = 0;
        run(2 * INTERVAL);
        assertEquals(0, run(10_000 * MS), "once they hear each other, one forwards");
        assertEquals(HaState.MASTER, a.router.state());
        assertEquals(HaState.BACKUP, b.router.state());
        assertTrue(longest < 20 * INTERVAL, longest / MS + " ms");
    }

    @RepeatedTest(20)
    void shouldHaveTwoMastersNoLongerThanAnIntervalAndTheWayWhenTheyHearEachOther() {
        latestDelay = 20 * MS; // and out of order
        start();
        long longest = run(1000 * MS);
        for (int n = 0; n < 50; n++) {
            Node node = random.nextBoolean() ? a : b;
            switch (random.nextInt(4)) {
                case 0 -> node.router.release(now);
                case 1 -> node.router.resume();
                case 2 -> node.router.hindered(true, "test", now);
                default -> node.router.hindered(false, "test", now);
            }
            longest = Math.max(longest, run(random.nextLong(700) * MS));
        }
        assertTrue(longest <= INTERVAL + 20 * MS + HANDOVER, longest / MS + " ms");
    }

    @RepeatedTest(20)
    void shouldTellTheBetterMasterThatThereWasAnotherWhicheverSpeaksFirst() {
        start();
        run(1000 * MS);
        for (int n = 0; n < 20; n++) {
            loss = 1;
            run(500 * MS + random.nextLong(200) * MS);
            assertEquals(HaState.MASTER, a.router.state());
            assertEquals(HaState.MASTER, b.router.state());
            int before = a.reasserted;
            loss = 0;
            run(500 * MS);
            assertEquals(HaState.MASTER, a.router.state());
            assertEquals(HaState.BACKUP, b.router.state());
            assertTrue(a.reasserted > before, "what hosts and switches believe");
        }
    }

    @Test
    void shouldAgreeByAddressWhenPrioritiesAreEqual() {
        Node c = new Node("192.0.2.9", 150);
        a.peer = c;
        c.peer = a;
        a.router.startup(now);
        c.router.startup(now);
        for (long end = now + 2000 * MS; now < end; now += STEP) {
            a.cycle();
            c.cycle();
        }
        assertEquals(HaState.BACKUP, a.router.state());
        assertEquals(HaState.MASTER, c.router.state());
    }
}
