package io.weir.engine.port;

import io.weir.bindings.Errno;
import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import io.weir.bindings.packet.PacketRing;
import io.weir.bindings.packet.PacketSender;
import io.weir.bindings.packet.PacketSocket;

/**
 * One worker's AF_PACKET socket: the driver that works on every device.
 *
 * <p>Received frames lie in the ring that the kernel shares; their slots go back with the next {@link #receive}. Frames
 * to be sent are queued until {@link #flush}: a pool frame by its address, released once the kernel has copied it; any
 * other is copied into this port's own memory at once, because its slot may be gone before the flush.
 *
 * <p>Owned by one worker.
 */
public final class AfPacketPort implements PacketPort {
    private static final int MAX_QUEUE = 1024; // UIO_MAXIOV: sendmmsg takes no more

    private final int index;
    private final PacketSocket socket;
    private final FramePool pool;
    private final PacketRing ring;
    private final PacketSender sender;
    private final NativeBlock copies;
    private final int copySize;
    private final int fd;
    private long dropped;
    private long sendDrops;

    /**
     * Takes over an opened socket.
     *
     * @param index the device's number on this node
     * @param socket set up and started
     * @param pool the worker's frames
     * @param queue frames that can wait for a flush, at most 1024
     */
    public AfPacketPort(int index, PacketSocket socket, FramePool pool, int queue) {
        this.index = index;
        this.socket = socket;
        this.pool = pool;
        this.ring = socket.ring();
        int capacity = Math.min(queue, MAX_QUEUE);
        this.sender = new PacketSender(capacity);
        this.copySize = socket.slotSize();
        this.copies = new NativeBlock((long) capacity * copySize);
        this.fd = socket.fd();
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public String name() {
        return socket.device().name();
    }

    @Override
    public int receive(FrameBatch batch) {
        final PacketRing slots = ring;
        final int port = index;
        slots.giveBack();
        final int before = batch.size;
        while (batch.room() > 0 && slots.next()) {
            if (slots.isUsable()) {
                int flags = slots.isChecksumPartial() ? FrameBatch.CHECKSUM_PARTIAL : 0;
                batch.add(slots.frame(), slots.length(), port, flags);
            } else if (slots.isTruncated()) {
                dropped++;
            }
        }
        return batch.size - before;
    }

    @Override
    public boolean send(long address, int length) {
        if (sender.room() == 0) {
            return false;
        }
        if (pool.owns(address)) {
            sender.put(address, length);
            return true;
        }
        if (length > copySize) {
            return false;
        }
        long copy = copies.address() + (long) sender.position() * copySize;
        Mem.copy(address, copy, length);
        sender.put(copy, length);
        return true;
    }

    @Override
    public void flush() {
        while (sender.size() > 0) {
            int sent = sender.send(fd);
            if (sent > 0) {
                forget(sent);
            } else if (sent == -Errno.EAGAIN || sent == -Errno.EINTR) {
                return; // the send buffer is full: what is left goes with the next flush
            } else if (sent == -Errno.ENETDOWN || sent == -Errno.ENXIO) {
                sendDrops += sender.size(); // no use keeping them until the device comes back
                forget(sender.size());
            } else {
                sendDrops++; // this one was refused (ENOBUFS: the device's queue is full, EMSGSIZE: too long)
                forget(1);
            }
        }
    }

    private void forget(int count) {
        final int first = sender.first();
        for (int i = first; i < first + count; i++) {
            pool.release(sender.address(i)); // ignores the copies
        }
        sender.drop(count);
    }

    @Override
    public void await(int timeoutMs) {
        socket.poll(timeoutMs);
    }

    @Override
    public long kernelDrops() {
        return dropped + socket.drops();
    }

    @Override
    public long sendDrops() {
        return sendDrops;
    }

    @Override
    public int fd() {
        return fd;
    }

    @Override
    public void close() {
        sender.close();
        copies.close();
        socket.close();
    }
}
