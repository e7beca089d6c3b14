package io.weir.bindings.raw;

import static io.weir.bindings.SocketAbi.SOL_SOCKET;
import static io.weir.bindings.raw.RawAbi.IPPROTO_IP;
import static io.weir.bindings.raw.RawAbi.IPPROTO_IPV6;

import io.weir.bindings.DeviceFacts;
import io.weir.bindings.Libc;
import io.weir.bindings.Mem;
import io.weir.bindings.NativeException;
import io.weir.bindings.SocketAbi;

/**
 * Sends IP packets of one protocol and family from one address out of one device; the kernel writes the IP header. To
 * groups or hosts, never to this host itself. Never blocks, allocates nothing per packet; owned by one thread.
 */
public final class RawSender extends RawSocket {
    private static final int ADDRESS = 64;
    /** Class selector 6, internetwork control (RFC 2474): what routers send their protocols with. */
    private static final int CS6 = 0xc0;

    private RawSender(boolean v4, int protocol, DeviceFacts device) {
        super(v4, protocol, device);
    }

    /**
     * Opens one.
     *
     * @param protocol IP protocol number
     * @param device that packets leave by
     * @param sourceHi the address to send from, one of the device's, whose family is the socket's
     * @param sourceLo its lower half
     * @param hopLimit TTL or hop limit, to groups and hosts alike
     */
    public static RawSender open(int protocol, DeviceFacts device, long sourceHi, long sourceLo, int hopLimit) {
        boolean v4 = sourceHi == 0 && mapped((int) sourceLo) == sourceLo;
        RawSender sender = new RawSender(v4, protocol, device);
        try {
            sender.bindToDevice();
            sender.setInt(SOL_SOCKET, SocketAbi.SO_RCVBUF, "SO_RCVBUF", 0); // nobody reads
            if (v4) {
                sender.setUpV4(hopLimit);
            } else {
                sender.setUpV6(hopLimit);
            }
            long at = sender.scratch();
            int length = sender.writeAddress(at, sourceHi, sourceLo);
            NativeException.check(
                    Libc.bind(sender.fd(), at, length), "bind(raw socket) to an address of " + device.name());
            return sender;
        } catch (NativeException e) {
            sender.close();
            throw e;
        }
    }

    private void setUpV4(int hopLimit) {
        setInt(IPPROTO_IP, RawAbi.IP_TTL, "IP_TTL", hopLimit);
        setInt(IPPROTO_IP, RawAbi.IP_MULTICAST_TTL, "IP_MULTICAST_TTL", hopLimit);
        setInt(IPPROTO_IP, RawAbi.IP_MULTICAST_LOOP, "IP_MULTICAST_LOOP", 0);
        setInt(IPPROTO_IP, RawAbi.IP_TOS, "IP_TOS", CS6);
        long at = scratch();
        Mem.putLong(at, 0);
        Mem.putInt(at + RawAbi.IP_MREQN_IFINDEX, device().index());
        set(IPPROTO_IP, RawAbi.IP_MULTICAST_IF, "IP_MULTICAST_IF", RawAbi.IP_MREQN_SIZE);
    }

    private void setUpV6(int hopLimit) {
        setInt(IPPROTO_IPV6, RawAbi.IPV6_UNICAST_HOPS, "IPV6_UNICAST_HOPS", hopLimit);
        setInt(IPPROTO_IPV6, RawAbi.IPV6_MULTICAST_HOPS, "IPV6_MULTICAST_HOPS", hopLimit);
        setInt(IPPROTO_IPV6, RawAbi.IPV6_MULTICAST_LOOP, "IPV6_MULTICAST_LOOP", 0);
        setInt(IPPROTO_IPV6, RawAbi.IPV6_TCLASS, "IPV6_TCLASS", CS6);
        setInt(IPPROTO_IPV6, RawAbi.IPV6_MULTICAST_IF, "IPV6_MULTICAST_IF", device().index());
    }

    /**
     * Sends one packet.
     *
     * @param hi destination, of the socket's family
     * @param lo its lower half
     * @param payload what follows the IP header
     * @return bytes sent, or {@code -errno}
     */
    public int send(long hi, long lo, long payload, int length) {
        long at = scratch() + ADDRESS;
        int addressLength = writeAddress(at, hi, lo);
        return (int) Libc.sendto(fd(), payload, length, SocketAbi.MSG_DONTWAIT, at, addressLength);
    }
}
