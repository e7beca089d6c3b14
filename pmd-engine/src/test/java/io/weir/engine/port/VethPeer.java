package io.weir.engine.port;

import io.weir.bindings.DeviceFacts;
import io.weir.bindings.Errno;
import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import io.weir.bindings.packet.PacketRing;
import io.weir.bindings.packet.PacketSender;
import io.weir.bindings.packet.PacketSocket;

/** The other end of a veth pair: sends raw frames and catches the test frames that come. */
final class VethPeer implements AutoCloseable {
    private static final int BURST = 64;
    private static final long PATIENCE_NANOS = 1_000_000_000L;

    private final PacketSocket socket;
    private final PacketRing ring;
    private final PacketSender sender = new PacketSender(BURST);
    private final NativeBlock frame = new NativeBlock(2048);

    /** Called in the peers' namespace. */
    VethPeer(String device) {
        socket = PacketSocket.open(DeviceFacts.of(device), 8192, 2048);
        socket.start(-1);
        ring = socket.ring();
    }

    void inject(byte[] bytes, int copies) {
        Mem.copy(bytes, 0, frame.address(), bytes.length);
        for (int left = copies; left > 0; ) {
            int n = Math.min(left, BURST);
            for (int i = 0; i < n; i++) {
                sender.put(frame.address(), bytes.length);
            }
            while (sender.size() > 0) {
                int sent = sender.send(socket.fd());
                if (sent < 0 && sent != -Errno.EAGAIN && sent != -Errno.ENOBUFS) {
                    throw new AssertionError(Errno.describe(-sent));
                }
                sender.drop(Math.max(sent, 0));
            }
            left -= n;
        }
    }

    byte[] capture() {
        long start = System.nanoTime();
        do {
            while (ring.next()) {
                boolean wanted = TestFrames.isTestFrame(ring.frame());
                byte[] copy = wanted ? TestFrames.copy(ring.frame(), ring.length()) : null;
                ring.giveBack();
                if (wanted) {
                    return copy;
                }
            }
            Thread.onSpinWait();
        } while (System.nanoTime() - start < PATIENCE_NANOS);
        return null;
    }

    int drain() {
        int count = 0;
        while (ring.next()) {
            if (TestFrames.isTestFrame(ring.frame())) {
                count++;
            }
            ring.giveBack();
        }
        return count;
    }

    @Override
    public void close() {
        sender.close();
        frame.close();
        socket.close();
    }
}
