package io.weir.ha.bgp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.Errno;
import io.weir.bindings.NativeBlock;
import io.weir.bindings.NativeException;
import io.weir.engine.worker.Mastership;
import io.weir.ha.HaBlock;
import io.weir.ha.HaCounter;
import io.weir.ha.HaState;
import io.weir.ha.HaStatus;
import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The HA thread between a table, two workers and a control thread that the test plays, in simulated time. */
class BgpAgentTest {
    private static final long MS = 1_000_000L;
    private static final long WATCHDOG_MS = 200;
    private static final IpAddress WEB = IpAddress.parse("203.0.113.5");
    private static final IpAddress MAIL = IpAddress.parse("2001:db8::25");

    private final Mastership mastership = Mastership.permanent(2);
    private final NativeBlock memory = new NativeBlock(HaBlock.byteSize());
    private final HaBlock block = new HaBlock(memory.address());
    private final Set<IpAddress> table = new LinkedHashSet<>();
    private final List<String> reports = new ArrayList<>();
    private final boolean[] frozen = new boolean[2];
    private int refusal;
    private boolean tableClosed;
    private long now = 5_000 * MS;
    private final BgpAgent agent = new BgpAgent(
            mastership, WATCHDOG_MS * MS, new Table(), block, () -> now, reports::add, offer(Set.of(WEB, MAIL)));

    private final class Table implements RouteTable {
        @Override
        public Set<IpAddress> present() {
            return Set.copyOf(table);
        }

        @Override
        public void add(IpAddress address) {
            if (refusal != 0) {
                throw new NativeException("add " + address, refusal);
            }
            assertTrue(table.add(address));
        }

        @Override
        public void remove(IpAddress address) {
            table.remove(address);
        }

        @Override
        public void close() {
            tableClosed = true;
        }
    }

    @AfterEach
    void close() {
        memory.close();
    }

    private static Offer offer(Set<IpAddress> addresses, String... hindrances) {
        List<String> lacking = new ArrayList<>();
        for (IpAddress address : List.of(WEB, MAIL)) {
            if (!addresses.contains(address)) {
                lacking.add(address + " lacks a server");
            }
        }
        return new Offer(addresses, lacking, List.of(hindrances));
    }

    private void pass(long ms) {
        for (long n = 0; n < ms; n++) {
            now += MS;
            for (int worker = 0; worker < 2; worker++) {
                if (!frozen[worker]) {
                    mastership.beat(worker, now);
                }
            }
            agent.doWork();
        }
    }

    private void begin() {
        pass(1);
        agent.startup();
        pass(1);
    }

    private void assertStands(HaState state, String why, IpAddress... announced) {
        assertEquals(Set.of(announced), table);
        HaStatus status = agent.status();
        assertEquals(state, status.state(), status::toString);
        assertTrue(status.why().contains(why), status::why);
        assertEquals(Set.of(announced), Set.copyOf(status.announced()));
        HaStatus written = block.read().orElseThrow();
        assertEquals("bgp", written.mode());
        assertEquals(state, written.state());
        assertEquals(status.released(), written.released());
    }

    private long count(HaCounter counter) {
        return agent.status().counters().get(counter);
    }

    @Test
    void shouldAnnounceWhatItServesFromTheMomentThatItIsReady() {
        pass(50);
        assertStands(HaState.INITIALIZE, "starting");
        begin();
        assertStands(HaState.MASTER, "all virtual addresses", WEB, MAIL);
        assertEquals(2, count(HaCounter.ROUTES_ADDED));
        assertEquals(1, count(HaCounter.TERMS));
        assertEquals(Set.of("ha: announced " + WEB, "ha: announced " + MAIL), new TreeSet<>(reports.subList(0, 2)));
        pass(3000);
        assertEquals(2, count(HaCounter.ROUTES_ADDED), "nothing to do meanwhile");
    }

    @Test
    void shouldWithdrawOnlyTheAddressWithoutServers() {
        begin();
        agent.offer(offer(Set.of(MAIL)));
        pass(1);
        assertStands(HaState.MASTER, WEB + " lacks a server", MAIL);
        agent.offer(offer(Set.of()));
        pass(1);
        assertStands(HaState.BACKUP, MAIL + " lacks a server");
        agent.offer(offer(Set.of(WEB, MAIL)));
        pass(1);
        assertStands(HaState.MASTER, "all", WEB, MAIL);
        assertEquals(2, count(HaCounter.TERMS));
        assertEquals(2, count(HaCounter.ROUTES_REMOVED));
    }

    @Test
    void shouldWithdrawWhenReleasedUntilResumed() {
        begin();
        agent.release();
        pass(1);
        assertStands(HaState.BACKUP, "released");
        assertTrue(agent.status().released());
        agent.offer(offer(Set.of(WEB, MAIL)));
        pass(2000);
        assertStands(HaState.BACKUP, "released");
        agent.resume();
        pass(1);
        assertStands(HaState.MASTER, "all", WEB, MAIL);
    }

    @Test
    void shouldWithdrawWhenAWorkerStallsAndComeBackWhenItGoesOn() {
        begin();
        frozen[1] = true;
        pass(WATCHDOG_MS - 2);
        assertStands(HaState.MASTER, "all", WEB, MAIL);
        pass(3);
        assertStands(HaState.INITIALIZE, "worker 1 has finished no cycle");
        assertEquals(1, count(HaCounter.STALLS));
        frozen[1] = false;
        pass(1);
        assertStands(HaState.MASTER, "all", WEB, MAIL);
    }

    @Test
    void shouldWithdrawWhenADeviceIsDown() {
        begin();
        agent.offer(offer(Set.of(WEB, MAIL), "device back is down"));
        pass(1);
        assertStands(HaState.INITIALIZE, "device back is down");
    }

    @Test
    void shouldPutBackWhatAnotherProgramRemoved() {
        begin();
        table.remove(WEB);
        agent.offer(offer(Set.of(WEB, MAIL))); // the control thread has heard of a change of routes
        pass(1);
        assertStands(HaState.MASTER, "all", WEB, MAIL);
        assertEquals(1, count(HaCounter.ROUTES_RESTORED));
        table.clear();
        pass(BgpAgent.RESYNC_NS / MS); // nobody has heard of it
        assertStands(HaState.MASTER, "all", WEB, MAIL);
        assertEquals(3, count(HaCounter.ROUTES_RESTORED));
    }

    @Test
    void shouldRemoveWhatIsLeftInItsTable() {
        table.add(IpAddress.parse("203.0.113.99"));
        begin();
        assertStands(HaState.MASTER, "all", WEB, MAIL);
    }

    @Test
    void shouldSayOnceWhatTheKernelRefusesAndTryAgain() {
        refusal = Errno.EEXIST;
        begin();
        assertStands(HaState.BACKUP, "EEXIST");
        pass(5 * BgpAgent.RESYNC_NS / MS);
        assertEquals(
                1, reports.stream().filter(line -> line.startsWith("ha: add")).count(), reports::toString);
        assertTrue(count(HaCounter.ROUTES_REFUSED) >= 10, () -> "" + count(HaCounter.ROUTES_REFUSED));
        refusal = 0;
        pass(BgpAgent.RESYNC_NS / MS);
        assertStands(HaState.MASTER, "all", WEB, MAIL);
        refusal = Errno.EEXIST;
        table.remove(WEB);
        pass(BgpAgent.RESYNC_NS / MS);
        agent.release();
        pass(1);
        assertStands(HaState.BACKUP, "released");
    }

    @Test
    void shouldWithdrawAtItsEnd() {
        begin();
        agent.onClose();
        assertStands(HaState.INITIALIZE, "stopping");
        assertTrue(tableClosed);
    }
}
