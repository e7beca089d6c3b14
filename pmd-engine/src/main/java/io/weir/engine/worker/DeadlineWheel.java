package io.weir.engine.worker;

import java.util.Arrays;

/**
 * Deadlines of a bounded number of things, one each: a wheel of milliseconds with a list in each slot. Owned by one
 * worker; all memory is taken when it is made; every operation takes constant time, {@link #poll} at most the slots that
 * went by since the last one.
 */
public final class DeadlineWheel {
    /** Nothing is due. */
    public static final int NONE = -1;

    /** Farthest deadline in nanoseconds; one beyond is due then. */
    public static final long HORIZON_NS = 16_000_000_000L;

    private static final long UNSET = Long.MIN_VALUE;
    private static final long TICK_NS = 1_000_000L;
    private static final int SLOTS = 1 << 14;
    private static final int SLOTS_A_POLL = 1024;

    private final int[] heads = new int[SLOTS];
    private final int[] next;
    private final int[] previous;
    private final long[] tick;
    private long cursor;
    private int size;

    /**
     * @param capacity things, numbered from 0
     */
    public DeadlineWheel(int capacity) {
        next = new int[capacity];
        previous = new int[capacity];
        tick = new long[capacity];
        Arrays.fill(heads, NONE);
        Arrays.fill(tick, UNSET);
    }

    /** Sets a thing's deadline, instead of the one that it had. */
    public void schedule(int thing, long nowNs, long deadlineNs) {
        cancel(thing);
        if (size == 0) {
            cursor = Math.floorDiv(nowNs, TICK_NS);
        }
        long wanted = nowNs + Math.min(deadlineNs - nowNs, HORIZON_NS);
        long at = Math.max(cursor, Math.floorDiv(wanted + TICK_NS - 1, TICK_NS));
        int slot = (int) at & SLOTS - 1;
        tick[thing] = at;
        previous[thing] = NONE;
        next[thing] = heads[slot];
        if (heads[slot] != NONE) {
            previous[heads[slot]] = thing;
        }
        heads[slot] = thing;
        size++;
    }

    /** Takes a thing's deadline away, if it has one. */
    public void cancel(int thing) {
        if (tick[thing] == UNSET) {
            return;
        }
        if (previous[thing] != NONE) {
            next[previous[thing]] = next[thing];
        } else {
            heads[(int) tick[thing] & SLOTS - 1] = next[thing];
        }
        if (next[thing] != NONE) {
            previous[next[thing]] = previous[thing];
        }
        tick[thing] = UNSET;
        size--;
    }

    /**
     * Takes one thing whose deadline is over.
     *
     * @return the thing, which has no deadline any more; or {@link #NONE}
     */
    public int poll(long nowNs) {
        if (size == 0) {
            return NONE;
        }
        long now = Math.floorDiv(nowNs, TICK_NS);
        for (int slots = 0; slots < SLOTS_A_POLL && cursor <= now; slots++, cursor++) {
            int thing = heads[(int) cursor & SLOTS - 1];
            // a cursor that fell behind by more than a round meets things of later rounds, which are due as well or
            // wait
            while (thing != NONE && tick[thing] > now) {
                thing = next[thing];
            }
            if (thing != NONE) {
                cancel(thing);
                return thing;
            }
        }
        return NONE;
    }

    /** Things with a deadline. */
    public int size() {
        return size;
    }
}
