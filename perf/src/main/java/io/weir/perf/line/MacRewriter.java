package io.weir.perf.line;

import io.weir.engine.packet.Ethernet;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.port.FramePool;
import io.weir.engine.port.PacketPort;

/** Takes frames from one port and sends them out of another with new MAC addresses. */
final class MacRewriter implements Runnable {
    private static final int BURST = 64;

    private final PacketPort in;
    private final PacketPort out;
    private final FramePool pool;
    private final long sourceMac;
    private final long destinationMac;
    private final FrameBatch batch = new FrameBatch(BURST);
    private volatile boolean stopped;

    MacRewriter(PacketPort in, PacketPort out, FramePool pool, long sourceMac, long destinationMac) {
        this.in = in;
        this.out = out;
        this.pool = pool;
        this.sourceMac = sourceMac;
        this.destinationMac = destinationMac;
    }

    @Override
    public void run() {
        while (!stopped) {
            doWork();
        }
    }

    /** Returns how many frames came. */
    int doWork() {
        batch.clear();
        int received = in.receive(batch);
        for (int i = 0; i < received; i++) {
            long frame = batch.address[i];
            Ethernet.address(frame, destinationMac, sourceMac);
            if (!out.send(frame, batch.length[i])) {
                pool.release(frame);
            }
        }
        out.flush();
        batch.clear();
        int back = out.receive(batch); // brings what was sent home; nothing is to come from there
        for (int i = 0; i < back; i++) {
            pool.release(batch.address[i]);
        }
        return received;
    }

    void stop() {
        stopped = true;
    }
}
