package io.weir.ha.vrrp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.ha.HaState;
import io.weir.scheduler.IpAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The state machine of RFC 9568 §6.4, event by event, in simulated time. Interval 100 ms, priority 100 where not said. */
class VirtualRouterTest {
    private static final long MS = 1_000_000L;
    private static final IpAddress OWN = IpAddress.parse("192.0.2.5");
    private static final IpAddress LOWER = IpAddress.parse("192.0.2.4");
    private static final IpAddress HIGHER = IpAddress.parse("192.0.2.200");
    private static final IpAddress LINK_LOCAL = IpAddress.parse("fe80::ffff");

    private final RecordingActions actions = new RecordingActions();
    private long now = Long.MAX_VALUE - 50 * MS; // nanoTime may wrap, so it does
    private VirtualRouter router = router(100, true, 0);

    private VirtualRouter router(int priority, boolean preempt, long preemptDelayMs) {
        return new VirtualRouter(new VirtualRouterConfig(51, priority, 10, preempt, preemptDelayMs * MS), OWN, actions);
    }

    private void hear(int priority, IpAddress sender) {
        hear(priority, sender, 10);
    }

    private void hear(int priority, IpAddress sender, int centiseconds) {
        router.hear(new Advertisement(51, priority, centiseconds, List.of()), sender, now);
    }

    /** Lets time go by in steps of a millisecond, and returns what was done. */
    private List<String> pass(long ms) {
        for (long n = 0; n < ms; n++) {
            now += MS;
            router.tick(now);
        }
        return actions.take();
    }

    private void becomeBackup() {
        router.startup(now);
        assertEquals(List.of("initialize to backup"), actions.take());
    }

    private void becomeMaster() {
        becomeBackup();
        assertEquals(List.of("advertise 100", "forward", "backup to master"), pass(361));
    }

    @ParameterizedTest
    @CsvSource({
        "100, 100, 60937, 360937",
        "254, 100, 781, 300781",
        "1, 100, 99609, 399609",
        "255, 1000, 3906, 3003906",
        "128, 10, 5000, 35000",
    })
    void shouldFollowTheFormulas(int priority, long intervalMs, long skewUs, long downUs) {
        assertEquals(skewUs, VrrpTimes.skewNs(priority, intervalMs * MS) / 1000);
        assertEquals(downUs, VrrpTimes.downNs(priority, intervalMs * MS) / 1000);
    }

    @Test
    void shouldDoNothingBeforeStartup() {
        assertEquals(List.of(), pass(1000));
        hear(1, LOWER);
        assertEquals(List.of(), actions.take());
        assertEquals(HaState.INITIALIZE, router.state());
    }

    @Test
    void shouldAwaitAMasterWhenStarted() {
        becomeBackup();
        assertEquals(List.of(), pass(360));
        assertEquals(List.of("advertise 100", "forward", "backup to master"), pass(1));
        assertEquals(Optional.of(OWN), router.master());
    }

    @Test
    void shouldBeMasterAtOnceAsOwner() {
        router = router(255, true, 0);
        router.startup(now);
        assertEquals(List.of("initialize to backup", "advertise 255", "forward", "backup to master"), actions.take());
    }

    @Test
    void shouldAdvertiseEveryInterval() {
        becomeMaster();
        assertEquals(List.of(), pass(99));
        assertEquals(List.of("advertise 100"), pass(1));
        assertEquals(10, pass(1000).size());
    }

    static Stream<Arguments> advertisementsToABackup() {
        // priority, sender, preempt, when it takes over after it
        return Stream.of(
                Arguments.of(101, LOWER, true, 361),
                Arguments.of(100, LOWER, true, 361),
                Arguments.of(99, LOWER, false, 361),
                Arguments.of(99, LOWER, true, 261), // discarded: the timer runs on
                Arguments.of(0, LOWER, true, 61),
                Arguments.of(0, LINK_LOCAL, true, 61),
                Arguments.of(200, LINK_LOCAL, true, 361));
    }

    @ParameterizedTest
    @MethodSource("advertisementsToABackup")
    void shouldAwaitTheMasterAsLongAsTheTableSays(
            int priority, IpAddress sender, boolean preempt, long takesOverAfter) {
        router = router(100, preempt, 0);
        becomeBackup();
        assertEquals(List.of(), pass(100));
        hear(priority, sender);
        assertEquals(List.of(), pass(takesOverAfter - 1));
        assertEquals(List.of("advertise 100", "forward", "backup to master"), pass(1));
    }

    @Test
    void shouldAdoptTheMastersInterval() {
        becomeBackup();
        hear(150, LOWER, 100);
        assertEquals(List.of(), pass(3609));
        assertEquals(List.of("advertise 100", "forward", "backup to master"), pass(1));
        assertEquals(List.of(), pass(99));
        assertEquals(List.of("advertise 100"), pass(1), "at its own interval");
    }

    @Test
    void shouldTellTheMasterItHears() {
        becomeBackup();
        hear(150, LOWER);
        assertEquals(Optional.of(LOWER), router.master());
        hear(0, LOWER);
        assertEquals(Optional.empty(), router.master());
    }

    static Stream<Arguments> advertisementsToAMaster() {
        return Stream.of(
                Arguments.of(0, LOWER, List.of("advertise 100")),
                Arguments.of(101, LOWER, List.of("stop", "advertise 100", "master to backup")),
                Arguments.of(255, LINK_LOCAL, List.of("stop", "advertise 100", "master to backup")),
                Arguments.of(100, HIGHER, List.of("stop", "advertise 100", "master to backup")),
                Arguments.of(100, LOWER, List.of("advertise 100", "reassert")),
                Arguments.of(99, HIGHER, List.of("advertise 100", "reassert")),
                Arguments.of(100, LINK_LOCAL, List.of())); // decided over IPv4
    }

    @ParameterizedTest
    @MethodSource("advertisementsToAMaster")
    void shouldYieldToTheBetterAndAssertItselfAgainstTheWorse(int priority, IpAddress sender, List<String> done) {
        becomeMaster();
        pass(50);
        hear(priority, sender);
        assertEquals(done, actions.take());
        if (router.state() == HaState.BACKUP) {
            assertEquals(List.of(), pass(360), "a new master is awaited, and no farewell said");
            assertEquals(List.of("advertise 100", "forward", "backup to master"), pass(1));
        } else if (!done.isEmpty()) {
            assertEquals(List.of(), pass(99), "the timer begins anew");
            assertEquals(List.of("advertise 100"), pass(1));
        }
    }

    @Test
    void shouldSayFarewellOnlyWhenNobodyForwardsAnyMore() {
        becomeMaster();
        actions.hasStopped(false);
        router.shutdown("stopping");
        assertEquals(List.of("stop", "master to initialize"), actions.take());
        assertEquals(List.of(), pass(150));
        assertFalse(router.isSilent());
        actions.hasStopped(true);
        assertEquals(List.of("advertise 0"), pass(1));
        assertTrue(router.isSilent());
        assertEquals(List.of(), pass(1000));
    }

    @Test
    void shouldLeaveOutTheFarewellWhenAnotherIsMasterAlready() {
        becomeMaster();
        actions.hasStopped(false);
        router.release(now);
        hear(1, LOWER);
        actions.hasStopped(true);
        assertEquals(List.of("stop", "master to backup"), actions.take());
        assertEquals(List.of(), pass(300));
    }

    @Test
    void shouldSayNothingWhenABackupShutsDown() {
        becomeBackup();
        router.shutdown("stopping");
        assertEquals(List.of("backup to initialize"), actions.take());
        assertEquals(List.of(), pass(1000));
    }

    @Test
    void shouldPreemptOnlyAfterTheDelay() {
        router = router(100, true, 1000);
        becomeBackup();
        for (int n = 0; n < 10; n++) {
            hear(50, LOWER);
            assertEquals(List.of(), pass(100));
        }
        long ms = 0; // the delay is over: from now on it is discarded
        while (router.state() == HaState.BACKUP) {
            hear(50, LOWER);
            pass(10);
            ms += 10;
        }
        assertTrue(ms <= 370, ms + " ms");
    }

    @Test
    void shouldNotDelayWhenTheLowerMasterFallsSilent() {
        router = router(100, true, 1000);
        becomeBackup();
        hear(50, LOWER);
        assertEquals(List.of("advertise 100", "forward", "backup to master"), pass(361));
    }

    @Test
    void shouldTakePartWithPriorityOneWhileReleased() {
        becomeMaster();
        router.release(now);
        assertEquals(List.of("stop", "master to backup"), actions.take());
        assertEquals(List.of("advertise 0"), pass(1));
        assertEquals(1, router.priority());
        for (int n = 0; n < 20; n++) {
            hear(2, LOWER);
            assertEquals(List.of(), pass(100), "a living master is left in office, however low");
        }
        assertEquals(List.of("advertise 1", "forward", "backup to master"), pass(300), "nobody else is there");
        hear(2, LOWER);
        assertEquals(List.of("stop", "advertise 1", "master to backup"), actions.take());
        router.resume();
        for (int n = 0; n < 3; n++) {
            hear(2, LOWER);
            assertEquals(List.of(), pass(100));
        }
        assertEquals(List.of("advertise 100", "forward", "backup to master"), pass(100), "preempts again");
    }

    @Test
    void shouldGiveWayOnceWhenItBecomesTheLastChoice() {
        becomeMaster();
        router.lastChoice(true, "service web has no server", now);
        assertEquals(List.of("stop", "master to backup", "advertise 0"), concat(actions.take(), pass(1)));
        assertEquals(List.of("advertise 1", "forward", "backup to master"), pass(400));
        router.lastChoice(true, "still", now);
        assertEquals(List.of(), actions.take());
        router.lastChoice(false, "it has one again", now);
        assertEquals(List.of("advertise 100"), pass(100));
    }

    private static List<String> concat(List<String> one, List<String> other) {
        return Stream.concat(one.stream(), other.stream()).toList();
    }

    @Test
    void shouldTakeNoPartWhileHindered() {
        becomeMaster();
        router.hindered(true, "back is down", now);
        assertEquals(List.of("stop", "master to initialize", "advertise 0"), concat(actions.take(), pass(1)));
        assertEquals(List.of(), pass(1000));
        router.hindered(false, "back is up", now);
        assertEquals(List.of("initialize to backup"), actions.take());
        assertEquals(List.of("advertise 100", "forward", "backup to master"), pass(361));
    }

    @Test
    void shouldNotTakePartWhenHinderedBeforeStartup() {
        router.hindered(true, "front is down", now);
        router.startup(now);
        assertEquals(List.of(), pass(1000));
        router.hindered(false, "front is up", now);
        assertEquals(List.of("initialize to backup"), actions.take());
    }

    @Test
    void shouldAwaitTheEndOfItsFormerTermBeforeTakingOver() {
        actions.mayForward(false);
        becomeBackup();
        assertEquals(List.of(), pass(1000));
        actions.mayForward(true);
        assertEquals(List.of("advertise 100", "forward", "backup to master"), pass(1));
    }

    @Test
    void shouldNotForwardWhenItCannotSpeak() {
        actions.canSpeak(false);
        becomeBackup();
        assertEquals(List.of("advertise 100"), pass(361));
        assertEquals(List.of("advertise 100"), pass(361), "and tries again after another down interval");
        actions.canSpeak(true);
        assertEquals(List.of("advertise 100", "forward", "backup to master"), pass(361));
    }

    @Test
    void shouldLapseWhenItCannotSpeakForThreeIntervals() {
        becomeMaster();
        actions.canSpeak(false);
        List<String> done = pass(300);
        assertEquals(List.of("lapsed", "stop", "master to backup"), done.subList(done.size() - 3, done.size()));
        assertEquals(8, done.size() - 3, "it tried several times: " + done);
        actions.canSpeak(true);
        assertEquals(List.of(), pass(360));
        assertEquals(List.of("advertise 100", "forward", "backup to master"), pass(1));
    }

    @Test
    void shouldGoOnWhenItCanSpeakAgainInTime() {
        becomeMaster();
        actions.canSpeak(false);
        assertFalse(pass(270).contains("stop"));
        actions.canSpeak(true);
        assertEquals(List.of("advertise 100"), pass(5));
        assertEquals(HaState.MASTER, router.state());
    }

    @Test
    void shouldLapseBeforeItHearsWhenItWasStopped() {
        becomeMaster();
        now += 2_000 * MS;
        hear(50, LOWER);
        assertEquals(List.of("lapsed", "stop", "master to backup"), actions.take(), "and does not assert itself");
        now += 20_000 * MS;
        hear(50, LOWER);
        assertEquals(List.of(), actions.take());
    }

    @Test
    void shouldLapseAtTheFirstTickWhenItWasStoppedAndHearsNobody() {
        becomeMaster();
        now += 2_000 * MS;
        router.tick(now);
        assertEquals(List.of("lapsed", "stop", "master to backup"), actions.take());
        assertEquals(List.of("advertise 100", "forward", "backup to master"), pass(361));
    }
}
