package io.weir.appliance.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "4k, 4096", "4K, 4096", "1m, 1048576", "2g, 2147483648", "10 k, 10240"})
    void shouldReadSizes(String text, long value) {
        assertEquals(value, Values.size(0, Long.MAX_VALUE).apply(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "k", "-1", "1.5k", "1kb", "1t", "0x10", "999999999999g", "9999999999999999999"})
    void shouldRefuseOtherSizes(String text) {
        assertThrows(
                IllegalArgumentException.class,
                () -> Values.size(0, Long.MAX_VALUE).apply(text));
    }

    @ParameterizedTest
    @CsvSource({"0, PT0S", "250us, PT0.00025S", "20ms, PT0.02S", "60s, PT1M", "15m, PT15M", "2h, PT2H", "5 s, PT5S"})
    void shouldReadTimesAndWriteThemBack(String text, Duration value) {
        final Duration max = Duration.ofHours(24);
        assertEquals(value, Values.time(Duration.ZERO, max).apply(text));
        assertEquals(value, Values.time(Duration.ZERO, max).apply(Values.text(value)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "-1s", "1.5s", "1 day", "25h", "999999999999h", "1M"})
    void shouldRefuseOtherTimes(String text) {
        assertThrows(
                IllegalArgumentException.class,
                () -> Values.time(Duration.ZERO, Duration.ofHours(24)).apply(text));
    }

    @Test
    void shouldReadAndWriteListsOfCores() {
        assertEquals(List.of(2, 3, 6, 7, 8, 9), Values.cores("2,3,6-9"));
        assertEquals(List.of(0, 5), Values.cores(" 5 , 0"));
        assertEquals("2-3,6-9", CoreList.text(List.of(2, 3, 6, 7, 8, 9)));
        assertEquals("0,5", CoreList.text(List.of(0, 5)));
        assertEquals("", CoreList.text(List.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "address, adress, 1",
        "kitten, sitting, 3",
        "burst, brust, 1",
        "abc, abc, 0",
        "'', abc, 3",
        "ca, abc, 3",
    })
    void shouldMeasureDistanceWithTranspositions(String a, String b, int distance) {
        assertEquals(distance, EditDistance.between(a, b));
        assertEquals(distance, EditDistance.between(b, a));
    }

    @Test
    void shouldFindNearestOnlyIfNear() {
        assertEquals(Optional.of("front"), EditDistance.nearest("fornt", List.of("back", "front")));
        assertEquals(Optional.empty(), EditDistance.nearest("middle", List.of("back", "front")));
    }

    @Test
    void shouldReadMasks() {
        assertEquals(24, PersistenceConfig.parseMask("255.255.255.0"));
        assertEquals(32, PersistenceConfig.parseMask("255.255.255.255"));
        assertEquals(64, PersistenceConfig.parseMask("/64"));
        assertEquals(9, PersistenceConfig.parseMask("9"));
        for (final String bad : List.of("0", "129", "0.0.0.0", "255.255.0.255", "x")) {
            assertThrows(IllegalArgumentException.class, () -> PersistenceConfig.parseMask(bad), bad);
        }
    }

    @Test
    void shouldReadHealthChecks() {
        assertEquals(
                "http GET /a status=204",
                HealthConfig.Check.parse("http GET /a status=204").toString());
        assertEquals(
                "http GET / status=200", HealthConfig.Check.parse("http  GET /").toString());
        for (final String bad : List.of("", "TCP", "http", "http POST /", "http GET a", "http GET / status=999")) {
            assertThrows(IllegalArgumentException.class, () -> HealthConfig.Check.parse(bad), bad);
        }
    }
}
