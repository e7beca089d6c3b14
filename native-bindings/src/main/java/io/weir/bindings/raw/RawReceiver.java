package io.weir.bindings.raw;

import static io.weir.bindings.raw.RawAbi.IPPROTO_IP;
import static io.weir.bindings.raw.RawAbi.IPPROTO_IPV6;

import io.weir.bindings.DeviceFacts;
import io.weir.bindings.Errno;
import io.weir.bindings.Libc;
import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import io.weir.bindings.NativeException;
import io.weir.bindings.SocketAbi;

/**
 * Receives the IP packets of one protocol and family that come in by one device. The kernel has checked and reassembled
 * them; their payload it has not looked at. Never blocks, allocates nothing per packet; owned by one thread.
 *
 * <p>Over IPv4 the packet comes with its header, over IPv6 the header's fields come as control messages. Sources:
 * {@code raw(7)}, {@code ipv6(7)}, RFC 3542.
 */
public final class RawReceiver extends RawSocket {
    private static final int CONTROL = 256;
    private static final int LONGEST = 8192;

    private final NativeBlock block =
            new NativeBlock(SocketAbi.MSGHDR_SIZE + 8 + 16 + 32 + CONTROL + LONGEST); // each part aligned to 8
    private final long message = block.address();
    private final long vector = message + SocketAbi.MSGHDR_SIZE + 8;
    private final long name = vector + SocketAbi.IOVEC_SIZE;
    private final long control = name + 32;
    private final long packet = control + CONTROL;
    private long payload;
    private long sourceHi;
    private long sourceLo;
    private long destinationHi;
    private long destinationLo;
    private int hopLimit;

    private RawReceiver(boolean v4, int protocol, DeviceFacts device) {
        super(v4, protocol, device);
    }

    /**
     * Opens one.
     *
     * @param v4 IPv4, else IPv6
     * @param protocol IP protocol number
     * @param device what comes in by it
     */
    public static RawReceiver open(boolean v4, int protocol, DeviceFacts device) {
        RawReceiver receiver = new RawReceiver(v4, protocol, device);
        try {
            receiver.bindToDevice();
            if (v4) {
                receiver.setInt(IPPROTO_IP, RawAbi.IP_MULTICAST_ALL, "IP_MULTICAST_ALL", 0);
            } else {
                receiver.setInt(IPPROTO_IPV6, RawAbi.IPV6_MULTICAST_ALL, "IPV6_MULTICAST_ALL", 0);
                receiver.setInt(IPPROTO_IPV6, RawAbi.IPV6_RECVPKTINFO, "IPV6_RECVPKTINFO", 1);
                receiver.setInt(IPPROTO_IPV6, RawAbi.IPV6_RECVHOPLIMIT, "IPV6_RECVHOPLIMIT", 1);
            }
            return receiver;
        } catch (NativeException e) {
            receiver.close();
            throw e;
        }
    }

    /** Joins a multicast group on the device. */
    public void join(long groupHi, long groupLo) {
        long at = scratch();
        if (isV4()) {
            Mem.putIntBe(at, (int) groupLo);
            Mem.putInt(at + 4, 0);
            Mem.putInt(at + RawAbi.IP_MREQN_IFINDEX, device().index());
            set(IPPROTO_IP, RawAbi.IP_ADD_MEMBERSHIP, "IP_ADD_MEMBERSHIP", RawAbi.IP_MREQN_SIZE);
        } else {
            Mem.putLongBe(at, groupHi);
            Mem.putLongBe(at + 8, groupLo);
            Mem.putInt(at + RawAbi.IPV6_MREQ_IFINDEX, device().index());
            set(IPPROTO_IPV6, RawAbi.IPV6_ADD_MEMBERSHIP, "IPV6_ADD_MEMBERSHIP", RawAbi.IPV6_MREQ_SIZE);
        }
    }

    /**
     * Takes the next packet.
     *
     * @return bytes of its payload, which {@link #payload} and the rest describe until the next call; {@code -EAGAIN}
     *     when there is none; another {@code -errno}. A packet that is not what was asked for is passed over
     */
    public int receive() {
        while (true) {
            Mem.putLong(vector, packet);
            Mem.putLong(vector + SocketAbi.IOVEC_LENGTH, LONGEST);
            Mem.putLong(message + SocketAbi.MSGHDR_NAME, name);
            Mem.putInt(message + SocketAbi.MSGHDR_NAMELEN, 32);
            Mem.putLong(message + SocketAbi.MSGHDR_IOV, vector);
            Mem.putLong(message + SocketAbi.MSGHDR_IOVLEN, 1);
            Mem.putLong(message + SocketAbi.MSGHDR_CONTROL, control);
            Mem.putLong(message + SocketAbi.MSGHDR_CONTROLLEN, CONTROL);
            Mem.putInt(message + SocketAbi.MSGHDR_FLAGS, 0);
            int length = (int) Libc.recvmsg(fd(), message, SocketAbi.MSG_DONTWAIT);
            if (length < 0) {
                if (length == -Errno.EINTR) {
                    continue;
                }
                return length;
            }
            int bytes = isV4() ? dissectV4(length) : dissectV6(length);
            if (bytes >= 0) {
                return bytes;
            }
        }
    }

    private int dissectV4(int length) {
        int header = length < RawAbi.IPHDR_SIZE ? 0 : (Mem.getU8(packet) & 0xf) << 2;
        if (header < RawAbi.IPHDR_SIZE || header > length) {
            return -1;
        }
        payload = packet + header;
        hopLimit = Mem.getU8(packet + RawAbi.IPHDR_TTL);
        sourceHi = 0;
        sourceLo = mapped(Mem.getIntBe(packet + RawAbi.IPHDR_SADDR));
        destinationHi = 0;
        destinationLo = mapped(Mem.getIntBe(packet + RawAbi.IPHDR_DADDR));
        return length - header;
    }

    private int dissectV6(int length) {
        payload = packet;
        sourceHi = Mem.getLongBe(name + RawAbi.SOCKADDR_IN6_ADDR);
        sourceLo = Mem.getLongBe(name + RawAbi.SOCKADDR_IN6_ADDR + 8);
        boolean hasDestination = false;
        boolean hasHopLimit = false;
        long end = control + Mem.getLong(message + SocketAbi.MSGHDR_CONTROLLEN);
        for (long at = control; end - at >= RawAbi.CMSGHDR_SIZE; ) {
            long size = Mem.getLong(at);
            if (size < RawAbi.CMSGHDR_SIZE || size > end - at) {
                break;
            }
            int type = Mem.getInt(at + RawAbi.CMSGHDR_LEVEL) == IPPROTO_IPV6 ? Mem.getInt(at + RawAbi.CMSGHDR_TYPE) : 0;
            long data = at + RawAbi.CMSGHDR_SIZE;
            long dataSize = size - RawAbi.CMSGHDR_SIZE;
            if (type == RawAbi.IPV6_PKTINFO && dataSize >= RawAbi.IN6_PKTINFO_SIZE) {
                destinationHi = Mem.getLongBe(data);
                destinationLo = Mem.getLongBe(data + 8);
                hasDestination = true;
            } else if (type == RawAbi.IPV6_HOPLIMIT && dataSize >= Integer.BYTES) {
                hopLimit = Mem.getInt(data);
                hasHopLimit = true;
            }
            at += size + 7 & ~7L;
        }
        return hasDestination && hasHopLimit ? length : -1;
    }

    /** Where the payload lies. */
    public long payload() {
        return payload;
    }

    /** TTL or hop limit that it arrived with. */
    public int hopLimit() {
        return hopLimit;
    }

    public long sourceHi() {
        return sourceHi;
    }

    public long sourceLo() {
        return sourceLo;
    }

    public long destinationHi() {
        return destinationHi;
    }

    public long destinationLo() {
        return destinationLo;
    }

    @Override
    public void close() {
        super.close();
        block.close();
    }
}
