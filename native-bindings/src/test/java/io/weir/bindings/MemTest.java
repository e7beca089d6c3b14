package io.weir.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemTest {
    private final Arena arena = Arena.ofConfined();
    private long block;

    @BeforeEach
    void allocate() {
        assertTrue(Mem.CHECKED);
        block = arena.allocate(256, 64).address();
        Mem.allow(block + 64, 64);
    }

    @AfterEach
    void release() {
        Mem.forbid(block + 64);
        arena.close();
    }

    @Test
    void shouldAllowEveryWidthUpToTheRegionsLastByte() {
        Mem.putU8(block + 127, 0xab);
        Mem.putU16Be(block + 126, 0xcdef);
        Mem.putInt(block + 124, 1);
        Mem.putLong(block + 120, 2);
        Mem.fill(block + 64, 64, 7);
        assertEquals(0x07070707, Mem.getInt(block + 124));
    }

    @Test
    void shouldThrowWhenAnAccessBeginsBeforeOrEndsBehindTheRegion() {
        assertThrows(IndexOutOfBoundsException.class, () -> Mem.getU8(block + 63));
        assertThrows(IndexOutOfBoundsException.class, () -> Mem.getU8(block + 128));
        assertThrows(IndexOutOfBoundsException.class, () -> Mem.getU16(block + 127));
        assertThrows(IndexOutOfBoundsException.class, () -> Mem.putIntBe(block + 125, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> Mem.getLongBe(block + 121));
        assertThrows(IndexOutOfBoundsException.class, () -> Mem.copy(block + 64, block + 65, 64));
        assertThrows(IndexOutOfBoundsException.class, () -> Mem.fill(block + 64, 65, 0));
    }

    @Test
    void shouldKeepTheOuterRegionWhenOneWithinItIsForbidden() {
        Mem.allow(block + 80, 8);
        assertEquals(0, Mem.getU8(block + 100));
        Mem.forbid(block + 80);
        assertEquals(0, Mem.getU8(block + 84));
        Mem.forbid(block + 64);
        assertThrows(IndexOutOfBoundsException.class, () -> Mem.getU8(block + 84));
    }

    @Test
    void shouldTakeTheNewLengthWhenARegionIsAllowedAgain() {
        Mem.allow(block + 64, 8);
        assertThrows(IndexOutOfBoundsException.class, () -> Mem.getU8(block + 72));
        Mem.allow(block + 64, 16);
        assertEquals(0, Mem.getU8(block + 79));
    }

    @Test
    void shouldNotAllocateWhenAccessIsChecked() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = touch(100_000);
        long before = threads.getCurrentThreadAllocatedBytes();
        sum += touch(100_000);
        assertEquals(0, threads.getCurrentThreadAllocatedBytes() - before);
        assertEquals(0, sum);
    }

    private long touch(int times) {
        long sum = 0;
        for (int i = 0; i < times; i++) {
            sum += Mem.getLong(block + 64 + (i & 7) * 8);
        }
        return sum;
    }
}
