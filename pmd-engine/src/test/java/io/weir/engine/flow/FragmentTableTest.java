package io.weir.engine.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.testing.Seeded;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FragmentTableTest {
    private static final long HI = 0x2001_0db8_0000_0000L;
    private static final int PORTS = 0xffff_0035;

    private final FragmentTable table = new FragmentTable(1024);

    @Test
    void shouldFindThePortsOfADatagramUntilItsTimeIsOver() {
        int start = Integer.MAX_VALUE - 10; // the clock's 32 bits overflow meanwhile
        table.put(HI, 1, HI, 2, 77, 17, PORTS, start);
        assertEquals(PORTS & 0xffff_ffffL, table.find(HI, 1, HI, 2, 77, 17, start));
        assertEquals(PORTS & 0xffff_ffffL, table.find(HI, 1, HI, 2, 77, 17, start + FragmentTable.LIFETIME_MS - 1));
        assertEquals(-1, table.find(HI, 1, HI, 2, 77, 17, start + FragmentTable.LIFETIME_MS));
    }

    @Test
    void shouldTellDatagramsApartByEveryPartOfTheirName() {
        table.put(HI, 1, HI, 2, 77, 17, PORTS, 0);
        assertEquals(-1, table.find(0, 1, HI, 2, 77, 17, 0));
        assertEquals(-1, table.find(HI, 9, HI, 2, 77, 17, 0));
        assertEquals(-1, table.find(HI, 1, 0, 2, 77, 17, 0));
        assertEquals(-1, table.find(HI, 1, HI, 9, 77, 17, 0));
        assertEquals(-1, table.find(HI, 1, HI, 2, 78, 17, 0));
        assertEquals(-1, table.find(HI, 1, HI, 2, 77, 6, 0));
    }

    @Test
    void shouldFindNothingWhenItIsNew() {
        assertEquals(-1, table.find(0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void shouldNeverGiveThePortsOfAnotherDatagram() {
        SplittableRandom random = Seeded.random("FragmentTableTest");
        FragmentTable small = new FragmentTable(16);
        int found = 0;
        for (int n = 0; n < 200_000; n++) {
            int id = random.nextInt();
            int source = random.nextInt(50);
            small.put(HI, source, HI, 2, id, 17, id ^ source, n);
            int other = random.nextInt(8) == 0 ? id : random.nextInt();
            long ports = small.find(HI, source, HI, 2, other, 17, n);
            assertEquals(ports < 0 ? -1 : (other ^ source) & 0xffff_ffffL, ports);
            found += ports >= 0 ? 1 : 0;
        }
        assertTrue(found > 20_000, found + " found");
    }

    @Test
    void shouldRememberMostDatagramsWhenItIsNearlyEmpty() {
        int found = 0;
        for (int id = 0; id < 100; id++) {
            table.put(0, 1, 0, 2, id, 17, id, 0);
        }
        for (int id = 0; id < 100; id++) {
            found += table.find(0, 1, 0, 2, id, 17, 0) == id ? 1 : 0;
        }
        assertTrue(found >= 90, found + " of 100 found");
    }
}
