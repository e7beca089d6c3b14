package io.weir.appliance.e2e;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.weir.appliance.bed.IpFamily;
import io.weir.bindings.Libc;
import io.weir.bindings.NativeException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;

/**
 * Sends one packet with a given time to live, as traceroute does. Who answers is for a {@link Capture} to tell; the
 * source port identifies the packet within the answer.
 */
final class TtlProbe {
    private static final ValueLayout.OfShort BE16 = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_NONBLOCK_CLOEXEC = 0x800 | 0x8_0000;
    private static final int IPPROTO_IP = 0;
    private static final int IP_TTL = 2;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_UNICAST_HOPS = 16;
    private static final int EINPROGRESS = 115;
    private static final long SYS_CONNECT = "aarch64".equals(System.getProperty("os.arch")) ? 203 : 42;

    private TtlProbe() {}

    /** A probe on its way: closing it ends its socket. */
    record Sent(int fd) implements AutoCloseable {
        @Override
        public void close() {
            Libc.close(fd);
        }
    }

    /** Sends a TCP SYN or a UDP datagram of a few bytes from the calling thread's namespace. */
    static Sent send(IpFamily family, int protocol, InetSocketAddress target, int sourcePort, int ttl) {
        boolean v4 = family == IpFamily.IPV4;
        boolean tcp = protocol == Frame.TCP;
        int fd = NativeException.check(
                Libc.socket(v4 ? AF_INET : AF_INET6, (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK_CLOEXEC, 0),
                "socket");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocateFrom(JAVA_INT, ttl);
            NativeException.check(
                    Libc.setsockopt(
                            fd, v4 ? IPPROTO_IP : IPPROTO_IPV6, v4 ? IP_TTL : IPV6_UNICAST_HOPS, value.address(), 4),
                    "setsockopt(TTL)");
            byte[] any = new byte[v4 ? 4 : 16];
            MemorySegment local = socketAddress(arena, any, sourcePort);
            NativeException.check(Libc.bind(fd, local.address(), (int) local.byteSize()), "bind");
            MemorySegment peer = socketAddress(arena, target.getAddress().getAddress(), target.getPort());
            if (tcp) {
                long result = Libc.syscall(SYS_CONNECT, fd, peer.address(), peer.byteSize(), 0, 0, 0);
                if (result != -EINPROGRESS) {
                    NativeException.check((int) result, "connect");
                }
            } else {
                MemorySegment data = arena.allocateFrom("probe");
                NativeException.check(
                        (int) Libc.sendto(
                                fd, data.address(), data.byteSize(), 0, peer.address(), (int) peer.byteSize()),
                        "sendto");
            }
            return new Sent(fd);
        } catch (RuntimeException e) {
            Libc.close(fd);
            throw e;
        }
    }

    private static MemorySegment socketAddress(Arena arena, byte[] ip, int port) {
        boolean v4 = ip.length == 4;
        MemorySegment address = arena.allocate(v4 ? 16 : 28, 8);
        address.set(JAVA_SHORT_UNALIGNED, 0, (short) (v4 ? AF_INET : AF_INET6));
        address.set(BE16, 2, (short) port);
        MemorySegment.copy(ip, 0, address, JAVA_BYTE, v4 ? 4 : 8, ip.length);
        return address;
    }
}
