package io.weir.appliance.guest;

import io.weir.appliance.config.HostConfig;
import io.weir.appliance.config.HostConfig.Guest;
import io.weir.scheduler.IpAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.SortedSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks after one guest on a virtual thread of its own, so that one that hangs delays no other. A conversation lasts as long
 * as a pass: between two, others may talk to the guest agent, which serves one at a time.
 *
 * <p>Most passes only ask for the guest's addresses. A whole one, which runs programs in the guest, comes when they are not as
 * they should be, after any failure, after any change, and every ten minutes.
 */
final class Reconciler {
    private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
    private static final Duration WHOLE_AGAIN = Duration.ofMinutes(10);
    private static final Task END = new Task(null, null, false);

    private final ScheduledExecutorService clock;
    private final StatusBoard board;
    private final BlockingQueue<Task> mailbox = new LinkedBlockingQueue<>();
    private final Thread thread;
    private Task task;
    private GuestStatus status;
    private long wholeAgainNs;
    private boolean settled;
    private boolean ended;

    /**
     * What is to be done.
     *
     * @param guest as it should be; its agent is present
     * @param host its host's limits
     * @param leaving whether the guest is let alone once it has given everything back
     */
    record Task(Guest guest, HostConfig host, boolean leaving) {}

    /**
     * @param task what to begin with
     * @param status where the guest stands
     * @param clock whose thread ends what takes too long
     * @param board to be told where it stands
     */
    Reconciler(Task task, GuestStatus status, ScheduledExecutorService clock, StatusBoard board) {
        this.task = task;
        this.status = status;
        this.clock = clock;
        this.board = board;
        this.thread =
                Thread.ofVirtual().name("weir-guest-" + task.guest().port()).unstarted(this::run);
    }

    void start() {
        board.put(status);
        thread.start();
    }

    /**
     * Has it do something else from the next pass on, which is at once.
     *
     * @return false if it has ended, with its guest gone
     */
    synchronized boolean change(Task next) {
        return !ended && mailbox.add(next);
    }

    /** Has it end after its pass. */
    void stop() {
        mailbox.add(END);
    }

    /** Waits for its end, and at last cuts a pass off. */
    void join(Duration patience) throws InterruptedException {
        if (!thread.join(patience)) {
            thread.interrupt();
            thread.join();
        }
    }

    private void run() {
        try {
            while (task != END) {
                status = pass();
                if (Thread.currentThread().isInterrupted()) {
                    return; // cut off: whatever the pass says comes from that
                }
                if (task.leaving() && status.error().isEmpty() && status.ours().isEmpty() && end()) {
                    return;
                }
                board.put(status);
                await(status.attempts());
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets the guest go, unless there is something to do after all. */
    private synchronized boolean end() {
        ended = mailbox.isEmpty();
        if (ended) {
            board.remove(status.port());
        }
        return ended;
    }

    private void await(int attempts) throws InterruptedException {
        final Duration pause = attempts == 0
                ? task.host().interval()
                : backoff(attempts, task.host().backoff());
        Task next = mailbox.poll(pause.toNanos(), TimeUnit.NANOSECONDS);
        while (next != null && task != END) {
            task = next;
            settled = false;
            next = mailbox.poll();
        }
        if (task != END) {
            status = status.facing(task.guest(), task.leaving());
        }
    }

    /** 1 s, 2 s, 4 s, … */
    static Duration backoff(int attempts, Duration longest) {
        final Duration pause = FIRST_BACKOFF.multipliedBy(1L << Math.min(attempts - 1, 20));
        return pause.compareTo(longest) < 0 ? pause : longest;
    }

    private GuestStatus pass() {
        final Guest guest = task.guest();
        final Duration limit = task.host().timeout();
        try (GuestAgent agent = GuestAgent.open(guest.agent().orElseThrow(), clock, limit)) {
            final GuestPass pass = new GuestPass(new GuestCommands(agent, limit), guest, status.ours(), this::claim);
            if (settled && System.nanoTime() - wholeAgainNs < 0 && pass.isDone()) {
                return status;
            }
            final GuestPass.Result result = pass.run();
            settled = result.problem().isEmpty();
            wholeAgainNs = System.nanoTime() + WHOLE_AGAIN.toNanos();
            return status.seen(result, Instant.now());
        } catch (final GuestException e) {
            settled = false;
            return status.failed(e.getMessage(), Instant.now());
        } catch (final RuntimeException e) { // a mistake of ours must not leave the guest alone for ever
            settled = false;
            return status.failed(GuestException.oneLine("unexpected: " + e), Instant.now());
        }
    }

    private void claim(SortedSet<IpAddress> addresses, String device) throws GuestException {
        status = status.claiming(addresses, device);
        board.claim(status);
    }
}
