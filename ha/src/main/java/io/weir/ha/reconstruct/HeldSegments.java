package io.weir.ha.reconstruct;

import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Parser;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.port.FramePool;
import io.weir.engine.port.HeldFrames;

/**
 * The segments that wait while their flow is reconstructed, at most {@value #MOST} a flow, in the order of their sequence
 * numbers, none twice. Owned by one worker.
 */
final class HeldSegments {
    static final int MOST = 4;

    static final int ADDED = 0;
    /** The same segment waits already. */
    static final int DUPLICATE = 1;
    /** As many as may wait do. */
    static final int FULL = 2;

    private final HeldFrames frames;
    private final int[] frame;
    private final int[] seq;
    private final int[] end;
    private final boolean[] copy;
    private final byte[] count;

    /** A batch of one, and what is parsed of it: for sending a held segment on. */
    final FrameBatch one = new FrameBatch(1);

    final Burst burst = new Burst(1);

    HeldSegments(int flows, int frameSize) {
        frames = new HeldFrames(flows * 2, frameSize);
        frame = new int[flows * MOST];
        seq = new int[flows * MOST];
        end = new int[flows * MOST];
        copy = new boolean[flows * MOST];
        count = new byte[flows];
    }

    /**
     * Copies frame {@code i}, which stays the caller's, and puts it in its place among a flow's.
     *
     * @param sent whether the frame itself goes to a server now
     */
    int add(int flow, FrameBatch batch, int i, Segment segment, boolean sent) {
        int first = flow * MOST;
        int n = count[flow];
        int at = n;
        for (int k = 0; k < n; k++) {
            if (seq[first + k] == segment.seq && segment.end - end[first + k] <= 0) {
                return DUPLICATE;
            }
        }
        if (n == MOST) {
            return FULL;
        }
        int kept = frames.hold(batch, i);
        if (kept == HeldFrames.NONE) {
            return FULL;
        }
        while (at > 0 && isBefore(segment, seq[first + at - 1], end[first + at - 1])) {
            move(first + at - 1, first + at);
            at--;
        }
        frame[first + at] = kept;
        seq[first + at] = segment.seq;
        end[first + at] = segment.end;
        copy[first + at] = sent;
        count[flow]++;
        return ADDED;
    }

    private void move(int from, int to) {
        frame[to] = frame[from];
        seq[to] = seq[from];
        end[to] = end[from];
        copy[to] = copy[from];
    }

    private static boolean isBefore(Segment segment, int otherSeq, int otherEnd) {
        return segment.seq - otherSeq < 0 || segment.seq == otherSeq && segment.end - otherEnd < 0;
    }

    int count(int flow) {
        return count[flow];
    }

    /** Whether the n-th is a copy of one that a server got already. */
    boolean isCopy(int flow, int n) {
        return copy[flow * MOST + n];
    }

    /** Sequence number of the n-th. */
    int seq(int flow, int n) {
        return seq[flow * MOST + n];
    }

    /** Shows the n-th in {@link #one}, parsed: to be read, not to be sent. */
    void look(int flow, int n) {
        one.clear();
        int at = frame[flow * MOST + n];
        one.add(frames.address(at), frames.length(at), 0, 0);
        Parser.parse(one, burst);
    }

    /** Makes a copy of the n-th in {@link #one}, parsed, as if it had just come; false when no frame is free. */
    boolean thaw(int flow, int n, FramePool pool) {
        one.clear();
        if (!frames.copyTo(frame[flow * MOST + n], one, pool)) {
            return false;
        }
        Parser.parse(one, burst);
        return true;
    }

    /** Forgets the n-th. */
    void remove(int flow, int n) {
        int first = flow * MOST;
        frames.release(frame[first + n]);
        count[flow]--;
        for (int k = n; k < count[flow]; k++) {
            move(first + k + 1, first + k);
        }
    }
}
