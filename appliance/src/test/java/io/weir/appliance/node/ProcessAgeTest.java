package io.weir.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ProcessAgeTest {
    @Test
    void shouldCountFromTheStartOfTheProcess() {
        String stat = "4711 (a (strange) name) S 1 4711 4711 0 -1 4194304 9 8 7 6 5 4 3 2 20 0 33 0 1234567 1 2 3";
        assertEquals(2_330_000_000L, ProcessAge.nanos(stat, "12348.00 99999.99\n"));
        assertEquals(0, ProcessAge.nanos(stat, "12345.66 1.00\n"), "the two clocks tick apart");
    }

    @Test
    void shouldGrow() {
        long age = ProcessAge.nanos();
        assertTrue(age > 0 && age <= ProcessAge.nanos(), age + " ns");
    }
}
