package io.weir.engine.port;

import io.weir.bindings.Mem;
import io.weir.bindings.Pages;

/** Two memory ports; what a port's ring has no room for is lost, as on a wire. */
final class MemoryBed implements PortBed {
    private static final int RING = 256;
    private static final int FRAMES = 1024;

    private final Pages memory = Pages.map(FrameStore.byteSize(2048, FRAMES, 1), Pages.Mode.OFF);
    private final FrameStore store = new FrameStore(memory.address(), 2048, FRAMES, 1);
    private final MemoryPort[] ports = {new MemoryPort(0, "m0", RING), new MemoryPort(1, "m1", RING)};

    @Override
    public MemoryPort port(int index) {
        return ports[index];
    }

    @Override
    public FramePool pool() {
        return store.pool(0);
    }

    @Override
    public void inject(int index, byte[] frame, int copies) {
        for (int n = 0; n < copies; n++) {
            long at = pool().allocate();
            if (at == 0) {
                break;
            }
            Mem.copy(frame, 0, at, frame.length);
            if (!ports[index].inject(at, frame.length, 0)) {
                pool().release(at);
                break;
            }
        }
        ports[index].publish();
    }

    @Override
    public byte[] capture(int index) {
        if (ports[index].sent() == 0) {
            return null;
        }
        byte[] frame = TestFrames.copy(ports[index].sentAddress(), ports[index].sentLength());
        take(index);
        return frame;
    }

    private void take(int index) {
        pool().release(ports[index].sentAddress());
        ports[index].takeSent();
    }

    @Override
    public int drain(int index) {
        int taken = 0;
        while (ports[index].sent() > 0) {
            take(index);
            taken++;
        }
        return taken;
    }

    @Override
    public int ringSize() {
        return RING;
    }

    @Override
    public void close() {
        memory.close();
    }
}
