package io.weir.engine.packet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.weir.bindings.Mem;
import io.weir.engine.testing.ExactMemory;
import java.util.Arrays;

/** Any bytes as a TCP header with options: nothing beyond it is read or written, and a malformed one is left alone. */
class TcpOptionsFuzzTest {
    @FuzzTest(maxDuration = "60s")
    void shouldStayInsideTheHeader(byte[] options) {
        byte[] header = new byte[20 + Math.min(options.length & ~3, 40)];
        System.arraycopy(options, 0, header, 20, header.length - 20);
        header[12] = (byte) (header.length / 4 << 4);
        header[13] = 16;
        TcpOptions read = new TcpOptions();
        try (ExactMemory memory = new ExactMemory(header.length)) {
            long tcp = memory.put(header, header.length);
            boolean wellFormed = read.read(tcp, header.length);
            int delta = new SegmentTranslator().translate(tcp, 1, 2, 3, 4);
            byte[] after = new byte[header.length];
            Mem.copy(tcp, after, 0, after.length);
            if (!wellFormed) {
                assertTrue(delta == SegmentTranslator.MALFORMED);
                assertArrayEquals(header, after);
            } else {
                assertTrue(delta >= 0 && delta <= 0xffff);
                assertTrue(read.timestamps == 0 || read.timestamps >= 22 && read.timestamps + 8 <= header.length);
                assertTrue(read.sackBlocks == 0 || read.sack + 8 * read.sackBlocks <= header.length);
                assertTrue(Arrays.equals(header, 12, 16, after, 12, 16), "flags and window stay");
            }
        }
    }
}
