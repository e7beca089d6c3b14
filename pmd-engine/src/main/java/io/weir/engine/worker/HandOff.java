package io.weir.engine.worker;

import io.weir.engine.port.FrameBatch;
import io.weir.engine.ring.SpscLongRing;

/**
 * The rings over which a frame reaches the worker that owns its flow: one for each ordered pair of workers, so each
 * has one producer and one consumer. Only the frame's address travels.
 *
 * <pre>
 *  record:  | frame address:64 | fragment's ports:32  flags:8  port:8  length:16 |
 * </pre>
 */
public final class HandOff {
    private final SpscLongRing[][] rings;

    /**
     * @param workers workers of the node
     * @param capacity frames a ring, a power of two
     */
    public HandOff(int workers, int capacity) {
        rings = new SpscLongRing[workers][workers];
        for (int from = 0; from < workers; from++) {
            for (int to = 0; to < workers; to++) {
                if (from != to) {
                    rings[from][to] = new SpscLongRing(capacity, 2);
                }
            }
        }
    }

    /**
     * Worker {@code from}: offers a frame, visible to the other after {@link #publish}.
     *
     * @return false when the ring is full; the frame is still the caller's
     */
    public boolean offer(int from, int to, long frame, int length, int port, int flags, int ports) {
        long meta = (long) ports << 32 | (long) (flags & 0xff) << 24 | (long) (port & 0xff) << 16 | length & 0xffff;
        return rings[from][to].offer(frame, meta);
    }

    /** Worker {@code from}: makes everything offered visible. */
    public void publish(int from) {
        for (SpscLongRing ring : rings[from]) {
            if (ring != null) {
                ring.publish();
            }
        }
    }

    /**
     * Worker {@code to}: appends frames of the others to the batch, as many as it has room for.
     *
     * @return how many
     */
    public int receive(int to, FrameBatch batch) {
        int taken = 0;
        for (SpscLongRing[] of : rings) {
            SpscLongRing ring = of[to];
            if (ring == null) {
                continue;
            }
            int n = Math.min(ring.available(), batch.room());
            for (int i = 0; i < n; i++) {
                long meta = ring.peek(1);
                int flags = (int) (meta >>> 24 & 0xff) | FrameBatch.HANDED_OFF;
                batch.add(ring.peek(0), (int) meta & 0xffff, (int) (meta >>> 16 & 0xff), flags, (int) (meta >>> 32));
                ring.skip();
            }
            if (n > 0) {
                ring.free();
                taken += n;
            }
        }
        return taken;
    }
}
