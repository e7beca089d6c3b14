package io.weir.perf.pktgen;

import io.weir.perf.sink.Receiver;

/** What senders through a port have in common: counters, and how a run begins and ends. */
abstract class CountedSender implements Sender, AutoCloseable {
    /** How long answers are expected when none has come yet. */
    private static final long ANSWERS_NS = 100_000_000;

    /** The wait for answers that still trickle in, in lingers. */
    private static final long MAX_LINGERS = 5;

    final SendCounts counts = new SendCounts();
    final Receiver receiver;

    CountedSender(Receiver receiver) {
        this.receiver = receiver;
    }

    /** Takes answers. Returns how many frames came. */
    abstract int receive();

    final boolean expectsAnswers(long sinceStartNs) {
        return sinceStartNs < ANSWERS_NS || receiver.frames() > 0;
    }

    /** Waits for the start. Returns the time. */
    static long awaitStart(RunControl control) {
        long now = System.nanoTime();
        while (now - control.startNs < 0) {
            ThreadPort.idle(control.startNs - now);
            now = System.nanoTime();
        }
        return now;
    }

    /** Whether all answers have come that there can be. */
    abstract boolean isAnswered();

    /**
     * Lets the last frames leave, and the last answers come: until all are there, or none has come for a while.
     */
    final void finish(ThreadPort port, long lingerNs, RunControl control) {
        long now = System.nanoTime();
        long quiet = now + lingerNs;
        long give = now + Math.max(ThreadPort.drainNs(), MAX_LINGERS * lingerNs);
        while (now - give < 0 && (now - quiet < 0 && !isAnswered() || !port.isDrained())) {
            port.flush();
            int received = receive();
            now = System.nanoTime();
            if (received > 0) {
                quiet = now + lingerNs;
            } else {
                port.idle(ThreadPort.drainNs(), true);
            }
            if (control.isStopped() && port.isDrained()) {
                break;
            }
        }
        counts.dropped(port.port.sendDrops());
        counts.receiveDrops(port.port.kernelDrops());
    }

    @Override
    public final long sent() {
        return counts.sent();
    }

    @Override
    public final long bytes() {
        return counts.bytes();
    }

    @Override
    public final long dropped() {
        return counts.dropped();
    }

    @Override
    public final long receiveDrops() {
        return counts.receiveDrops();
    }

    @Override
    public final long stalls() {
        return counts.stalls();
    }

    @Override
    public final long worstLateNs() {
        return counts.worstLateNs();
    }

    @Override
    public final long nanos() {
        return counts.nanos();
    }

    @Override
    public final Receiver receiver() {
        return receiver;
    }

    /** After the end. */
    @Override
    public abstract void close();
}
