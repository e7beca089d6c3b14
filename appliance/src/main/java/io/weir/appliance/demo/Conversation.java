package io.weir.appliance.demo;

import io.weir.appliance.bed.IpFamily;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One TCP connection of the demonstration's client that goes on while nodes come and go. Its own thread runs it and counts;
 * another marks phases, reads and tells it to end.
 */
abstract class Conversation implements Callable<Void> {
    private final String kind;
    private final IpFamily family;
    private final AtomicLong longestNs = new AtomicLong();
    private volatile long steps;
    private volatile int clientPort;
    private volatile boolean ending;
    private volatile String fault;

    Conversation(String kind, IpFamily family) {
        this.kind = kind;
        this.family = family;
    }

    /** Opens the connection, tells its port, goes on until {@link #isEnding}, and checks that nothing was lost. */
    abstract void converse() throws IOException, InterruptedException;

    @Override
    public final Void call() {
        try {
            converse();
        } catch (IOException | DemoChecks.Failed e) {
            fault = e.getMessage() == null ? e.toString() : e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fault = "interrupted";
        }
        return null;
    }

    final void openedFrom(int port) {
        clientPort = port;
    }

    /** Something arrived, so many nanoseconds after it was waited for. */
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // one thread writes
    final void advanced(long waitedNs) {
        longestNs.accumulateAndGet(waitedNs, Math::max);
        steps++;
    }

    final void end() {
        ending = true;
    }

    final boolean isEnding() {
        return ending;
    }

    final String kind() {
        return kind;
    }

    final IpFamily family() {
        return family;
    }

    final int clientPort() {
        return clientPort;
    }

    /** How often it got on. */
    final long steps() {
        return steps;
    }

    /** Why it broke; null while it has not. */
    final String fault() {
        return fault;
    }

    /** The longest that it waited for something to arrive, in ms, since the last call. */
    final long takeLongestMs() {
        return longestNs.getAndSet(0) / 1_000_000;
    }

    static void require(boolean held, String reason) {
        if (!held) {
            throw new DemoChecks.Failed(reason);
        }
    }
}
