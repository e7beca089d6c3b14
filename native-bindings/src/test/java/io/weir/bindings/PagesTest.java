package io.weir.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.Pages.Kind;
import io.weir.bindings.Pages.Mode;
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
