package io.weir.engine.worker;

import static io.weir.engine.testing.EngineBed.FRONT;
import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.RST;
import static io.weir.engine.testing.FrameBuilder.SYN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.TcpState;
import io.weir.engine.service.Forwarding;
import io.weir.engine.testing.EngineBed;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Seeded;
import io.weir.engine.testing.Services;
import io.weir.engine.worker.FlowNews.Kind;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What another thread hears of flows, and that it knows all of them in the end. */
@Timeout(60)
class FlowNewsTest {
    private static final long LEASE_NS = 1_000_000_000L;
    private static final Peer CLIENT = Peer.of("202.100.1.2", 3456);
    private static final Peer WEB = Peer.of("202.103.106.5", 80);
    private static final Peer NAMES = Peer.of("202.103.106.5", 53);
    private static final Peer PLAIN = Peer.of("202.103.106.6", 80);
    private static final Peer SERVER = Peer.of("172.16.0.2", 8000);

    @RegisterExtension
    final EngineBed bed = EngineBed.serving(
            Services.tcp(WEB, SERVER).with(Forwarding.DR),
            Services.udp(NAMES, SERVER).with(Forwarding.DR),
            Services.tcp(PLAIN, SERVER.withPort(81)));

    private final Set<List<Long>> known = new HashSet<>();
    private final List<Kind> heard = new ArrayList<>();

    private void hear(Kind kind, long hi, long lo, long key, int server) {
        List<Long> flow = List.of(hi, lo, key, (long) server);
        heard.add(kind);
        switch (kind) {
            case BEGUN -> assertTrue(known.add(flow), "told twice");
            case ENDED -> assertTrue(known.remove(flow), "ended and never begun");
            case ALL, FORGOTTEN -> known.clear();
            case TOLD -> {}
        }
    }

    private int drain() {
        return bed.node().news(0).drain(this::hear);
    }

    private void cycles(int n) {
        for (int cycle = 0; cycle < n; cycle++) {
            bed.skip(1);
            bed.node().worker(0).doWork();
        }
    }

    private void settle() {
        do {
            bed.run();
            cycles(64);
        } while (drain() > 0);
    }

    private Set<List<Long>> present() {
        CopyFlows command = new CopyFlows(CopyFlows.Filter.ALL, new long[8_000 * CopyFlows.ROW], 0);
        assertTrue(bed.node().worker(0).offer(command));
        while (!command.isDone()) {
            bed.node().worker(0).doWork();
        }
        Set<List<Long>> flows = new HashSet<>();
        for (int row = 0; row < command.end(); row++) {
            CopiedFlow flow = command.row(row);
            if (!bed.node()
                    .registry()
                    .slots()
                    .get(flow.server())
                    .service()
                    .forwarding()
                    .answersPass()) {
                long key = FlowRecord.key(flow.clientPort(), flow.virtualPort(), flow.service(), flow.protocol());
                flows.add(List.of(flow.client().hi(), flow.client().lo(), key, (long) flow.server()));
            }
        }
        return flows;
    }

    private void syn(int port) {
        bed.inject(
                0,
                FRONT,
                0,
                FrameBuilder.tcp(CLIENT.withPort(port), WEB, SYN, 1, 0).build());
    }

    @Test
    void shouldTellOfBeginningAndEndOfFlowsWhoseAnswersDoNotPass() {
        syn(1);
        bed.inject(0, FRONT, 0, FrameBuilder.tcp(CLIENT, PLAIN, SYN, 1, 0).build());
        bed.run();
        drain();
        assertEquals(List.of(Kind.BEGUN), heard);
        assertEquals(present(), known);
        bed.one(FRONT, FrameBuilder.tcp(CLIENT.withPort(1), WEB, ACK, 2, 2).build());
        bed.one(FRONT, FrameBuilder.tcp(CLIENT.withPort(1), WEB, RST, 2, 0).build());
        bed.skip(bed.timeoutMs(TcpState.CLOSE) + 2);
        settle();
        assertEquals(List.of(Kind.BEGUN, Kind.ENDED), heard);
    }

    @Test
    void shouldTellOfFlowThatBeginsAnewInPlaceOfOneThatEnded() {
        syn(1);
        bed.run();
        bed.one(FRONT, FrameBuilder.tcp(CLIENT.withPort(1), WEB, ACK, 2, 2).build());
        bed.one(FRONT, FrameBuilder.tcp(CLIENT.withPort(1), WEB, RST, 2, 0).build());
        syn(1);
        settle();
        assertEquals(List.of(Kind.BEGUN, Kind.ENDED, Kind.BEGUN), heard);
        assertEquals(present(), known);
    }

    @Test
    void shouldTellOfAllFlowsOnceItHadToFallSilent() {
        bed.capacity(8_000);
        for (int n = 0; n < 3_000; n++) { // more than the ring holds
            syn(1000 + n);
            if (n % 32 == 0) {
                bed.run();
            }
        }
        bed.run();
        assertEquals(1, bed.count(Counter.FLOWS_UNTOLD));
        settle();
        assertEquals(3_000, known.size());
        assertEquals(present(), known);
        assertEquals(1, heard.stream().filter(Kind.ALL::equals).count());
        assertEquals(Kind.TOLD, heard.getLast());
    }

    @Test
    void shouldKnowEachFlowOnceThoughTheyComeAndGoDuringTheWalk() {
        bed.capacity(4_000);
        SplittableRandom random = Seeded.random("FlowNewsTest");
        for (int round = 0; round < 400; round++) {
            for (int n = random.nextInt(40); n > 0; n--) {
                int port = 1 + random.nextInt(3_000);
                Peer client = CLIENT.withPort(port);
                switch (random.nextInt(4)) {
                    case 0 ->
                        bed.inject(
                                0, FRONT, 0, FrameBuilder.udp(client, NAMES, 4).build());
                    case 1 ->
                        bed.inject(
                                0,
                                FRONT,
                                0,
                                FrameBuilder.tcp(client, WEB, RST, 2, 0).build());
                    default -> syn(port);
                }
            }
            bed.run();
            if (random.nextInt(50) == 0) {
                bed.skip(20_000);
            }
            if (round > 200 && random.nextInt(3) == 0) { // until then nobody listens
                drain();
            }
        }
        settle();
        assertTrue(bed.count(Counter.FLOWS_UNTOLD) > 0);
        assertTrue(known.size() > 100, known.size() + " flows");
        assertEquals(present(), known);
    }

    @Test
    void shouldTellThatNothingIsLeftWhenTheTermEnds() {
        bed.leased();
        bed.mastership().take(bed.nowNs() + LEASE_NS);
        syn(1);
        settle();
        assertEquals(1, known.size());
        bed.mastership().leave();
        settle();
        assertEquals(Set.of(), known);
        assertEquals(List.of(Kind.FORGOTTEN, Kind.TOLD), heard.subList(heard.size() - 2, heard.size()));
        assertFalse(heard.contains(Kind.ENDED), "not flow by flow");
    }

    @Test
    void shouldAllocateNothingWhetherItTellsOrWalks() {
        bed.capacity(4_000);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int n = 0; n < 2_000; n++) {
            syn(1000 + n);
            if (n % 32 == 0) {
                bed.run();
            }
        }
        bed.run();
        FlowNews news = bed.node().news(0);
        FlowNews.Listener nobody = (kind, hi, lo, key, server) -> {};
        long allocated = 0;
        int warm = 3_000;
        int rounds = 3_000;
        for (int round = 0; round < warm + rounds; round++) {
            news.fallSilent();
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int cycle = 0; cycle < 12; cycle++) {
                bed.node().worker(0).doWork();
                news.drain(nobody);
            }
            allocated += round < warm ? 0 : threads.getCurrentThreadAllocatedBytes() - before;
        }
        assertTrue(allocated < rounds, allocated + " bytes allocated in " + rounds + " walks");
    }
}
