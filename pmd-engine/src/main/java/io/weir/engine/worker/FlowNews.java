package io.weir.engine.worker;

import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;
import io.weir.engine.counters.WorkerCounters;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.ring.SpscLongRing;

/**
 * What a worker tells another thread of its flows whose answers do not pass here: that one has begun, or ended. A bounded
 * ring; the worker neither waits nor allocates.
 *
 * <p><b>Nothing stays wrong.</b> When the ring is full, or flows were forgotten by the thousand, the worker falls silent,
 * and then tells of all flows that it has, some a cycle, between {@link Kind#ALL} (or {@link Kind#FORGOTTEN}) and
 * {@link Kind#TOLD}. Flows in slots that this walk has not reached are told by the walk alone, flows in slots behind it by
 * their own beginnings and ends: so each is told once, and what the other thread knows at {@code TOLD} is what there is. Records stay where they are
 * meanwhile: commands and the sweep wait.
 *
 * <pre>
 *  record:  | client hi | client lo | key | kind:32 server slot:32 |
 * </pre>
 */
public final class FlowNews {
    /** What has happened to a flow. */
    public enum Kind {
        /** There is one more. */
        BEGUN,
        /** It is no more. */
        ENDED,
        /** All that was told is void: what there is follows. The flow's words are 0. */
        ALL,
        /** The same, for the node is no longer master: what was told has not ended, it is another's. */
        FORGOTTEN,
        /** That was all. The flow's words are 0. */
        TOLD
    }

    /** The thread that is told. */
    @FunctionalInterface
    public interface Listener {
        /**
         * Some news of a flow.
         *
         * @param clientHi client's address, upper half
         * @param clientLo lower half
         * @param key of its record: {@link FlowRecord#KEY}
         * @param server its server's slot
         */
        void hear(Kind kind, long clientHi, long clientLo, long key, int server);
    }

    private static final Kind[] KINDS = Kind.values();
    private static final int SLOTS_A_CYCLE = 2048;
    private static final int FLOWS_A_CYCLE = 256;
    private static final long EVERYTHING = Long.MAX_VALUE;
    private static final long NOTHING = Long.MIN_VALUE;
    private static final long NOWHERE = -1;

    private final WorkerCounters counters;
    private final SpscLongRing ring;
    private final boolean wanted;

    /** Flows in records below this address are told of as they begin and end. */
    private long toldBelow;

    private boolean behind;
    private boolean forgotten;
    private long next = NOWHERE;

    /**
     * @param capacity news that wait at most, a power of two
     * @param counters the worker's
     */
    public FlowNews(int capacity, WorkerCounters counters) {
        this(capacity, counters, true);
    }

    private FlowNews(int capacity, WorkerCounters counters, boolean wanted) {
        this.counters = counters;
        this.ring = new SpscLongRing(capacity, 4);
        this.wanted = wanted;
        this.toldBelow = wanted ? EVERYTHING : NOTHING;
    }

    /** For a worker whom nobody listens to. */
    public static FlowNews unwanted(WorkerCounters counters) {
        return new FlowNews(1, counters, false);
    }

    /** Worker: a flow whose answers do not pass here has begun. */
    void begun(long record) {
        if (record < toldBelow) {
            tell(Kind.BEGUN, record);
        }
    }

    /** Worker: it ends; the record is still what it was. */
    void ended(long record) {
        if (record < toldBelow) {
            tell(Kind.ENDED, record);
        }
    }

    private void tell(Kind kind, long record) {
        if (!offer(kind, record)) {
            counters.increment(Counter.FLOWS_UNTOLD);
            fallSilent();
        }
    }

    private boolean offer(Kind kind, long record) {
        return ring.offer(
                Mem.getLong(record + FlowRecord.CLIENT_HI),
                Mem.getLong(record + FlowRecord.CLIENT_LO),
                Mem.getLong(record + FlowRecord.KEY),
                (long) kind.ordinal() << 32 | FlowRecord.server(record) & 0xffff_ffffL);
    }

    private boolean mark(Kind kind) {
        return ring.offer(0, 0, 0, (long) kind.ordinal() << 32);
    }

    /** Worker: its flows are forgotten, not ended. */
    void forget() {
        forgotten = true;
        fallSilent();
    }

    /** Worker: says nothing more for now, and tells of everything later. */
    void fallSilent() {
        if (wanted) {
            behind = true;
            toldBelow = NOTHING;
        }
    }

    /** Worker: whether {@link #walk} has to begin, and can. */
    boolean isDue() {
        return behind && ring.room() >= ring.capacity() >> 1;
    }

    /** Worker: whether it has begun and not ended: records must stay where they are. */
    boolean isWalking() {
        return next != NOWHERE;
    }

    /** Any thread: a command that has the worker tell of everything anew. */
    public WorkerCommand again() {
        return (context, flows) -> {
            fallSilent();
            return true;
        };
    }

    /** Worker: makes what was told visible. */
    void publish() {
        ring.publish();
    }

    /**
     * The other thread: hears what there is, once around at most.
     *
     * @return how many news
     */
    public int drain(Listener listener) {
        int n = ring.available();
        for (int i = 0; i < n; i++) {
            long last = ring.peek(3);
            listener.hear(KINDS[(int) (last >>> 32)], ring.peek(0), ring.peek(1), ring.peek(2), (int) last);
            ring.skip();
        }
        if (n > 0) {
            ring.free();
        }
        return n;
    }

    /**
     * Worker: goes on through the table, as far as a cycle may and no faster than the other thread hears.
     *
     * @return slots looked at
     */
    int walk(WorkerContext context) {
        if (behind) {
            if (!mark(forgotten ? Kind.FORGOTTEN : Kind.ALL)) {
                return 0;
            }
            forgotten = false;
            behind = false;
            next = 0;
        }
        long began = next;
        long slots = context.flows.slots();
        long until = Math.min(next + SLOTS_A_CYCLE, slots);
        int room = Math.min(FLOWS_A_CYCLE, ring.room() - (ring.capacity() >> 2)); // the rest is for what happens now
        for (; next < until && room > 0; next++) {
            long record = context.flows.slot(next);
            if (Mem.getLong(record + FlowRecord.KEY) != 0 && !context.table.answersPass(FlowRecord.server(record))) {
                offer(Kind.BEGUN, record);
                room--;
            }
        }
        int looked = (int) (next - began);
        if (next < slots) {
            toldBelow = context.flows.slot(next);
        } else {
            toldBelow = EVERYTHING;
            next = NOWHERE;
            if (!mark(Kind.TOLD)) {
                fallSilent();
            }
        }
        return looked;
    }
}
