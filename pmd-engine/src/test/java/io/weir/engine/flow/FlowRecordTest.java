package io.weir.engine.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import io.weir.engine.testing.Seeded;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FlowRecordTest {
    /** Offset and length of every field. */
    private static final int[][] FIELDS = {
        {FlowRecord.CLIENT_HI, 8},
        {FlowRecord.CLIENT_LO, 8},
        {FlowRecord.KEY, 8},
        {FlowRecord.SERVER, 4},
        {FlowRecord.LAST_SEEN, 4},
        {FlowRecord.CLIENT_HOP, 8},
        {FlowRecord.CONDITION, 1},
        {FlowRecord.FLAGS, 1},
        {FlowRecord.LOCAL_PORT, 2},
        {FlowRecord.CLIENT_TAG, 4},
        {FlowRecord.SEQ_DELTA, 4},
        {FlowRecord.ACK_DELTA, 4},
        {FlowRecord.TIMESTAMP_DELTA, 4},
        {FlowRecord.REPLAY_POINT, 4},
    };

    @Test
    void shouldFillOneCacheLineWithFieldsThatDoNotOverlap() {
        BitSet taken = new BitSet();
        for (int[] field : FIELDS) {
            assertEquals(0, field[0] % field[1], "aligned");
            assertTrue(taken.get(field[0], field[0] + field[1]).isEmpty(), "offset " + field[0]);
            taken.set(field[0], field[0] + field[1]);
        }
        assertEquals(64, FlowRecord.BYTES);
        assertEquals(64, taken.cardinality());
        assertEquals(64, taken.length());
    }

    @Test
    void shouldReadFromTheKeyWhatWasPutIntoIt() {
        SplittableRandom random = Seeded.random("FlowRecordTest");
        try (NativeBlock block = new NativeBlock(FlowRecord.BYTES)) {
            long record = block.address();
            for (int n = 0; n < 10_000; n++) {
                int clientPort = random.nextInt(65536);
                int virtualPort = random.nextInt(65536);
                int service = random.nextInt(65536);
                int protocol = random.nextInt(256);
                Mem.putLong(record + FlowRecord.KEY, FlowRecord.key(clientPort, virtualPort, service, protocol));
                assertEquals(clientPort, FlowRecord.clientPort(record));
                assertEquals(virtualPort, FlowRecord.virtualPort(record));
                assertEquals(service, FlowRecord.service(record));
                assertEquals(protocol, FlowRecord.protocol(record));
            }
        }
    }

    @Test
    void shouldNeverHaveTheKeyOfAFreeSlot() {
        assertNotEquals(0, FlowRecord.key(0, 0, 0, 0));
        assertFalse(FlowRecord.key(0, 0, 0, 0) == FlowRecord.key(0, 0, 0, 1));
    }
}
