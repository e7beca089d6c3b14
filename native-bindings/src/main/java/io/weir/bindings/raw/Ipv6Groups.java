package io.weir.bindings.raw;

import io.weir.bindings.Libc;
import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import io.weir.bindings.NativeException;
import io.weir.bindings.SocketAbi;

/**
 * Membership of devices in IPv6 multicast groups, without receiving anything: the device lets the groups' frames in, and
 * the switches learn by MLD where they are wanted. Ends when closed. For the control path; owned by one thread.
 */
public final class Ipv6Groups implements AutoCloseable {
    private final int fd;
    private final NativeBlock block = new NativeBlock(RawAbi.IPV6_MREQ_SIZE);

    private Ipv6Groups(int fd) {
        this.fd = fd;
    }

    /** In the calling thread's network namespace. */
    public static Ipv6Groups open() {
        int type = SocketAbi.SOCK_DGRAM | SocketAbi.SOCK_CLOEXEC;
        return new Ipv6Groups(
                NativeException.check(Libc.socket(SocketAbi.AF_INET6, type, 0), "socket(AF_INET6, SOCK_DGRAM)"));
    }

    /**
     * Joins a group.
     *
     * @param ifindex on which device
     * @return 0 or {@code -errno}: a socket holds some hundred memberships ({@code net.core.optmem_max})
     */
    public int join(int ifindex, long groupHi, long groupLo) {
        return set(RawAbi.IPV6_ADD_MEMBERSHIP, ifindex, groupHi, groupLo);
    }

    /** Leaves a group that was joined. */
    public int leave(int ifindex, long groupHi, long groupLo) {
        return set(RawAbi.IPV6_DROP_MEMBERSHIP, ifindex, groupHi, groupLo);
    }

    private int set(int option, int ifindex, long groupHi, long groupLo) {
        long at = block.address();
        Mem.putLongBe(at, groupHi);
        Mem.putLongBe(at + 8, groupLo);
        Mem.putInt(at + RawAbi.IPV6_MREQ_IFINDEX, ifindex);
        return Libc.setsockopt(fd, RawAbi.IPPROTO_IPV6, option, at, RawAbi.IPV6_MREQ_SIZE);
    }

    @Override
    public void close() {
        Libc.close(fd);
        block.close();
    }
}
