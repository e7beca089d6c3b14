package io.weir.perf.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextFormsTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 1",
        "10.0.0.1-10.0.0.1, 1",
        "10.0.0.250-10.0.1.5, 12",
        "0.0.0.0-255.255.255.255, 4294967296",
        "2001:db8::1-2001:db8::ff, 255"
    })
    void shouldReadAddressRanges(String text, long size) {
        AddressRange range = AddressRange.parse(text);
        assertEquals(size, range.size());
        assertEquals(0, range.indexOf(range.hi(), range.lo(0)));
        assertEquals(size - 1, range.indexOf(range.hi(), range.lo(size - 1)));
        assertEquals(-1, range.indexOf(range.hi(), range.lo(0) - 1));
        assertEquals(-1, range.indexOf(range.hi(), range.lo(size)));
        assertEquals(-1, range.indexOf(range.hi() + 1, range.lo(0)));
        assertEquals(range, AddressRange.parse(range.toString()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "10.0.0",
                "10.0.0.2-10.0.0.1",
                "10.0.0.1-2001:db8::1",
                "2001:db8::1-2001:db8:1::1",
                "10.0.0.1-10.0.0.2-10.0.0.3",
                "10.0.0.1-"
            })
    void shouldRefuseWhatIsNoAddressRange(String text) {
        assertThrows(IllegalArgumentException.class, () -> AddressRange.parse(text));
    }

    @Test
    void shouldReadPortRanges() {
        assertEquals(new PortRange(80, 80), PortRange.parse("80"));
        assertEquals(64512, PortRange.parse("1024-65535").size());
        assertEquals(-1, PortRange.parse("1024-65535").indexOf(80));
        for (String bad : List.of("", "x", "80-", "70000", "90-80", "-1", "1-2-3")) {
            String message = assertThrows(IllegalArgumentException.class, () -> PortRange.parse(bad))
                    .getMessage();
            assertTrue(message.contains("would be right"), message);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "100k, PACKETS, 100000",
        "1.5mpps, PACKETS, 1500000",
        "7, PACKETS, 7",
        "1gbit, BITS, 1e9",
        "2.5Gbit, BITS, 2.5e9",
        "64kbps, BITS, 64000",
        "max, MAX, 0"
    })
    void shouldReadRates(String text, Rate.Unit unit, double perSecond) {
        Rate rate = Rate.parse(text);
        assertEquals(new Rate(unit, perSecond), rate);
        assertEquals(rate, Rate.parse(rate.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "fast", "-1", "0", "10x", "1tbit", "1.2.3k", "k"})
    void shouldRefuseWhatIsNoRate(String text) {
        assertThrows(IllegalArgumentException.class, () -> Rate.parse(text));
    }

    @Test
    void shouldReadSizes() {
        assertEquals(List.of(64), SizeMix.parse("64").sizes());
        assertEquals(List.of(64, 1518), SizeMix.parse("64,1518").sizes());
        SizeMix imix = SizeMix.parse("imix");
        assertEquals(7, imix.sizes().stream().filter(size -> size == 64).count());
        assertEquals(4, imix.sizes().stream().filter(size -> size == 594).count());
        assertEquals(1, imix.sizes().stream().filter(size -> size == 1518).count());
        for (String bad : List.of("", "63", "1797", "big", "64,,128")) {
            assertThrows(IllegalArgumentException.class, () -> SizeMix.parse(bad), bad);
        }
    }

    @Test
    void shouldReadPopularitiesAndProtocols() {
        assertEquals(Popularity.TURNS, Popularity.parse("turns"));
        assertEquals(Popularity.zipf(1.25), Popularity.parse("zipf:1.25"));
        for (String bad : List.of("zipf", "zipf:", "zipf:0", "zipf:x", "random")) {
            assertThrows(IllegalArgumentException.class, () -> Popularity.parse(bad), bad);
        }
        for (Protocol protocol : Protocol.values()) {
            assertEquals(protocol, Protocol.parse(protocol.label()));
        }
        assertThrows(IllegalArgumentException.class, () -> Protocol.parse("sctp"));
        assertFalse(Protocol.UDP.isTcp());
    }
}
