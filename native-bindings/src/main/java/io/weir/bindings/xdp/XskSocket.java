package io.weir.bindings.xdp;

import static io.weir.bindings.SocketAbi.MSG_DONTWAIT;
import static io.weir.bindings.SocketAbi.SOL_XDP;

import io.weir.bindings.DeviceFacts;
import io.weir.bindings.Errno;
import io.weir.bindings.Libc;
import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import io.weir.bindings.NativeException;
import io.weir.bindings.PollSet;
import io.weir.bindings.SocketAbi;
import java.util.concurrent.locks.LockSupport;

/**
 * An AF_XDP socket bound to one receive queue of a device, with its rings mapped.
 *
 * <p>Two kinds. {@link #open} makes the <em>owner</em> of a queue: RX, TX, and a fill and a completion ring of its own.
 * {@link #openTransmitOnly} makes a further socket on an owned queue: only TX. The kernel lets all sockets of one queue
 * share that queue's fill and completion rings, and those have one user on this side: the owner's thread. So what a
 * transmit-only socket has sent comes back in the <em>owner's</em> completion ring.
 *
 * <p>After it was opened it belongs to one thread. Which frames reach it is decided by an XDP program with a map that
 * holds {@link #fd}. Source: {@code net/xdp/xsk.c}.
 */
public final class XskSocket implements AutoCloseable {
    /** Whether frames go between driver and socket without a copy: {@code io.xdp.zero-copy}. */
    public enum ZeroCopy {
        /** Where the driver can do it. */
        AUTO,
        /** Or fail. */
        ON,
        /** Copy always. */
        OFF
    }

    /** A queue's former owner is released by a work queue of the kernel's: for so long EBUSY may mean "not yet". */
    private static final long BUSY_RETRY_NANOS = 2_000_000_000L;

    private final int fd;
    private final Umem umem;
    private final DeviceFacts device;
    private final int queue;
    private final XskRings rings;
    private final NativeBlock block = new NativeBlock(XskAbi.STATISTICS_SIZE + Long.BYTES);
    private final PollSet waiting;

    private XskSocket(int fd, Umem umem, DeviceFacts device, int queue, XskRings rings) {
        this.fd = fd;
        this.umem = umem;
        this.device = device;
        this.queue = queue;
        this.rings = rings;
        this.waiting = new PollSet(fd);
    }

    /**
     * Opens the owner of a queue. The first one on a UMEM tries what {@code mode} says; the others follow it.
     *
     * @param umem where the frames lie
     * @param device which device, which must be up
     * @param queue which of its receive queues, from 0
     * @param ringSize entries of each of the four rings, a power of two
     * @param mode with or without copying
     * @throws NativeException with the reason
     */
    public static XskSocket open(Umem umem, DeviceFacts device, int queue, int ringSize, ZeroCopy mode) {
        if (umem.isShared()) {
            return bind(umem, device, queue, ringSize, XskAbi.XDP_SHARED_UMEM, umem.firstFd());
        }
        String reason = "switched off";
        if (mode != ZeroCopy.OFF) {
            try {
                int flags = XskAbi.XDP_ZEROCOPY | XskAbi.XDP_USE_NEED_WAKEUP;
                XskSocket socket = bind(umem, device, queue, ringSize, flags, 0);
                umem.bound(socket.fd, true, "");
                return socket;
            } catch (NativeException e) {
                if (mode == ZeroCopy.ON || e.errno() == Errno.EPERM) {
                    throw e;
                }
                reason = "%s (%s): %s".formatted(device.name(), device.driver(), Errno.describe(e.errno()));
            }
        }
        XskSocket socket = bind(umem, device, queue, ringSize, XskAbi.XDP_COPY | XskAbi.XDP_USE_NEED_WAKEUP, 0);
        umem.bound(socket.fd, false, reason);
        return socket;
    }

    /**
     * Opens a socket that only sends, on the queue of another.
     *
     * @param owner the queue's owner, whose thread collects what this one has sent
     * @param ringSize entries of the TX ring, a power of two
     */
    public static XskSocket openTransmitOnly(XskSocket owner, int ringSize) {
        int fd = socket();
        XskRings rings;
        try {
            rings = XskRings.transmitOnly(fd, ringSize);
        } catch (NativeException e) {
            Libc.close(fd);
            throw e;
        }
        XskSocket socket = new XskSocket(fd, owner.umem, owner.device, owner.queue, rings);
        return bindOrClose(socket, XskAbi.XDP_SHARED_UMEM, owner.fd);
    }

    private static XskSocket bind(Umem umem, DeviceFacts device, int queue, int ringSize, int flags, int sharedFd) {
        int fd = socket();
        XskRings rings;
        try {
            if ((flags & XskAbi.XDP_SHARED_UMEM) == 0) {
                umem.register(fd);
            }
            rings = XskRings.all(fd, ringSize);
        } catch (NativeException e) {
            Libc.close(fd);
            throw e;
        }
        return bindOrClose(new XskSocket(fd, umem, device, queue, rings), flags, sharedFd);
    }

    private static int socket() {
        return NativeException.check(
                Libc.socket(SocketAbi.AF_XDP, SocketAbi.SOCK_RAW | SocketAbi.SOCK_CLOEXEC, 0),
                "socket(AF_XDP, SOCK_RAW)");
    }

    private static XskSocket bindOrClose(XskSocket socket, int flags, int sharedFd) {
        int result = socket.bind(flags, sharedFd);
        if (result < 0) {
            socket.close();
            throw new NativeException(
                    "bind(AF_XDP, %s, queue %d, flags 0x%x)".formatted(socket.device.name(), socket.queue, flags),
                    -result);
        }
        return socket;
    }

    private int bind(int flags, int sharedFd) {
        try (NativeBlock address = new NativeBlock(XskAbi.SOCKADDR_SIZE)) {
            long at = address.address();
            Mem.putU16(at + XskAbi.SOCKADDR_FAMILY, SocketAbi.AF_XDP);
            Mem.putU16(at + XskAbi.SOCKADDR_FLAGS, flags);
            Mem.putInt(at + XskAbi.SOCKADDR_IFINDEX, device.index());
            Mem.putInt(at + XskAbi.SOCKADDR_QUEUE_ID, queue);
            Mem.putInt(at + XskAbi.SOCKADDR_SHARED_UMEM_FD, sharedFd);
            long start = System.nanoTime();
            int result = Libc.bind(fd, at, XskAbi.SOCKADDR_SIZE);
            while (result == -Errno.EBUSY && System.nanoTime() - start < BUSY_RETRY_NANOS) {
                LockSupport.parkNanos(10_000_000);
                result = Libc.bind(fd, at, XskAbi.SOCKADDR_SIZE);
            }
            return result;
        }
    }

    /** The RX ring; null on a transmit-only socket. */
    public XskConsumerRing rx() {
        return rings.rx();
    }

    /** The TX ring. */
    public XskProducerRing tx() {
        return rings.tx();
    }

    /** The fill ring; null on a transmit-only socket. */
    public XskProducerRing fill() {
        return rings.fill();
    }

    /** The completion ring; null on a transmit-only socket. */
    public XskConsumerRing completion() {
        return rings.completion();
    }

    /** The memory that the rings' addresses count from. */
    public Umem umem() {
        return umem;
    }

    /** The device it is bound to. */
    public DeviceFacts device() {
        return device;
    }

    /** The receive queue it is bound to. */
    public int queue() {
        return queue;
    }

    /** The descriptor, for an XDP map and for {@code poll(2)}. */
    public int fd() {
        return fd;
    }

    /** Has the kernel look at the TX ring; 0 or {@code -errno}. EAGAIN: there is more; EBUSY: one frame was dropped. */
    public int kickTx() {
        return (int) Libc.sendto(fd, 0, 0, MSG_DONTWAIT, 0, 0);
    }

    /** Has the kernel look at the fill ring; 0 or {@code -errno}. */
    public int kickRx() {
        return (int) Libc.recvfrom(fd, 0, 0, MSG_DONTWAIT, 0, 0);
    }

    /** Waits until something was received; milliseconds. */
    public int poll(int timeoutMs) {
        return waiting.await(timeoutMs);
    }

    /** Frames for this socket that the kernel had no room for (no frame in the fill ring, or RX full), or too long. */
    public long drops() {
        if (statistics() < 0) {
            return 0;
        }
        return Mem.getLong(block.address() + XskAbi.STATISTICS_RX_DROPPED)
                + Mem.getLong(block.address() + XskAbi.STATISTICS_RX_RING_FULL);
    }

    /** Descriptors that the kernel refused: a bug of the caller's. */
    public long invalidDescriptors() {
        if (statistics() < 0) {
            return 0;
        }
        return Mem.getLong(block.address() + XskAbi.STATISTICS_RX_INVALID_DESCS)
                + Mem.getLong(block.address() + XskAbi.STATISTICS_TX_INVALID_DESCS);
    }

    private int statistics() {
        return option(XskAbi.XDP_STATISTICS, XskAbi.STATISTICS_SIZE);
    }

    /** What the kernel says ({@code XDP_OPTIONS}): whether frames are not copied. */
    public boolean isZeroCopy() {
        return option(XskAbi.XDP_OPTIONS, Integer.BYTES) >= 0
                && (Mem.getInt(block.address()) & XskAbi.XDP_OPTIONS_ZEROCOPY) != 0;
    }

    private int option(int option, int size) {
        long length = block.address() + XskAbi.STATISTICS_SIZE;
        Mem.putInt(length, size);
        return Libc.getsockopt(fd, SOL_XDP, option, block.address(), length);
    }

    @Override
    public void close() {
        rings.unmap();
        Libc.close(fd);
        waiting.close();
        block.close();
    }
}
