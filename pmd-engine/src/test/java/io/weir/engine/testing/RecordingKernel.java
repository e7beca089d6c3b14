package io.weir.engine.testing;

import io.weir.bindings.Mem;
import io.weir.engine.port.KernelPort;
import java.util.ArrayList;
import java.util.List;

/** A kernel that keeps what it is given, or takes nothing. */
public final class RecordingKernel implements KernelPort {
    private final List<byte[]> frames = new ArrayList<>();
    private boolean full;

    @Override
    public boolean offer(long frame, int length) {
        if (!full) {
            byte[] copy = new byte[length];
            Mem.copy(frame, copy, 0, length);
            frames.add(copy);
        }
        return !full;
    }

    /** Takes nothing from now on. */
    public void fill() {
        full = true;
    }

    /** What it was given. */
    public List<byte[]> frames() {
        return frames;
    }
}
