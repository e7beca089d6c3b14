package io.weir.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class CpuAffinityTest {
    @Test
    void shouldRunOnTheCoreItWasPinnedTo() throws Exception {
        BitSet before = CpuAffinity.get();
        Throwable[] failure = new Throwable[1];
        Thread thread = new Thread(() -> {
            try {
                for (int cpu = before.nextSetBit(0); cpu >= 0; cpu = before.nextSetBit(cpu + 1)) {
                    CpuAffinity.pin(cpu);
                    assertEquals(cpu, CpuAffinity.current());
                    assertEquals(1, CpuAffinity.get().cardinality());
                }
            } catch (Throwable t) {
                failure[0] = t;
            }
        });
        thread.start();
        thread.join();
        assertEquals(null, failure[0]);
        assertEquals(before, CpuAffinity.get(), "only the thread itself was moved");
    }

    @Test
    void shouldMoveEveryThreadThatNobodyHasBound() throws Exception {
        BitSet before = CpuAffinity.get();
        BitSet one = new BitSet();
        one.set(before.nextSetBit(0));
        BitSet last = new BitSet();
        last.set(before.length() - 1);
        CountDownLatch bound = new CountDownLatch(1);
        CountDownLatch moved = new CountDownLatch(1);
        BitSet[] seen = new BitSet[3];
        Thread other = new Thread(() -> {
            await(moved);
            seen[0] = CpuAffinity.get();
            Thread child = new Thread(() -> seen[1] = CpuAffinity.get());
            child.start();
            join(child);
        });
        Thread pinned = new Thread(() -> {
            CpuAffinity.pin(before.length() - 1);
            bound.countDown();
            await(moved);
            seen[2] = CpuAffinity.get();
        });
        other.start();
        pinned.start();
        await(bound);
        try {
            CpuAffinity.moveAll(before, one);
            moved.countDown();
            join(other);
            join(pinned);
            assertEquals(one, CpuAffinity.get());
        } finally {
            CpuAffinity.moveAll(one, before);
        }
        assertEquals(one, seen[0]);
        assertEquals(one, seen[1], "threads are born where their parents may run");
        assertEquals(last, seen[2], "it was bound");
        assertEquals(before, CpuAffinity.get());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void shouldNameTheMachinesCoresWhenThereIsNoSuchCore() {
        NativeException e = assertThrows(NativeException.class, () -> CpuAffinity.pin(8000));
        assertTrue(e.getMessage().contains(CpuAffinity.online().toString()), e.getMessage());
    }

    @Test
    void shouldReadRangesWhenGivenTheKernelsList() {
        BitSet expected = new BitSet();
        expected.set(0);
        expected.set(2, 5);
        expected.set(9);
        assertEquals(expected, CpuAffinity.parse("0,2-4,9"));
    }

    @Test
    void shouldKeepTheTimerSlackThatWasSet() throws Exception {
        long[] slack = new long[1];
        Thread thread = new Thread(() -> {
            CpuAffinity.setTimerSlack(1234);
            slack[0] = CpuAffinity.timerSlack();
        });
        thread.start();
        thread.join();
        assertEquals(1234, slack[0]);
    }
}
