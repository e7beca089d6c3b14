package io.weir.perf.sink;

import io.weir.scheduler.IpAddress;
import java.lang.invoke.VarHandle;
import java.util.Map;

/**
 * Frames by destination address and port, in a small table by open addressing; when it is full, the rest is counted as
 * other. One thread writes, any reads.
 */
public final class AddressCounts {
    /** Endpoints that can be told apart. */
    public static final int CAPACITY = 1024;

    private static final int SLOTS = 2 * CAPACITY;
    private static final int OTHER = SLOTS;
    private static final long USED = 1L << 16;

    private final long[] hi = new long[SLOTS];
    private final long[] lo = new long[SLOTS];
    private final Tally ports = new Tally(SLOTS); // published last: the port, and a mark that the slot is used
    private final Tally frames = new Tally(SLOTS + 1);
    private int used;

    /** Writer: one frame. */
    public void add(long addressHi, long addressLo, int port) {
        frames.add(slot(addressHi, addressLo, port), 1);
    }

    private int slot(long addressHi, long addressLo, int port) {
        long hash = (addressHi * 31 + addressLo) * 0x9E3779B97F4A7C15L + port * 0xD6E8FEB86659FD93L;
        int slot = (int) (hash >>> 40) & SLOTS - 1;
        while (true) {
            long mark = ports.get(slot);
            if (mark == 0) {
                return claim(slot, addressHi, addressLo, port);
            }
            if (mark == (USED | port) && lo[slot] == addressLo && hi[slot] == addressHi) {
                return slot;
            }
            slot = slot + 1 & SLOTS - 1;
        }
    }

    private int claim(int slot, long addressHi, long addressLo, int port) {
        if (used == CAPACITY) {
            return OTHER;
        }
        used++;
        hi[slot] = addressHi;
        lo[slot] = addressLo;
        VarHandle.releaseFence();
        ports.set(slot, USED | port);
        return slot;
    }

    /** Writer: all counts become 0. */
    public void clear() {
        frames.clear();
    }

    /** Any thread: adds the counts, under {@code address:port}. */
    public void addTo(Map<String, Long> counts) {
        for (int slot = 0; slot < SLOTS; slot++) {
            long mark = ports.get(slot);
            VarHandle.acquireFence();
            long n = frames.get(slot);
            if (mark != 0 && n > 0) {
                counts.merge(endpoint(new IpAddress(hi[slot], lo[slot]), (int) (mark & 0xffff)), n, Long::sum);
            }
        }
        if (frames.get(OTHER) > 0) {
            counts.merge("other", frames.get(OTHER), Long::sum);
        }
    }

    private static String endpoint(IpAddress address, int port) {
        return (address.isV4() ? address.toString() : "[" + address + "]") + ":" + port;
    }
}
