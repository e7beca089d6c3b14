package io.weir.appliance.hypervisor;

import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/**
 * Replies that a switch had no entry for yet, and so sent to its controller: each goes on, with the virtual port, as soon
 * as its flow is known, which takes a millisecond or so after the flow's first packet. Of one hypervisor; the I/O thread's.
 *
 * <p>A reply of a flow that nobody knows is dropped after a while. The client would answer it with a RST: the node may
 * have taken over just now, and the client's next packet makes the flow known.
 */
final class EarlyReplies {
    private static final int HELD = 256;
    private static final long PATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /** Sends a frame on. */
    @FunctionalInterface
    interface Way {
        void send(int inPort, ByteBuf frame, boolean tcp, int guestPort, int virtualPort);
    }

    private record Held(int inPort, Outlet outlet, EarlyReply reply, ByteBuf frame, long untilNs) {}

    private final ClientCalls calls;
    private final Way way;
    private final Deque<Held> held = new ArrayDeque<>();
    private long relayed;
    private long dropped;

    /**
     * @param calls which flows are known
     * @param way where replies go on
     */
    EarlyReplies(ClientCalls calls, Way way) {
        this.calls = calls;
        this.way = way;
    }

    /**
     * A reply has come.
     *
     * @param inPort number of the port that it came in by
     * @param port its name
     * @param frame the frame, which the caller keeps
     */
    void take(int inPort, String port, ByteBuf frame, long nowNs) {
        EarlyReply reply = EarlyReply.read(frame);
        if (reply == null || port == null) {
            dropped++;
            return;
        }
        Outlet outlet = new Outlet(port, reply.tcp(), reply.virtual(), reply.guestPort());
        if (pass(inPort, outlet, reply, frame)) {
            return;
        }
        if (held.size() == HELD) {
            dropped++;
            return;
        }
        held.add(new Held(inPort, outlet, reply, frame.copy(), nowNs + PATIENCE_NS));
    }

    /** More may be known now. */
    void look(long nowNs) {
        for (Iterator<Held> each = held.iterator(); each.hasNext(); ) {
            Held one = each.next();
            boolean passed = pass(one.inPort, one.outlet, one.reply, one.frame);
            if (passed || one.untilNs - nowNs <= 0) {
                dropped += passed ? 0 : 1;
                one.frame.release();
                each.remove();
            }
        }
    }

    private boolean pass(int inPort, Outlet outlet, EarlyReply reply, ByteBuf frame) {
        int virtualPort = calls.virtualPort(outlet, reply.client(), reply.clientPort());
        if (virtualPort == 0) {
            return false;
        }
        relayed++;
        way.send(inPort, frame, reply.tcp(), reply.guestPort(), virtualPort);
        return true;
    }

    /** Lets go of what waits. */
    void clear() {
        held.forEach(one -> one.frame.release());
        held.clear();
    }

    /** Whether none waits. */
    boolean isEmpty() {
        return held.isEmpty();
    }

    /** How many went on. */
    long relayed() {
        return relayed;
    }

    /** How many were of no flow that anybody knew. */
    long dropped() {
        return dropped;
    }
}
