package io.weir.engine.worker;

import io.weir.bindings.Mem;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.FlowTable;

/**
 * Removes flows whose time is over, by looking at some slots of the table after each burst. Owned by one worker.
 *
 * <p>Due are so many slots a second, and so many for each flow that is made, whichever is more: the second kind keeps what
 * is over and not yet removed below a quarter of the table under any flood of new flows, and takes a small part of the
 * time that making them took.
 */
final class FlowSweep {
    private static final long SLOTS_PER_SECOND = 1 << 21;
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long FIRST_NS = 1_000_000L;

    /** However fast flows come, the slots are all looked at while a quarter of their number is taken. */
    private static final int SLOTS_PER_FLOW = 4;

    /** Bounds a cycle after others in which there was no sweep; a burst makes its flows' share far from it. */
    private static final int DEBT_A_CYCLE = 1024;

    private static final int AT_ONCE = 64;

    private final WorkerContext context;
    private final Flows flows;
    private final FlowTable table;
    private final long[] over = new long[AT_ONCE];
    private long sweptNs;
    private long debt;
    private boolean begun;

    FlowSweep(WorkerContext context, Flows flows) {
        this.context = context;
        this.flows = flows;
        this.table = context.flows;
    }

    /** A flow was made in a free slot. */
    void owe() {
        debt += SLOTS_PER_FLOW;
    }

    /**
     * Looks at the slots that are due by now. Between bursts only: removal moves records.
     *
     * @param atMost slots to look at for the time that has passed, however much that is: bounds the cycle's length
     * @return flows removed
     */
    int due(int atMost) {
        long due = Math.max(dueByTime(atMost), Math.min(debt, DEBT_A_CYCLE));
        if (table.size() == 0) {
            debt = 0;
            return 0;
        }
        debt = Math.clamp(debt - due, 0, table.slots());
        return due == 0 ? 0 : sweep((int) Math.min(due, table.slots()));
    }

    private long dueByTime(int atMost) {
        long elapsed = context.nowNs - sweptNs;
        if (!begun || elapsed > SECOND_NS) {
            begun = true;
            sweptNs = context.nowNs - FIRST_NS;
            elapsed = FIRST_NS;
        }
        long due = Math.min(atMost, elapsed * SLOTS_PER_SECOND / SECOND_NS);
        if (due != 0) {
            sweptNs = due == atMost ? context.nowNs : sweptNs + due * SECOND_NS / SLOTS_PER_SECOND;
        }
        return due;
    }

    private int sweep(int slots) {
        int removed = 0;
        for (int left = slots; left > 0; left -= AT_ONCE) {
            int n = collect(Math.min(left, AT_ONCE));
            for (int i = 0; i < n; i++) {
                long slot = over[i];
                // in a tiny table the removal of another may have moved it
                if (Mem.getLong(slot + FlowRecord.KEY) != 0 && flows.isExpired(slot)) {
                    flows.end(slot);
                    removed++;
                }
            }
        }
        return removed;
    }

    /** Notes which of the next slots hold flows whose time is over, without a branch, for nobody could predict it. */
    private int collect(int slots) {
        final long[] found = over;
        int n = 0;
        for (int i = 0; i < slots; i++) {
            long slot = table.sweepSlot();
            table.sweepNext();
            found[n] = slot;
            long key = Mem.getLong(slot + FlowRecord.KEY);
            long timeLeft = (long) context.times.expiry(FlowRecord.condition(slot)) - context.age(slot);
            n += (int) ((timeLeft - 1 & (key | -key)) >>> 63);
        }
        return n;
    }
}
