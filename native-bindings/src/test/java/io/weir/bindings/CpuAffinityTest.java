package io.weir.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
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
