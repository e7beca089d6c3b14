package io.weir.engine.port;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.weir.bindings.Mem;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every {@link PacketPort} promises; a subclass for each implementation. */
abstract class PacketPortContract {
    static final int BATCH = 32;
    private static final long PATIENCE_NANOS = 2_000_000_000L;

    private final FrameBatch batch = new FrameBatch(BATCH);
    private PortBed bed;
    private int free;

    /** A bed of its own for each test. */
    abstract PortBed open() throws Exception;

    @BeforeEach
    void openBed() throws Exception {
        bed = open();
        free = bed.pool().available();
    }

    @AfterEach
    void closeBed() {
        if (bed != null) {
            bed.close();
        }
    }

    PortBed bed() {
        return bed;
    }

    FrameBatch batch() {
        return batch;
    }

    /** Clears the batch and receives until it holds test frames, leaving out what else is on the wire. */
    int receiveSome(int index) {
        batch.clear();
        long start = System.nanoTime();
        while (batch.size == 0 && System.nanoTime() - start < PATIENCE_NANOS) {
            receiveTestFrames(index);
        }
        return batch.size;
    }

    private void receiveTestFrames(int index) {
        int before = batch.size;
        assertEquals(bed.port(index).receive(batch), batch.size - before);
        int kept = before;
        for (int i = before; i < batch.size; i++) {
            if (TestFrames.isTestFrame(batch.address[i])) {
                batch.address[kept] = batch.address[i];
                batch.length[kept] = batch.length[i];
                batch.port[kept] = batch.port[i];
                batch.flags[kept++] = batch.flags[i];
            } else {
                bed.pool().release(batch.address[i]);
            }
        }
        batch.size = kept;
    }

    private void forwardAll(int to) {
        for (int i = 0; i < batch.size; i++) {
            assertTrue(bed.port(to).send(batch.address[i], batch.length[i]));
        }
        bed.port(to).flush();
        batch.clear();
    }

    private void releaseAll() {
        for (int i = 0; i < batch.size; i++) {
            bed.pool().release(batch.address[i]);
        }
        batch.clear();
    }

    /** Receives and releases until nothing has come for 20 ms; says how many came. */
    private int receiveUntilQuiet(int index) {
        int count = 0;
        long last = System.nanoTime();
        while (System.nanoTime() - last < 20_000_000) {
            batch.clear();
            if (bed.port(index).receive(batch) > 0) {
                count += batch.size;
                last = System.nanoTime();
                releaseAll();
            }
        }
        return count;
    }

    /** Lets both ports run until every frame is back in the pool. */
    private void assertNothingLeaked() {
        releaseAll();
        long start = System.nanoTime();
        while (bed.pool().available() != free && System.nanoTime() - start < PATIENCE_NANOS) {
            for (int index = 0; index < 2; index++) {
                bed.port(index).receive(batch);
                releaseAll();
                bed.port(index).flush();
            }
        }
        assertEquals(free, bed.pool().available(), "free frames");
    }

    @Test
    void shouldKeepOrderWhenMoreFramesComeThanFitIntoABatch() {
        int count = Math.min(200, bed.ringSize());
        for (int i = 0; i < count; i++) {
            bed.inject(0, TestFrames.frame(i, 60 + i), 1);
        }
        int expected = 0;
        while (expected < count) {
            assertNotEquals(0, receiveSome(0), "after " + expected);
            for (int i = 0; i < batch.size; i++) {
                assertArrayEquals(
                        TestFrames.frame(expected, 60 + expected), TestFrames.copy(batch.address[i], batch.length[i]));
                assertEquals(0, batch.port[i]);
                assertEquals(0, batch.flags[i]);
                expected++;
            }
            releaseAll();
        }
        assertNothingLeaked();
    }

    @Test
    void shouldAppendToABatchAndNotOverfillItWhenItHoldsFramesAlready() {
        bed.inject(0, TestFrames.frame(1, 100), 1);
        bed.inject(1, TestFrames.frame(2, 100), BATCH);
        assertEquals(1, receiveSome(0));
        long start = System.nanoTime();
        while (batch.size < BATCH && System.nanoTime() - start < PATIENCE_NANOS) {
            receiveTestFrames(1);
        }
        assertEquals(BATCH, batch.size);
        assertEquals(1, TestFrames.sequence(batch.address[0]));
        assertEquals(0, batch.port[0]);
        assertEquals(1, batch.port[1]);
        assertEquals(0, bed.port(1).receive(batch), "no room");
        releaseAll();
        assertEquals(1, receiveSome(1), "the last one still comes");
        assertNothingLeaked();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldSendWhatWasReceivedWhenItWasRewrittenInPlace(int to) {
        for (int length = TestFrames.MIN; length <= TestFrames.MAX; length += length < 100 ? 1 : 101) {
            byte[] frame = TestFrames.frame(length, length);
            bed.inject(0, frame, 1);
            assertEquals(1, receiveSome(0), "length " + length);
            assertEquals(length, batch.length[0]);
            Mem.putU8(batch.address[0] + 5, 77);
            Mem.putU8(batch.address[0] + length - 1, 78);
            forwardAll(to);
            frame[5] = 77;
            frame[length - 1] = 78;
            assertArrayEquals(frame, bed.capture(to), "length " + length);
        }
        assertNothingLeaked();
    }

    @Test
    void shouldSendTheLongestFrameWhenItHasTheLongestLength() {
        byte[] frame = TestFrames.frame(9, TestFrames.MAX);
        bed.inject(1, frame, 1);
        assertEquals(1, receiveSome(1));
        forwardAll(0);
        assertArrayEquals(frame, bed.capture(0));
        assertNothingLeaked();
    }

    @Test
    void shouldKeepTheVlanTagWhenAFrameHasOne() {
        for (int length : new int[] {64, 1518}) {
            byte[] frame = TestFrames.tagged(6, length);
            bed.inject(0, frame, 1);
            assertEquals(1, receiveSome(0), "length " + length);
            assertArrayEquals(frame, TestFrames.copy(batch.address[0], batch.length[0]));
            forwardAll(1);
            assertArrayEquals(frame, bed.capture(1));
        }
        assertNothingLeaked();
    }

    @Test
    void shouldSendALongerFrameWhenHeadersWerePutIntoTheHeadroom() {
        byte[] frame = TestFrames.frame(5, 200);
        bed.inject(0, frame, 1);
        assertEquals(1, receiveSome(0));
        long address = batch.address[0];
        for (int i = 1; i <= FramePool.HEADROOM; i++) {
            Mem.putU8(address - i, 0xee);
        }
        long outer = address - 20;
        Mem.copy(address, outer, 14);
        assertTrue(bed.port(1).send(outer, 220));
        batch.clear();
        bed.port(1).flush();
        byte[] sent = bed.capture(1);
        assertNotNull(sent);
        assertEquals(220, sent.length);
        assertEquals((byte) 0xee, sent[14]);
        assertEquals(frame[199], sent[219]);
        assertNothingLeaked();
    }

    @Test
    void shouldKeepARetainedFrameWhenOthersAreReceived() {
        byte[] frame = TestFrames.frame(1, 300);
        bed.inject(0, frame, 1);
        assertEquals(1, receiveSome(0));
        long kept = bed.pool().retain(batch.address[0], batch.length[0]);
        assertTrue(bed.pool().owns(kept));
        batch.clear();
        for (int round = 0; round < 4; round++) {
            bed.inject(0, TestFrames.frame(2, 300), bed.ringSize() / 2);
            for (int got = 0; got < bed.ringSize() / 2; ) {
                int n = receiveSome(0);
                assertNotEquals(0, n);
                got += n;
                releaseAll();
            }
        }
        assertArrayEquals(frame, TestFrames.copy(kept, 300));
        assertTrue(bed.port(1).send(kept, 300));
        bed.port(1).flush();
        assertArrayEquals(frame, bed.capture(1));
        assertNothingLeaked();
    }

    @Test
    void shouldSendAFrameOfThePoolWhenItWasAllocated() {
        byte[] bytes = TestFrames.frame(3, 90);
        long frame = bed.pool().allocate();
        Mem.copy(bytes, 0, frame, bytes.length);
        assertTrue(bed.port(0).send(frame, 90));
        bed.port(0).flush();
        assertArrayEquals(bytes, bed.capture(0));
        assertNothingLeaked();
    }

    @Test
    void shouldSendAReceivedFrameWhenItsPortReceivesAgainBeforeTheFlush() {
        bed.inject(0, TestFrames.frame(1, 100), 1);
        assertEquals(1, receiveSome(0));
        assertTrue(bed.port(1).send(batch.address[0], batch.length[0]));
        batch.clear();
        bed.inject(0, TestFrames.frame(2, 100), bed.ringSize() / 2);
        for (int got = 0; got < bed.ringSize() / 2; ) {
            int n = receiveSome(0);
            assertNotEquals(0, n);
            got += n;
            releaseAll();
        }
        bed.port(1).flush();
        assertArrayEquals(TestFrames.frame(1, 100), bed.capture(1));
        assertNothingLeaked();
    }

    @Test
    void shouldRefuseAFrameAndLeaveItWhenNothingWasFlushedForLong() {
        byte[] bytes = TestFrames.frame(4, 64);
        int sent = 0;
        long refused = 0;
        while (refused == 0) {
            long frame = bed.pool().allocate();
            assertNotEquals(0, frame, "the pool ran dry after " + sent);
            Mem.copy(bytes, 0, frame, bytes.length);
            if (bed.port(1).send(frame, bytes.length)) {
                sent++;
            } else {
                refused = frame;
            }
        }
        assertTrue(sent >= BATCH, "took " + sent);
        assertArrayEquals(bytes, TestFrames.copy(refused, bytes.length));
        assertFalse(bed.port(1).send(refused, bytes.length));
        int got = 0;
        for (int i = 0; i < 100 && got < sent; i++) {
            bed.port(1).flush();
            while (got < sent && bed.capture(1) != null) {
                got++;
            }
        }
        assertEquals(sent, got);
        assertTrue(bed.port(1).send(refused, bytes.length), "there is room again");
        bed.port(1).flush();
        assertNotNull(bed.capture(1));
        assertNothingLeaked();
    }

    @Test
    void shouldGoOnAndHaveEveryFrameBackWhenTheReceiverWasTooSlow() {
        for (int round = 0; round < 3; round++) {
            bed.inject(0, TestFrames.frame(1, 100), bed.ringSize() * 8);
            assertTrue(receiveUntilQuiet(0) >= bed.ringSize() / 2);
        }
        assertNothingLeaked();
        bed.inject(0, TestFrames.frame(7, 100), 1);
        assertEquals(1, receiveSome(0));
        assertEquals(7, TestFrames.sequence(batch.address[0]));
        assertNothingLeaked();
    }

    @Test
    void shouldHaveEveryFrameBackWhenAMillionWentThrough() {
        int burst = Math.min(64, bed.ringSize());
        byte[] frame = TestFrames.frame(1, 64);
        long forwarded = 0;
        long arrived = 0;
        while (forwarded < 1_000_000) {
            bed.inject(0, frame, burst);
            for (int rounds = 0; rounds < 4; rounds++) {
                bed.port(0).receive(batch);
                for (int k = 0; k < batch.size; k++) {
                    if (bed.port(1).send(batch.address[k], batch.length[k])) {
                        forwarded++;
                    } else {
                        bed.pool().release(batch.address[k]);
                    }
                }
                batch.clear();
                bed.port(1).flush();
            }
            arrived += bed.drain(1);
        }
        assertNothingLeaked();
        arrived += bed.drain(1);
        assertTrue(arrived > forwarded / 2, "arrived %d of %d".formatted(arrived, forwarded));
    }

    /** What is interpreted may allocate, and nobody knows when the compilers are done: by then, or never. */
    @Test
    void shouldAllocateNothingWhenFramesAreForwarded() {
        long allocated = forward(3000);
        for (int attempt = 0; attempt == 0 || allocated > 0 && attempt < 20; attempt++) {
            allocated = forward(1000);
        }
        assertEquals(0, allocated, "bytes for a thousand bursts");
    }

    /** Returns the bytes that were allocated. */
    private long forward(int bursts) {
        byte[] frame = TestFrames.frame(1, 64);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long self = Thread.currentThread().threadId();
        long allocated = 0;
        long frames = 0;
        for (int i = 0; i < bursts; i++) {
            bed.inject(0, frame, BATCH);
            long before = threads.getThreadAllocatedBytes(self);
            for (int rounds = 0; rounds < 3; rounds++) {
                bed.port(0).receive(batch);
                for (int k = 0; k < batch.size; k++) {
                    if (!bed.port(1).send(batch.address[k], batch.length[k])) {
                        bed.pool().release(batch.address[k]);
                    }
                }
                frames += batch.size;
                batch.clear();
                bed.port(1).flush();
                bed.port(1).kernelDrops();
            }
            allocated += threads.getThreadAllocatedBytes(self) - before;
            bed.drain(1);
        }
        assertTrue(frames > 10 * bursts, "frames " + frames);
        return allocated;
    }

    @Test
    void shouldReturnFromAwaitWhenAFrameArrives() {
        bed.port(0).receive(batch);
        releaseAll();
        long start = System.nanoTime();
        bed.port(0).await(0);
        assertTrue(System.nanoTime() - start < 500_000_000L);
        bed.inject(0, TestFrames.frame(1, 100), 1);
        bed.port(0).await(1000);
        assertEquals(1, receiveSome(0));
        assertNothingLeaked();
    }

    @Test
    void shouldTellItsIndexAndNameWhenAsked() {
        for (int index = 0; index < 2; index++) {
            assertEquals(index, bed.port(index).index());
            assertFalse(bed.port(index).name().isEmpty());
        }
    }
}
