package io.weir.ha.vrrp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.Errno;
import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import io.weir.bindings.NativeException;
import io.weir.engine.worker.Mastership;
import io.weir.ha.HaBlock;
import io.weir.ha.HaCounter;
import io.weir.ha.HaState;
import io.weir.ha.HaStatus;
import io.weir.scheduler.IpAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The HA thread between a network, two workers and a control thread that the test plays, in simulated time. */
class VrrpAgentTest {
    private static final long MS = 1_000_000L;
    private static final long WATCHDOG_MS = 200;
    private static final IpAddress OWN = IpAddress.parse("192.0.2.5");
    private static final IpAddress OTHER = IpAddress.parse("192.0.2.6");
    private static final IpAddress VIP = IpAddress.parse("203.0.113.5");
    private static final IpAddress GATEWAY = IpAddress.parse("172.16.0.254");

    private final Mastership mastership = Mastership.leased(2);
    private final NativeBlock memory = new NativeBlock(HaBlock.byteSize());
    private final HaBlock block = new HaBlock(memory.address());
    private final Packets packets = new Packets();
    private final Deque<byte[]> arriving = new ArrayDeque<>();
    private final List<String> events = new ArrayList<>();
    private final List<String> reports = new ArrayList<>();
    private final boolean[] frozen = new boolean[2];
    private long now = 5_000 * MS;
    private boolean deviceGone;
    private final VrrpAgent agent = new VrrpAgent(
            new VrrpSettings(new VirtualRouterConfig(51, 100, 10, true, 0), List.of(), WATCHDOG_MS * MS),
            mastership,
            new Announcements(Map.of(0, announcer("front"), 1, announcer("back"))),
            this::open,
            block,
            () -> now,
            reports::add,
            surroundings(OWN));

    @AfterEach
    void close() {
        packets.close();
        memory.close();
    }

    private static Surroundings surroundings(IpAddress source) {
        return surroundings(source, List.of(), List.of());
    }

    private static Surroundings surroundings(IpAddress source, List<String> hindrances, List<String> weaknesses) {
        return new Surroundings(
                "front",
                3,
                1500,
                List.of(source),
                Optional.of(source),
                Optional.empty(),
                VirtualAddresses.of(List.of(VIP, GATEWAY)),
                Map.of(0, List.of(VIP), 1, List.of(GATEWAY)),
                hindrances,
                weaknesses);
    }

    private AddressAnnouncer announcer(String port) {
        return new AddressAnnouncer() {
            @Override
            public void announce(List<IpAddress> addresses) {
                events.add("announce " + port);
            }

            @Override
            public void close() {}
        };
    }

    private VrrpChannel open(String device, IpAddress source, List<IpAddress> peers) {
        if (deviceGone) {
            throw new NativeException("socket", Errno.ENODEV);
        }
        events.add("open " + source);
        return new VrrpChannel() {
            @Override
            public IpAddress source() {
                return source;
            }

            @Override
            public boolean send(Advertisement advertisement) {
                events.add("advertise " + advertisement.priority());
                assertEquals(List.of(GATEWAY, VIP), advertisement.addresses());
                assertTrue(advertisement.priority() != 0 || !forwards(0) && !forwards(1), "a farewell comes last");
                return true;
            }

            @Override
            public Optional<Datagram> receive() {
                return Optional.ofNullable(arriving.poll()).map(bytes -> packets.of(bytes, Packets.SENDER_V4));
            }

            @Override
            public void close() {
                events.add("close " + source);
            }
        };
    }

    /** What a worker that is not frozen does in a cycle. */
    private void work(int worker) {
        if (!frozen[worker]) {
            mastership.adopted(worker, mastership.term());
            mastership.cleared(worker, mastership.term() & ~1L);
            mastership.beat(worker, now);
        }
    }

    private boolean forwards(int worker) {
        return mastership.hasAdopted(worker) && (mastership.term() & 1) != 0 && mastership.isInTime(now);
    }

    /** Lets time go by with everybody at work, and returns what happened. */
    private List<String> pass(long ms) {
        for (long n = 0; n < ms; n++) {
            now += MS;
            work(0);
            work(1);
            agent.doWork();
        }
        List<String> seen = List.copyOf(events);
        events.clear();
        return seen;
    }

    private HaState state() {
        return agent.status().state();
    }

    private void becomeMaster() {
        agent.startup();
        assertEquals(
                List.of("open 192.0.2.5", "advertise 100", "announce back", "announce front"),
                pass(362).stream().sorted((a, b) -> order(a) - order(b)).toList());
        assertEquals(HaState.MASTER, state());
    }

    private static int order(String event) {
        return event.startsWith("open") ? 0 : event.startsWith("adv") ? 1 : event.endsWith("back") ? 2 : 3;
    }

    private void hear(int priority) {
        try (NativeBlock bytes = new NativeBlock(64)) {
            Advertisement advertisement = new Advertisement(51, priority, 10, List.of(VIP, GATEWAY));
            int length = AdvertisementCodec.write(
                    bytes.address(), advertisement, Packets.SENDER_V4, ReceptionRules.GROUP_V4);
            byte[] copy = new byte[length];
            Mem.copy(bytes.address(), copy, 0, length);
            arriving.add(copy);
        }
    }

    @Test
    void shouldTakeNoPartBeforeTheNodeIsReady() {
        assertEquals(List.of("open 192.0.2.5"), pass(1000));
        assertEquals(HaState.INITIALIZE, state());
        assertFalse(forwards(0));
    }

    @Test
    void shouldGiveTheWorkersALeaseThatEndsBeforeAnotherNodeTakesOver() {
        becomeMaster();
        work(0);
        assertTrue(forwards(0));
        pass(99);
        long silentSince = now - 99 * MS;
        now = silentSince + 249 * MS;
        assertTrue(mastership.isInTime(now));
        now = silentSince + 250 * MS;
        assertFalse(mastership.isInTime(now), "the others wait for 300 ms and more");
    }

    @Test
    void shouldKeepTheLeaseWhileItAdvertises() {
        becomeMaster();
        for (int n = 0; n < 1000; n++) {
            pass(1);
            assertTrue(forwards(0) && forwards(1));
        }
        assertEquals(1, block.counters().get(HaCounter.TERMS));
    }

    @Test
    void shouldStopBeforeAnythingElseWhenItHearsABetterOne() {
        becomeMaster();
        hear(200);
        assertEquals(List.of("advertise 100"), pass(1));
        assertEquals(HaState.BACKUP, state());
        assertFalse(mastership.isClear(), "the workers were not yet told when it was heard");
        assertEquals(List.of(), pass(1));
        assertTrue(mastership.isClear());
        assertEquals(Optional.of(Packets.SENDER_V4), agent.status().master());
    }

    @Test
    void shouldSayFarewellOnlyWhenEachWorkerHasStopped() {
        becomeMaster();
        pass(10);
        frozen[1] = true;
        agent.release();
        assertEquals(List.of(), pass(100));
        assertEquals(HaState.BACKUP, state());
        frozen[1] = false;
        assertEquals(List.of("advertise 0"), pass(1));
        assertTrue(agent.status().released());
        assertEquals(1, agent.status().effectivePriority());
        agent.resume();
        pass(1);
        assertEquals(100, agent.status().effectivePriority());
    }

    @Test
    void shouldStepDownWhenAWorkerStalls() {
        becomeMaster();
        frozen[0] = true;
        List<String> done = pass(WATCHDOG_MS + 2);
        assertEquals(HaState.INITIALIZE, state());
        assertTrue(done.contains("advertise 0"), "although it cannot answer: " + done);
        assertEquals(
                List.of("worker 0 has finished no cycle for 200 ms"),
                agent.status().hindrances());
        assertEquals(1, block.counters().get(HaCounter.STALLS));
        pass(1000);
        assertEquals(HaState.INITIALIZE, state());
        frozen[0] = false;
        pass(2);
        assertEquals(HaState.BACKUP, state());
        assertEquals(List.of(), agent.status().hindrances());
    }

    @Test
    void shouldNotTakeAPauseOfTheWholeProcessForAStall() {
        becomeMaster();
        now += 280 * MS; // longer than the watchdog, but nobody else can be master yet
        agent.doWork();
        pass(10);
        assertEquals(HaState.MASTER, state());
        assertEquals(0, block.counters().get(HaCounter.STALLS));
    }

    @Test
    void shouldLapseWhenTheProcessWasStoppedForLong() {
        becomeMaster();
        now += 10_000 * MS;
        agent.release(); // even then without a farewell
        events.clear();
        assertEquals(List.of(), pass(5));
        assertEquals(HaState.BACKUP, state());
        assertEquals(1, block.counters().get(HaCounter.LAPSES));
        assertEquals(0, block.counters().get(HaCounter.SENT_PRIORITY_ZERO));
    }

    @Test
    void shouldFollowTheControlThreadsWord() {
        becomeMaster();
        agent.surroundings(surroundings(OWN, List.of("back has no carrier"), List.of()));
        assertTrue(pass(2).contains("advertise 0"));
        assertEquals(HaState.INITIALIZE, state());
        agent.surroundings(surroundings(OWN, List.of(), List.of("service web has no server")));
        pass(1);
        assertEquals(HaState.BACKUP, state());
        assertEquals(1, agent.status().effectivePriority());
        agent.surroundings(surroundings(OWN));
        pass(1);
        assertEquals(100, agent.status().effectivePriority());
    }

    @Test
    void shouldSpeakFromItsNewAddressWhenItChanges() {
        becomeMaster();
        agent.surroundings(surroundings(OTHER));
        assertEquals(
                List.of("close 192.0.2.5", "open 192.0.2.6"),
                pass(1).stream().filter(event -> !event.startsWith("announce")).toList());
        assertEquals(Optional.of(OTHER), agent.status().master());
    }

    @Test
    void shouldStepDownWhileItCannotSpeakAndTryAgain() {
        becomeMaster();
        deviceGone = true;
        agent.surroundings(surroundings(OTHER));
        pass(1);
        assertEquals(HaState.INITIALIZE, state());
        assertTrue(agent.status().hindrances().getFirst().contains("ENODEV"), agent.status()::toString);
        deviceGone = false;
        pass(251);
        assertEquals(HaState.BACKUP, state());
    }

    @Test
    void shouldLeaveInOrderWhenItEnds() {
        becomeMaster();
        pass(1);
        mastership.adopted(0, mastership.term() + 1); // as workers on threads of their own would, at once
        mastership.adopted(1, mastership.term() + 1);
        agent.onClose();
        assertEquals(List.of("advertise 0", "close 192.0.2.5"), events);
        assertEquals(HaState.INITIALIZE, state());
    }

    @Test
    void shouldShowOtherProcessesWhatItIs() {
        becomeMaster();
        HaStatus shown = block.read().orElseThrow();
        assertEquals(HaState.MASTER, shown.state());
        assertEquals(Optional.of(OWN), shown.master());
        assertEquals(100, shown.priority());
        assertEquals(1, shown.terms());
        assertEquals(agent.status().counters(), shown.counters());
        assertEquals(agent.status().since().toEpochMilli(), shown.since().toEpochMilli());
        assertEquals(
                List.of("ha: backup, was initialize: started", "ha: master, was backup: no other master"), reports);
    }
}
