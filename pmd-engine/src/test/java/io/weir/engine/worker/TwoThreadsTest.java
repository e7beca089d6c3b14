package io.weir.engine.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;
import io.weir.engine.forward.ForwardSettings;
import io.weir.engine.port.FramePool;
import io.weir.engine.port.KernelPort;
import io.weir.engine.port.MemoryPort;
import io.weir.engine.testing.Corpus;
import io.weir.engine.testing.Dissection;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Seeded;
import io.weir.engine.testing.Services;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.SystemNanoClock;
import org.junit.jupiter.api.Test;

/** Two workers on threads of their own, each with a sender and a receiver on the far side of its ports. */
class TwoThreadsTest {
    private static final int FRAMES = 100_000;
    private static final int FLOWS = 64;
    private static final int WINDOW = 256;

    private final InMemoryNode node = new InMemoryNode(
            2,
            1000,
            32,
            List.of(Services.udp(Corpus.SERVICE, Corpus.SERVER)),
            ForwardSettings.defaults(),
            KernelPort.NONE,
            1500,
            SystemNanoClock.INSTANCE);
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final AtomicInteger arrived = new AtomicInteger();
    private final CyclicBarrier start = new CyclicBarrier(2);

    /** What one thread does: it drives a worker, and both far sides of its front and back port. */
    private final class Side implements Runnable {
        private final int worker;
        private final SplittableRandom random;
        private final Map<Peer, Integer> lastSeen = new HashMap<>();
        private final int[] sequences = new int[FLOWS];
        private int sent;

        Side(int worker, SplittableRandom random) {
            this.worker = worker;
            this.random = random;
        }

        @Override
        public void run() {
            try {
                start.await();
                while (arrived.get() < 2 * FRAMES && failure.get() == null) {
                    feed();
                    node.worker(worker).doWork();
                    take();
                }
            } catch (Throwable e) {
                failure.compareAndSet(null, e);
            }
        }

        /** Frames of flows that a device would send to this worker's queue; few enough under way that no ring is full. */
        private void feed() {
            FramePool pool = node.store().pool(worker);
            MemoryPort front = node.port(worker, InMemoryNode.FRONT);
            for (int n = random.nextInt(20); n > 0 && sent < FRAMES && pool.available() > WINDOW; n--) {
                int flow = random.nextInt(FLOWS);
                Peer client = Corpus.CLIENT.withPort(2000 + flow * 2 + worker);
                byte[] sequence = {0, 0, 0, 0};
                int number = ++sequences[flow];
                for (int i = 0; i < 4; i++) {
                    sequence[i] = (byte) (number >>> 24 - 8 * i);
                }
                byte[] frame = FrameBuilder.udp(client, Corpus.SERVICE, 0)
                        .payload(sequence)
                        .build();
                long at = pool.allocate();
                Mem.copy(frame, 0, at, frame.length);
                assertTrue(front.inject(at, frame.length, 0));
                sent++;
            }
            front.publish();
        }

        private void take() {
            MemoryPort back = node.port(worker, InMemoryNode.BACK);
            int taken = 0;
            for (int n = back.sent(); n > 0; n--, taken++) {
                byte[] frame = new byte[back.sentLength()];
                Mem.copy(back.sentAddress(), frame, 0, frame.length);
                node.store().pool(worker).release(back.sentAddress());
                back.takeSent();
                Dissection packet = Dissection.of(frame).assertChecksums();
                byte[] payload = packet.payload();
                int number = 0;
                for (int i = 0; i < 4; i++) {
                    number = number << 8 | payload[i] & 0xff;
                }
                Integer before = lastSeen.put(packet.from(), number);
                assertEquals(before == null ? 1 : before + 1, number, packet.from()::toString);
            }
            arrived.addAndGet(taken);
        }
    }

    @Test
    void shouldKeepOrderAndLoseNoFrameWhenWorkersRunAtOnce() throws InterruptedException {
        SplittableRandom random = Seeded.random("TwoThreadsTest");
        Thread first = Thread.ofPlatform().daemon().start(new Side(0, random.split()));
        Thread second = Thread.ofPlatform().daemon().start(new Side(1, random.split()));
        first.join();
        second.join();
        if (failure.get() != null) {
            throw new AssertionError(failure.get());
        }
        assertEquals(2 * FRAMES, arrived.get());
        long handedOff = 0;
        for (int round = 0; round < 3; round++) {
            node.worker(0).doWork();
            node.worker(1).doWork();
        }
        for (int worker = 0; worker < 2; worker++) {
            handedOff += node.counters(worker).get(Counter.HANDOFF_OUT);
            assertEquals(
                    node.store().framesPerWorker(), node.store().pool(worker).available(), "worker " + worker);
        }
        assertTrue(handedOff > FRAMES / 2, handedOff + " frames changed hands");
        node.close();
    }
}
