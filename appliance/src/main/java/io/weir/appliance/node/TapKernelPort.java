package io.weir.appliance.node;

import io.weir.bindings.TapDevice;
import io.weir.engine.port.KernelPort;

/** The exception path: a TAP device from which the kernel takes frames as if they had come in by it. */
final class TapKernelPort implements KernelPort, AutoCloseable {
    private final TapDevice tap;

    TapKernelPort(TapDevice tap) {
        this.tap = tap;
    }

    @Override
    public boolean offer(long frame, int length) {
        return tap.writeReaddressed(frame, length) >= 0;
    }

    /** Number of its device, which ends with this process. */
    int index() {
        return tap.index();
    }

    @Override
    public void close() {
        tap.close();
    }
}
