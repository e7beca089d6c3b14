package io.weir.perf.sink;

import io.weir.perf.device.OpenDevice;
import io.weir.perf.sink.SinkOptions.Answer;
import io.weir.perf.thread.MeasuredThread;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The far side: receives test traffic on one device, counts it and answers where it is to. For one controlling thread.
 *
 * <pre>{@code
 * try (Sink sink = new Sink(SinkOptions.on("eth0").in(namespace)).start()) {
 *     …
 *     SinkSnapshot seen = sink.stop();
 * }
 * }</pre>
 */
public final class Sink implements AutoCloseable {
    private static final long STOP_MS = 5_000;
    private static final long RESET_MS = 5_000;

    private final SinkOptions options;
    private final List<SinkWorker> workers = new ArrayList<>();
    private final List<MeasuredThread> threads = new ArrayList<>();
    private OpenDevice device;
    private SinkSnapshot last;
    private long since;

    /**
     * @param options where and how
     */
    public Sink(SinkOptions options) {
        this.options = options;
    }

    /**
     * Opens the device and begins to receive.
     *
     * @return this
     * @throws RuntimeException when the device cannot be opened so
     */
    public Sink start() {
        if (device != null) {
            throw new IllegalStateException("the sink was started already");
        }
        int count = options.threads();
        device = OpenDevice.open(options.namespace(), options.device(), options.driver(), count, options.ringSize());
        since = System.nanoTime();
        for (int i = 0; i < count; i++) {
            Receiver receiver = new Receiver(options.trackedFlows(), null, options.verify());
            Reflector reflector =
                    options.answer() == Answer.NONE ? null : new Reflector(options.answer() == Answer.ECHO);
            SinkWorker worker = new SinkWorker(device.port(i), device.pool(i), count > 1, receiver, reflector);
            int core = options.cores().isEmpty()
                    ? MeasuredThread.ANY_CORE
                    : options.cores().get(i);
            workers.add(worker);
            threads.add(new MeasuredThread("sink-" + i, null, core, worker));
        }
        threads.forEach(MeasuredThread::start);
        return this;
    }

    /** How the device was opened, for people. */
    public List<String> notes() {
        return device.notes();
    }

    /** Its hardware address: what a generator sends to. */
    public long mac() {
        return device.facts().mac();
    }

    /** What was counted so far. */
    public SinkSnapshot snapshot() {
        return last != null ? last : take();
    }

    private SinkSnapshot take() {
        threads.stream().filter(thread -> thread.failure() != null).forEach(thread -> thread.finish(0));
        return new SinkSnapshot(
                System.nanoTime() - since,
                Received.of(workers.stream().map(SinkWorker::receiver).toList()),
                sum(SinkWorker.ANSWERED),
                sum(SinkWorker.REFUSED),
                sum(SinkWorker.KERNEL_DROPS),
                sum(SinkWorker.SEND_DROPS),
                threads.stream().map(MeasuredThread::usage).toList());
    }

    /** Frames counted so far: cheaper than a snapshot. */
    public long frames() {
        long frames = 0;
        for (SinkWorker worker : workers) {
            frames += worker.receiver().frames();
        }
        return frames;
    }

    /** Frames that have arrived so far, those that it was too slow for included. */
    public long arrived() {
        return frames() + sum(SinkWorker.KERNEL_DROPS);
    }

    /** The device, whose driver may do the counting. */
    public OpenDevice device() {
        return device;
    }

    private long sum(int counter) {
        return workers.stream().mapToLong(worker -> worker.count(counter)).sum();
    }

    /**
     * Waits until a number of frames was counted.
     *
     * @return whether it was in time
     */
    public boolean awaitFrames(long frames, long millis) {
        long deadline = System.nanoTime() + millis * 1_000_000;
        while (frames() < frames) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            LockSupport.parkNanos(1_000_000);
        }
        return true;
    }

    /** Forgets everything counted so far, for the next run; frames on their way are counted afterwards. */
    public void reset() {
        workers.forEach(SinkWorker::requestRestart);
        long deadline = System.nanoTime() + RESET_MS * 1_000_000;
        while (!workers.stream().allMatch(SinkWorker::hasRestarted)) {
            if (System.nanoTime() - deadline >= 0) {
                throw new IllegalStateException("a receiving thread does not answer");
            }
            LockSupport.parkNanos(100_000);
        }
        since = System.nanoTime();
    }

    /** Stops receiving, closes the device and returns the last word. */
    public SinkSnapshot stop() {
        if (last == null) {
            workers.forEach(SinkWorker::stop);
            threads.forEach(thread -> thread.join(STOP_MS));
            try {
                last = take();
            } finally {
                device.close();
            }
        }
        return last;
    }

    @Override
    public void close() {
        if (device != null) {
            stop();
        }
    }
}
