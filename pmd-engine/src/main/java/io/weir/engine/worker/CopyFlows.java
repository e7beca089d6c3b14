package io.weir.engine.worker;

import io.weir.bindings.Mem;
import io.weir.engine.flow.FlowRecord;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Copies the records of matching flows of one worker, a bounded number of slots a cycle, for a thread that wants to look at
 * them: records are their worker's alone.
 *
 * <p>The control thread makes the command and the buffer, the worker fills it, and {@link #isDone} hands it back: the worker
 * stores the end of its walk with release, after all rows, and whoever sees it with acquire sees the rows. A flow that lives
 * from the walk's begin to its end is copied exactly once, since records stay where they are meanwhile; each row is of one
 * moment, different rows of different moments. Nothing is allocated by the worker.
 *
 * <pre>
 *  row:  | client hi | client lo | key | server slot:32 expires, ms:32 | condition:8 flags:8 local port:16 unused:32 |
 * </pre>
 */
public final class CopyFlows implements WorkerCommand {
    /** Longs of a row. */
    public static final int ROW = 5;

    private static final int SLOTS_A_CYCLE = 512;
    private static final VarHandle DONE;

    static {
        try {
            DONE = MethodHandles.lookup().findVarHandle(CopyFlows.class, "done", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /**
     * Which flows are wanted.
     *
     * @param clientHi client's address, upper half; the bits outside of the mask are 0
     * @param clientLo lower half
     * @param maskHi which bits of the upper half count; 0 in both halves: any client
     * @param maskLo of the lower half
     * @param clientPort client's port; -1: any
     * @param service service number; -1: any
     */
    public record Filter(long clientHi, long clientLo, long maskHi, long maskLo, int clientPort, int service) {
        /** All flows. */
        public static final Filter ALL = new Filter(0, 0, 0, 0, -1, -1);

        boolean matches(long record) {
            return (Mem.getLong(record + FlowRecord.CLIENT_HI) & maskHi) == clientHi
                    && (Mem.getLong(record + FlowRecord.CLIENT_LO) & maskLo) == clientLo
                    && (clientPort < 0 || FlowRecord.clientPort(record) == clientPort)
                    && (service < 0 || FlowRecord.service(record) == service);
        }
    }

    private final Filter filter;
    private final long[] rows;
    private final int from;
    private int end;
    private long next;

    @SuppressWarnings("unused") // by DONE
    private boolean done;

    /**
     * @param filter which flows
     * @param rows where the copies go, {@link #ROW} longs each; the worker's until {@link #isDone}
     * @param from rows that are taken already
     */
    public CopyFlows(Filter filter, long[] rows, int from) {
        this.filter = filter;
        this.rows = rows;
        this.from = from;
        this.end = from;
    }

    @Override
    public boolean execute(WorkerContext context, Flows flows) {
        final long slots = context.flows.slots();
        final long until = Math.min(next + SLOTS_A_CYCLE, slots);
        final int room = rows.length / ROW;
        for (; next < until && end < room; next++) {
            long record = context.flows.slot(next);
            if (Mem.getLong(record + FlowRecord.KEY) != 0 && filter.matches(record) && !flows.isExpired(record)) {
                copy(context, record);
            }
        }
        if (next < slots && end < room) {
            return false;
        }
        DONE.setRelease(this, true);
        return true;
    }

    private void copy(WorkerContext context, long record) {
        int condition = FlowRecord.condition(record);
        int expires = context.times.expiry(condition) - context.age(record);
        int at = end++ * ROW;
        rows[at] = Mem.getLong(record + FlowRecord.CLIENT_HI);
        rows[at + 1] = Mem.getLong(record + FlowRecord.CLIENT_LO);
        rows[at + 2] = Mem.getLong(record + FlowRecord.KEY);
        rows[at + 3] = (long) FlowRecord.server(record) << 32 | expires & 0xffff_ffffL;
        rows[at + 4] = (long) condition << 56
                | (long) Mem.getU8(record + FlowRecord.FLAGS) << 48
                | (long) FlowRecord.localPort(record) << 32;
    }

    /** Any thread: whether the walk has ended; the rows are the caller's then. */
    public boolean isDone() {
        return (boolean) DONE.getAcquire(this);
    }

    /** The first of its rows. */
    public int begin() {
        return from;
    }

    /** Once it is done: the row after its last. */
    public int end() {
        return end;
    }

    /** Once it is done: a row. */
    public CopiedFlow row(int row) {
        if (row < from || row >= end) {
            throw new IndexOutOfBoundsException("row %d of %d to %d".formatted(row, from, end - 1));
        }
        return CopiedFlow.of(rows, row * ROW);
    }
}
