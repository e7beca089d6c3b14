package io.weir.engine.worker;

import io.weir.bindings.Mem;
import io.weir.bindings.Pages;
import io.weir.engine.port.FrameStore;
import io.weir.engine.port.KernelPort;
import io.weir.engine.port.MemoryPort;
import io.weir.engine.port.PacketPort;

/** A wire without devices: needs nothing of the kernel, and warms up everything but the drivers. */
public final class MemoryWire implements WarmUpWire {
    private static final int FRAME_SIZE = 2048;
    private static final int FRAMES = 1024;
    private static final int RING = 256;

    private final Pages frames;
    private final FrameStore store;
    private final MemoryPort[][] ports;
    private int worker; // the one that receives; by turns, so that what belongs together stays together

    /**
     * @param workers whose ports there are to be
     */
    public MemoryWire(int workers) {
        frames = Pages.map(FrameStore.byteSize(FRAME_SIZE, FRAMES, workers), Pages.Mode.AUTO);
        store = new FrameStore(frames.address(), FRAME_SIZE, FRAMES, workers);
        ports = new MemoryPort[workers][];
        for (int w = 0; w < workers; w++) {
            ports[w] = new MemoryPort[] {
                new MemoryPort(IsolatedWorkers.FRONT, "front", RING), new MemoryPort(IsolatedWorkers.BACK, "back", RING)
            };
        }
    }

    @Override
    public PacketPort[][] ports() {
        return ports;
    }

    @Override
    public FrameStore store() {
        return store;
    }

    @Override
    public KernelPort kernel() {
        return KernelPort.NONE;
    }

    @Override
    public void inject(int port, long address, int length) {
        long frame = store.pool(worker).allocate();
        if (frame != 0) {
            Mem.copy(address, frame, length);
            if (!ports[worker][port].inject(frame, length, 0)) {
                store.pool(worker).release(frame);
            }
        }
    }

    @Override
    public void publish() {
        for (MemoryPort[] own : ports) {
            for (MemoryPort port : own) {
                port.publish();
            }
        }
        worker = worker + 1 == ports.length ? 0 : worker + 1;
    }

    @Override
    public int drain(FarEnd far) {
        int drained = 0;
        for (int w = 0; w < ports.length; w++) {
            for (MemoryPort port : ports[w]) {
                for (int n = port.sent(); n > 0; n--) {
                    far.frame(port.index(), port.sentAddress(), port.sentLength());
                    store.pool(w).release(port.sentAddress());
                    port.takeSent();
                    drained++;
                }
            }
        }
        return drained;
    }

    @Override
    public void close() {
        frames.close();
    }
}
