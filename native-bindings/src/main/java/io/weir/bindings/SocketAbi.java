package io.weir.bindings;

/**
 * Socket numbers of {@code asm-generic/socket.h}, {@code linux/socket.h}, {@code bits/socket.h} and {@code poll.h}
 * (Linux 6.1); x86-64 and aarch64 agree on them.
 *
 * <pre>
 *   struct pollfd             struct mmsghdr {struct msghdr; unsigned msg_len;}
 *   0    4        6      8    0     8        16   24      32       40          48         56      64
 *   +----+--------+-------+   +-----+--------+----+-------+--------+-----------+----------+-------+
 *   | fd | events |revents|   | name|namelen | iov| iovlen| control| controllen| flags    |msg_len|
 *   +----+--------+-------+   +-----+--------+----+-------+--------+-----------+----------+-------+
 * </pre>
 */
public final class SocketAbi {
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;
    public static final int AF_NETLINK = 16;
    public static final int AF_PACKET = 17;
    public static final int AF_XDP = 44;

    public static final int SOCK_DGRAM = 2;
    public static final int SOCK_RAW = 3;
    public static final int SOCK_CLOEXEC = 0x8_0000;

    public static final int SOL_SOCKET = 1;
    public static final int SOL_PACKET = 263;
    public static final int SOL_XDP = 283;

    public static final int SO_RCVBUF = 8;
    public static final int SO_BINDTODEVICE = 25;
    public static final int SO_SNDBUFFORCE = 32;
    public static final int SO_RCVBUFFORCE = 33;
    public static final int SO_ATTACH_FILTER = 26;
    public static final int SO_ATTACH_BPF = 50;

    public static final int MSG_DONTWAIT = 0x40;

    public static final int POLLFD_SIZE = 8;
    public static final int POLLFD_EVENTS = 4;
    public static final int POLLIN = 1;

    public static final int IOVEC_SIZE = 16;
    public static final int IOVEC_LENGTH = 8;
    public static final int MMSGHDR_SIZE = 64;
    public static final int MMSGHDR_IOV = 16;
    public static final int MMSGHDR_IOVLEN = 24;

    public static final int MSGHDR_SIZE = 56;
    public static final int MSGHDR_NAME = 0;
    public static final int MSGHDR_NAMELEN = 8;
    public static final int MSGHDR_IOV = 16;
    public static final int MSGHDR_IOVLEN = 24;
    public static final int MSGHDR_CONTROL = 32;
    public static final int MSGHDR_CONTROLLEN = 40;
    public static final int MSGHDR_FLAGS = 48;

    private SocketAbi() {}
}
