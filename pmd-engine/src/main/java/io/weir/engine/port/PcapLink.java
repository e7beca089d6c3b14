package io.weir.engine.port;

import io.weir.bindings.Mem;
import java.io.IOException;

/**
 * The far side of a {@link MemoryPort}, out of one capture file and into another. Frames come out of the given pool and
 * go back to it, so its worker must not run meanwhile.
 */
public final class PcapLink {
    private final MemoryPort port;
    private final FramePool pool;
    private PcapFile.Frame pending;

    /**
     * @param port whose far side this is
     * @param pool frames of the worker that the port belongs to
     */
    public PcapLink(MemoryPort port, FramePool pool) {
        this.port = port;
        this.pool = pool;
    }

    /**
     * Puts frames in until the file is at its end, or the port or the pool has no more room.
     *
     * @return how many; 0: the file is at its end, or nothing has been taken out since the last call
     * @throws IOException when the file is malformed, or holds a frame that is cut off or too long
     */
    public int feed(PcapReader from) throws IOException {
        int fed = 0;
        while (true) {
            if (pending == null) {
                pending = from.next();
            }
            if (pending == null || !inject(pending)) {
                port.publish();
                return fed;
            }
            pending = null;
            fed++;
        }
    }

    private boolean inject(PcapFile.Frame frame) throws IOException {
        byte[] bytes = frame.bytes();
        if (!frame.isWhole() || bytes.length > pool.capacity()) {
            throw new IOException(
                    "a frame of %d bytes of which %d were captured; whole frames of at most %d can be sent"
                            .formatted(frame.originalLength(), bytes.length, pool.capacity()));
        }
        long at = pool.allocate();
        if (at == 0) {
            return false;
        }
        Mem.copy(bytes, 0, at, bytes.length);
        if (!port.inject(at, bytes.length, 0)) {
            pool.release(at);
            return false;
        }
        return true;
    }

    /**
     * Takes out everything that the port has sent.
     *
     * @param timeNs what is written as the frames' time
     * @return how many there were
     */
    public int record(PcapWriter to, long timeNs) throws IOException {
        int taken = 0;
        for (int n = port.sent(); n > 0; n--, taken++) {
            byte[] bytes = new byte[port.sentLength()];
            Mem.copy(port.sentAddress(), bytes, 0, bytes.length);
            pool.release(port.sentAddress());
            port.takeSent();
            to.write(timeNs, bytes);
        }
        return taken;
    }
}
