package io.weir.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.Pages.Kind;
import io.weir.bindings.Pages.Mode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PagesTest {
    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"AUTO", "OFF"})
    void shouldGiveWritableZeroedMemoryWhenMapped(Mode mode) {
        try (Pages pages = Pages.map(5 << 20, mode)) {
            assertEquals(6 << 20, pages.length());
            assertEquals(0, pages.address() % Pages.HUGE_PAGE);
            assertEquals(0, Mem.getLong(pages.address() + (3 << 20)));
            Mem.putLong(pages.address() + pages.length() - 8, 42);
            assertEquals(42, Mem.getLong(pages.address() + pages.length() - 8));
            assertEquals(pages.kind() == Kind.EXPLICIT_HUGE, pages.reason().isEmpty(), pages.reason());
        }
    }

    @Test
    void shouldUseSmallPagesWhenHugeOnesAreSwitchedOff() {
        try (Pages pages = Pages.map(1, Mode.OFF)) {
            assertEquals(Kind.SMALL, pages.kind());
        }
    }

    @Test
    void shouldSayHowManyToReserveWhenHugePagesAreDemandedAndThereAreNotEnough() {
        long tooMuch = 1L << 44;
        NativeException e = assertThrows(NativeException.class, () -> Pages.map(tooMuch, Mode.ON));
        assertTrue(e.getMessage().contains("vm.nr_hugepages=" + (tooMuch >> 21)), e.getMessage());
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"AUTO", "OFF"})
    void shouldTouchReservedPagesWithoutChangingThem(Mode mode) throws Exception {
        try (Pages pages = Pages.reserve(64 << 20, mode)) {
            long used = pages.address() + (33 << 20);
            Mem.putLong(used, 42); // before its turn
            List<RuntimeException> failures = new CopyOnWriteArrayList<>();
            try (PagePopulation population = PagePopulation.start(pages, 2, failures::add)) {
                assertTrue(population.await(TimeUnit.SECONDS.toNanos(120)), "touched in the end");
                assertEquals(pages.length(), population.populated());
            }
            assertEquals(List.of(), failures);
            assertEquals(42, Mem.getLong(used));
            assertEquals(0, Mem.getLong(used + 8));
            assertEquals(64 << 10, residentKib(pages), "every page is there");
        }
    }

    /** By {@code /proc/self/pagemap}: a word a page, present if bit 63 is set. */
    private static long residentKib(Pages pages) throws IOException {
        try (RandomAccessFile map = new RandomAccessFile("/proc/self/pagemap", "r")) {
            byte[] words = new byte[(int) (pages.length() / 4096 * Long.BYTES)];
            map.seek(pages.address() / 4096 * Long.BYTES);
            map.readFully(words);
            ByteBuffer buffer = ByteBuffer.wrap(words).order(ByteOrder.nativeOrder());
            long present = 0;
            while (buffer.hasRemaining()) {
                present += buffer.getLong() < 0 ? 4 : 0;
            }
            return present;
        }
    }

    @Test
    void shouldTouchNothingAnyMoreWhenClosed() {
        List<RuntimeException> failures = new CopyOnWriteArrayList<>();
        Pages pages = Pages.reserve(256 << 20, Mode.OFF);
        PagePopulation population = PagePopulation.start(pages, 2, failures::add);
        population.close();
        pages.close();
        assertEquals(List.of(), failures, "memory that is not there any more cannot be touched");
    }

    @Test
    void shouldTellWhenThereIsNotEnoughMemory() throws InterruptedException {
        List<RuntimeException> failures = new CopyOnWriteArrayList<>();
        Pages pages = Pages.reserve(1L << 30, Mode.OFF);
        pages.close(); // there is none at all now
        try (PagePopulation population = PagePopulation.start(pages, 1, failures::add)) {
            assertFalse(population.await(TimeUnit.SECONDS.toNanos(120)));
        }
        assertEquals(1, failures.size());
        assertTrue(failures.getFirst().getMessage().contains("MADV_POPULATE_WRITE"), failures.toString());
    }

    @Test
    void shouldCountHugePagesOfEveryMappingInTheRange() {
        List<String> smaps = List.of(
                "7f0000000000-7f0000200000 rw-p 00000000 00:00 0 ",
                "AnonHugePages:      2048 kB",
                "7f0000200000-7f0000800000 rw-p 00000000 00:00 0 ",
                "AnonHugePages:      4096 kB",
                "7f0000800000-7f0000a00000 rw-p 00000000 00:00 0 [x]",
                "AnonHugePages:      2048 kB",
                "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]",
                "AnonHugePages:        64 kB");
        assertEquals(4 << 20, MemoryMaps.transparentHugeBytes(smaps.iterator(), 0x7f0000200000L, 0x7f0000800000L));
        assertEquals(8 << 20, MemoryMaps.transparentHugeBytes(smaps.iterator(), 0x7f00001fffffL, 0x7f0000800001L));
    }

    @Test
    void shouldForbidAccessWhenClosed() {
        Pages pages = Pages.map(1, Mode.OFF);
        long address = pages.address();
        pages.close();
        pages.close();
        assertTrue(Mem.CHECKED);
        assertThrows(IndexOutOfBoundsException.class, () -> Mem.getU8(address));
        assertFalse(pages.length() == 0);
    }
}
