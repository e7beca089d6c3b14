package io.weir.engine.port;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import io.weir.engine.testing.FrameBuilder;
import org.junit.jupiter.api.Test;

class HeldFramesTest {
    private static byte[] bytes(long address, int length) {
        byte[] bytes = new byte[length];
        Mem.copy(address, bytes, 0, length);
        return bytes;
    }

    @Test
    void shouldKeepFramesUntilTheyAreForgotten() {
        HeldFrames held = new HeldFrames(2, 256);
        FrameBatch batch = new FrameBatch(2);
        try (NativeBlock block = new NativeBlock(1024)) {
            byte[] pattern = FrameBuilder.pattern(200);
            Mem.copy(pattern, 0, block.address(), 200);
            batch.add(block.address(), 200, 3, FrameBatch.CHECKSUM_PARTIAL);
            int first = held.hold(batch, 0);
            Mem.fill(block.address(), 200, 0);
            int second = held.hold(batch, 0);
            assertEquals(HeldFrames.NONE, held.hold(batch, 0), "full");
            assertArrayEquals(pattern, bytes(held.address(first), held.length(first)));
            held.release(second);
            assertEquals(second, held.hold(batch, 0));
            batch.clear();
            batch.add(block.address(), 257, 0, 0);
            held.release(second);
            assertEquals(HeldFrames.NONE, held.hold(batch, 0), "longer than a frame");
            assertEquals(1, held.available());
        }
    }

    @Test
    void shouldGiveACopyAsIfItHadJustBeenReceived() {
        HeldFrames held = new HeldFrames(1, 2048);
        try (NativeBlock block = new NativeBlock(FrameStore.byteSize(2048, 1, 1) + 2048)) {
            FramePool pool = new FrameStore(block.address() + 2047 & -2048, 2048, 1, 1).pool(0);
            byte[] pattern = FrameBuilder.pattern(90);
            long frame = pool.allocate();
            Mem.copy(pattern, 0, frame, 90);
            FrameBatch batch = new FrameBatch(1);
            batch.add(frame, 90, 7, FrameBatch.CHECKSUM_PARTIAL);
            int slot = held.hold(batch, 0);
            FrameBatch one = new FrameBatch(1);
            assertFalse(held.copyTo(slot, one, pool), "no frame is free");
            assertEquals(0, one.size);
            pool.release(frame);
            assertTrue(held.copyTo(slot, one, pool));
            assertArrayEquals(pattern, bytes(one.address[0], one.length[0]));
            assertEquals(7, one.port[0]);
            assertEquals(FrameBatch.CHECKSUM_PARTIAL, one.flags[0]);
        }
    }
}
