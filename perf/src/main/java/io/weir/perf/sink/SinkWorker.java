package io.weir.perf.sink;

import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Parser;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.port.FramePool;
import io.weir.engine.port.PacketPort;

/** One receiving thread of a {@link Sink}: takes bursts, counts them, and answers where it is to. */
final class SinkWorker implements Runnable {
    static final int ANSWERED = 0;
    static final int REFUSED = 1;
    static final int KERNEL_DROPS = 2;
    static final int SEND_DROPS = 3;
    private static final int COUNTERS = 4;

    private static final int BURST = 64;
    /** Empty polls before the thread sleeps until a frame comes. */
    private static final int SPINS = 256;

    private final PacketPort port;
    private final FramePool pool;
    private final boolean shared;
    private final Receiver receiver;
    private final Reflector reflector;
    private final Tally tally = new Tally(COUNTERS);
    private final FrameBatch batch = new FrameBatch(BURST);
    private final Burst burst = new Burst(BURST);
    private volatile boolean stopped;
    private volatile int epochWanted;
    private volatile int epoch;
    private long kernelDropsBefore;
    private long sendDropsBefore;

    /**
     * @param port the thread's
     * @param pool the thread's
     * @param shared whether other threads' frames may come into this pool's hands
     * @param receiver what counts
     * @param reflector what answers, or null
     */
    SinkWorker(PacketPort port, FramePool pool, boolean shared, Receiver receiver, Reflector reflector) {
        this.port = port;
        this.pool = pool;
        this.shared = shared;
        this.receiver = receiver;
        this.reflector = reflector;
    }

    @Override
    public void run() {
        int idle = 0;
        while (!stopped) {
            if (epoch != epochWanted) {
                restart();
            }
            if (doWork() > 0) {
                idle = 0;
            } else if (++idle < SPINS) {
                Thread.onSpinWait();
            } else {
                readDrops();
                port.await(1);
            }
        }
        readDrops();
    }

    int doWork() {
        batch.clear();
        int n = port.receive(batch);
        if (shared) {
            pool.collect();
        }
        if (n > 0) {
            long now = System.nanoTime();
            Parser.parse(batch, burst);
            if (reflector == null) {
                count(now);
            } else {
                answer(now);
            }
        }
        port.flush();
        if (shared) {
            pool.publishReturns();
        }
        return n;
    }

    private void count(long now) {
        for (int i = 0, n = batch.size; i < n; i++) {
            receiver.account(batch, burst, i, now);
            pool.release(batch.address[i]);
        }
    }

    private void answer(long now) {
        int answered = 0;
        int refused = 0;
        for (int i = 0, n = batch.size; i < n; i++) {
            long frame = batch.address[i];
            int length =
                    receiver.account(batch, burst, i, now) ? reflector.reflect(frame, batch.length[i], burst, i) : 0;
            if (length == 0) {
                pool.release(frame);
            } else if (send(frame, length)) {
                answered++;
            } else {
                pool.release(frame);
                refused++;
            }
        }
        tally.add(ANSWERED, answered);
        tally.add(REFUSED, refused);
    }

    private boolean send(long frame, int length) {
        if (port.send(frame, length)) {
            return true;
        }
        port.flush(); // the ring is full: the kernel makes room
        return port.send(frame, length);
    }

    private void readDrops() {
        tally.set(KERNEL_DROPS, port.kernelDrops() - kernelDropsBefore);
        tally.set(SEND_DROPS, port.sendDrops() - sendDropsBefore);
    }

    private void restart() {
        int wanted = epochWanted;
        receiver.clear();
        tally.clear();
        kernelDropsBefore = port.kernelDrops();
        sendDropsBefore = port.sendDrops();
        epoch = wanted;
    }

    /** Any thread: asks it to end. */
    void stop() {
        stopped = true;
    }

    /** Any one thread: asks it to forget what it has counted; {@link #hasRestarted} says when it has. */
    void requestRestart() {
        epochWanted = epoch + 1;
    }

    boolean hasRestarted() {
        return epoch == epochWanted;
    }

    Receiver receiver() {
        return receiver;
    }

    long count(int counter) {
        return tally.get(counter);
    }
}
