package io.weir.bindings.netlink;

import io.weir.bindings.Errno;
import io.weir.bindings.Libc;
import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import io.weir.bindings.NativeException;
import io.weir.bindings.SocketAbi;
import java.nio.ByteBuffer;
import java.util.List;

/** A NETLINK_ROUTE socket in the network namespace of the thread that opened it, and its buffer. */
final class NetlinkSocket implements AutoCloseable {
    /** The kernel's own limit for a datagram of a dump is 32 KiB. */
    private static final int BUFFER_SIZE = 64 << 10;

    private static final int MSG_TRUNC = 0x20;

    private final NativeBlock block = new NativeBlock(BUFFER_SIZE + 64);
    private final long buffer = block.address();
    private final long peer = buffer + BUFFER_SIZE;
    private final long small = peer + 16;
    private final int fd;

    NetlinkSocket() {
        fd = Libc.socket(SocketAbi.AF_NETLINK, SocketAbi.SOCK_RAW | SocketAbi.SOCK_CLOEXEC, NetlinkAbi.NETLINK_ROUTE);
        if (fd < 0) {
            block.close();
            throw new NativeException("socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)", -fd);
        }
        // an address of its own, chosen by the kernel: without one no group's messages would come
        Mem.fill(peer, NetlinkAbi.SOCKADDR_NL_SIZE, 0);
        Mem.putU16(peer, SocketAbi.AF_NETLINK);
        int bound = Libc.bind(fd, peer, NetlinkAbi.SOCKADDR_NL_SIZE);
        if (bound < 0) {
            close();
            throw new NativeException("bind(AF_NETLINK)", -bound);
        }
    }

    int fd() {
        return fd;
    }

    /** Sets an option that newer kernels have; without it less is said, nothing more. */
    void trySet(int level, int option, int value) {
        Mem.putInt(small, value);
        Libc.setsockopt(fd, level, option, small, Integer.BYTES);
    }

    void set(int level, int option, int value, String call) {
        Mem.putInt(small, value);
        NativeException.check(Libc.setsockopt(fd, level, option, small, Integer.BYTES), call);
    }

    void send(byte[] message, String call) {
        Mem.copy(message, 0, buffer, message.length);
        long sent = Libc.sendto(fd, buffer, message.length, 0, 0, 0);
        if (sent < 0) {
            throw new NativeException(call, (int) -sent);
        }
    }

    /**
     * Receives a datagram into a list, which is empty when it is not the kernel's.
     *
     * @param wait whether to wait for one
     * @param messages what came is added here
     * @return 0, or {@code -errno}; {@code -ENOBUFS} when something was lost
     */
    int receive(boolean wait, List<NetlinkMessage> messages) {
        Mem.putInt(small, NetlinkAbi.SOCKADDR_NL_SIZE);
        int flags = MSG_TRUNC | (wait ? 0 : SocketAbi.MSG_DONTWAIT);
        long length = Libc.recvfrom(fd, buffer, BUFFER_SIZE, flags, peer, small);
        if (length < 0) {
            return (int) length;
        }
        if (Mem.getInt(peer + NetlinkAbi.NL_PID) != 0) {
            return 0; // another process's
        }
        if (length > BUFFER_SIZE) {
            return -Errno.ENOBUFS;
        }
        byte[] datagram = new byte[(int) length];
        Mem.copy(buffer, datagram, 0, datagram.length);
        messages.addAll(NetlinkMessage.parse(ByteBuffer.wrap(datagram)));
        return 0;
    }

    @Override
    public void close() {
        Libc.close(fd);
        block.close();
    }
}
