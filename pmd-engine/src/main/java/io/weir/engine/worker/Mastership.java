package io.weir.engine.worker;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Whether this node forwards now: the word of one thread, the HA thread, that all workers go by, and their answers.
 *
 * <p>A node is master for a <i>term</i>, and within it only while its <i>lease</i> runs, which the HA thread extends by
 * what it says to the other nodes. A worker looks at both at the beginning of each cycle. So it stops of itself when the
 * HA thread hangs or when the whole process was stopped and goes on: the time has run out meanwhile.
 *
 * <pre>
 *  term:      0        1        2        3     …      even: nobody of this node forwards; odd: it is master
 *             ──take()──▶──leave()──▶──take()──▶
 * </pre>
 *
 * <p><b>Fencing.</b> A worker adopts a term between two cycles, after everything of the cycle before was handed to the
 * ports. So once {@link #hasStopped} says that all have adopted an even term, nothing more leaves this node. A worker that is stopped
 * in the middle of a cycle finishes that cycle when it goes on, by what it had read at its beginning: at most a burst a
 * port, received while the node was master.
 *
 * <p><b>Memory.</b> The HA thread writes term and deadline, on a line of their own; each worker its answers, on a line
 * of its own. {@code take} stores the deadline before the term (release), which a worker reads first (acquire). A worker
 * stores its answer (release) after its last frame of the term before, and the HA thread reads it (acquire).
 */
public final class Mastership {
    private static final int LINE = 16; // longs: two cache lines, which are fetched together
    private static final int TERM = LINE;
    private static final int DEADLINE = LINE + 1;
    private static final int WORKERS = 2 * LINE;

    private static final int ADOPTED = 0;
    private static final int CLEARED = 1;
    private static final int HEARTBEAT = 2;

    private final AtomicLongArray words;
    private final int workers;
    private final boolean leased;

    private Mastership(int workers, boolean leased, long term) {
        this.words = new AtomicLongArray(WORKERS + (workers + 1) * LINE);
        this.workers = workers;
        this.leased = leased;
        words.setRelease(TERM, term);
    }

    /** For a node on its own: it is master from the start, for ever. */
    public static Mastership permanent(int workers) {
        return new Mastership(workers, false, 1);
    }

    /** For a node among others: it begins as nobody. */
    public static Mastership leased(int workers) {
        return new Mastership(workers, true, 0);
    }

    /**
     * HA thread: begins a term. Only when {@link #isClear}.
     *
     * @param deadlineNs until when the workers may forward, by {@link System#nanoTime}
     */
    public void take(long deadlineNs) {
        words.setOpaque(DEADLINE, deadlineNs);
        words.setRelease(TERM, words.getPlain(TERM) | 1);
    }

    /** HA thread: the workers may forward until then. */
    public void extend(long deadlineNs) {
        words.setOpaque(DEADLINE, deadlineNs);
    }

    /** HA thread: ends the term; no worker begins another cycle as master once it has seen that. */
    public void leave() {
        words.setRelease(TERM, words.getPlain(TERM) + 1 & ~1L);
    }

    /** HA thread: whether a worker has adopted the current term. */
    public boolean hasAdopted(int worker) {
        return words.getAcquire(line(worker) + ADOPTED) == words.getPlain(TERM);
    }

    /** HA thread: whether the term has ended and all workers know it. */
    public boolean hasStopped() {
        boolean all = (words.getPlain(TERM) & 1) == 0;
        for (int worker = 0; worker < workers; worker++) {
            all &= hasAdopted(worker);
        }
        return all;
    }

    /** HA thread: whether, besides, no worker remembers a flow of the term before. */
    public boolean isClear() {
        boolean all = hasStopped();
        for (int worker = 0; worker < workers; worker++) {
            all &= words.getAcquire(line(worker) + CLEARED) == words.getPlain(TERM);
        }
        return all;
    }

    /** Any thread: when a worker began its last cycle, by {@link System#nanoTime}; 0 before its first. */
    public long heartbeatNs(int worker) {
        return words.getOpaque(line(worker) + HEARTBEAT);
    }

    /** How many workers there are. */
    public int workers() {
        return workers;
    }

    /** Worker: the term, to be compared with the one that it adopted last. */
    public long term() {
        return words.getAcquire(TERM);
    }

    /** Worker: whether a node that is master at this time may forward. */
    public boolean isInTime(long nowNs) {
        return !leased || words.getOpaque(DEADLINE) - nowNs > 0;
    }

    /** Worker: it goes by this term from now on. */
    public void adopted(int worker, long term) {
        words.setRelease(line(worker) + ADOPTED, term);
    }

    /** Worker: it remembers nothing of what was before this term. */
    public void cleared(int worker, long term) {
        words.setRelease(line(worker) + CLEARED, term);
    }

    /** Worker: it begins a cycle. */
    public void beat(int worker, long nowNs) {
        words.setOpaque(line(worker) + HEARTBEAT, nowNs);
    }

    private static int line(int worker) {
        return WORKERS + worker * LINE;
    }
}
