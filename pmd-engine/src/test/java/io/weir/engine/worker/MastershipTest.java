package io.weir.engine.worker;

import static io.weir.engine.testing.EngineBed.BACK;
import static io.weir.engine.testing.EngineBed.FRONT;
import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.SYN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.steering.FlowHash;
import io.weir.engine.counters.Counter;
import io.weir.engine.packet.Burst;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.testing.Corpus;
import io.weir.engine.testing.EngineBed;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Services;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What workers do while their node is master, and while it is not. */
class MastershipTest {
    private static final long LEASE_NS = 250_000_000L;
    private static final long MS = 1_000_000L;

    @RegisterExtension
    final EngineBed bed =
            new EngineBed(Services.ofEveryKind()).workers(2).leased().withKernel();

    private void take() {
        bed.mastership().take(bed.nowNs() + LEASE_NS);
    }

    private byte[] syn() {
        return FrameBuilder.tcp(Corpus.CLIENT, Corpus.SERVICE, SYN, 1, 0).build();
    }

    private byte[] reply() {
        return FrameBuilder.tcp(Corpus.SERVER, Corpus.CLIENT, SYN | ACK, 1, 2)
                .atBack()
                .build();
    }

    private void assertForwards() {
        bed.one(FRONT, syn());
        bed.one(BACK, reply());
    }

    private void assertSilent() {
        bed.none(FRONT, Counter.DROP_NOT_MASTER, syn());
        bed.none(BACK, Counter.DROP_NOT_MASTER, reply());
    }

    @Test
    void shouldAnswerForwardAndPassOnNothingBeforeItIsMaster() {
        Map<String, byte[]> frames = Corpus.frames();
        bed.none(FRONT, Counter.DROP_NOT_MASTER, frames.values().toArray(byte[][]::new));
        bed.none(BACK, Counter.DROP_NOT_MASTER, frames.values().toArray(byte[][]::new));
        assertEquals(0, bed.count(Counter.EXCEPTION_KERNEL));
    }

    @Test
    void shouldForwardWhileTheLeaseRuns() {
        take();
        assertForwards();
        bed.skip(249);
        assertForwards();
        bed.skip(1);
        assertSilent();
    }

    @Test
    void shouldGoOnWithItsFlowsWhenTheLeaseIsExtendedLate() {
        take();
        assertForwards();
        bed.skip(300);
        assertSilent();
        bed.mastership().extend(bed.nowNs() + LEASE_NS);
        bed.one(BACK, reply());
        assertEquals(1, bed.count(Counter.FLOWS));
    }

    @Test
    void shouldForgetItsFlowsWhenTheTermEnds() {
        take();
        assertForwards();
        assertEquals(1, bed.count(Counter.FLOWS));
        bed.mastership().leave();
        assertFalse(bed.mastership().hasStopped());
        assertSilent();
        assertTrue(bed.mastership().isClear());
        assertEquals(0, bed.count(Counter.FLOWS));
        assertEquals(1, bed.count(Counter.FLOWS_FORGOTTEN));
        take();
        assertFalse(bed.mastership().hasStopped());
        assertEquals(List.of(), bed.pass(BACK, reply()), "an unknown flow");
        assertForwards();
    }

    @Test
    void shouldBeStoppedOnlyWhenEachWorkerHasBegunAnotherCycle() {
        take();
        bed.run();
        bed.mastership().leave();
        bed.node().worker(0).doWork();
        assertTrue(bed.mastership().hasAdopted(0));
        assertFalse(bed.mastership().hasAdopted(1));
        assertFalse(bed.mastership().hasStopped());
        bed.node().worker(1).doWork();
        assertTrue(bed.mastership().hasStopped());
    }

    @Test
    void shouldDropWhatWasHandedOverWhenTheTermHasEnded() {
        Peer client = Corpus.CLIENT;
        while (FlowHash.owner(
                        bed.node()
                                .hasher()
                                .hash(client.address().hi(), client.address().lo(), client.port()),
                        2)
                != 1) {
            client = client.withPort(client.port() + 1);
        }
        take();
        bed.run();
        bed.inject(
                0, FRONT, 0, FrameBuilder.tcp(client, Corpus.SERVICE, SYN, 1, 0).build());
        bed.node().worker(0).doWork();
        assertEquals(1, bed.count(Counter.HANDOFF_OUT));
        bed.mastership().leave();
        assertEquals(List.of(), bed.run());
        assertEquals(1, bed.count(Counter.DROP_NOT_MASTER));
    }

    @Test
    void shouldTellWhenEachWorkerWasLastAtWork() {
        bed.run();
        long before = bed.nowNs();
        assertEquals(before, bed.mastership().heartbeatNs(0));
        bed.skip(5);
        bed.node().worker(1).doWork();
        assertEquals(before, bed.mastership().heartbeatNs(0));
        assertEquals(before + 5 * MS, bed.mastership().heartbeatNs(1));
    }

    @Test
    void shouldLetUnknownFlowsRestAndForgetThemWhenTheTermEnds() {
        List<String> turns = new ArrayList<>();
        bed.workers(1).unknown(parts -> new UnknownFlowHandler() {
            @Override
            public long fromClient(FrameBatch batch, Burst burst, int i, int service, long hash) {
                throw new AssertionError();
            }

            @Override
            public long fromServer(FrameBatch batch, Burst burst, int i, int endpoint, long hash) {
                throw new AssertionError();
            }

            @Override
            public int doWork() {
                turns.add("turn");
                return 0;
            }

            @Override
            public void forgetAll() {
                turns.add("forget");
            }
        });
        Worker worker = bed.node().worker(0);
        worker.doWork();
        assertEquals(List.of(), turns);
        take();
        worker.doWork();
        bed.skip(300);
        worker.doWork();
        assertEquals(List.of("turn"), turns, "none after the lease");
        bed.mastership().leave();
        worker.doWork();
        worker.doWork();
        assertEquals(List.of("turn", "forget"), turns);
    }

    @Test
    void shouldForgetManyFlowsInSlicesAndForwardNothingMeanwhile() {
        bed.capacity(100_000);
        take();
        int flows = 2000;
        for (int n = 0; n < flows; n++) {
            Peer client = Corpus.CLIENT.withPort(1024 + n);
            bed.one(FRONT, FrameBuilder.tcp(client, Corpus.SERVICE, SYN, 1, 0).build());
        }
        bed.mastership().leave();
        for (int worker = 0; worker < 2; worker++) {
            bed.node().worker(worker).doWork();
        }
        assertTrue(bed.mastership().hasStopped());
        assertFalse(bed.mastership().isClear(), "more slots than a cycle looks at");
        bed.run();
        assertTrue(bed.mastership().isClear());
        assertEquals(flows, bed.count(Counter.FLOWS_FORGOTTEN));
        take();
        assertForwards();
    }
}
