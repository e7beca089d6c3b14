package io.weir.appliance.bed;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.weir.bindings.Errno;
import io.weir.bindings.Libc;
import io.weir.bindings.NativeException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.util.OptionalLong;

/** One ping (RFC 792, RFC 4443), through a raw socket of the calling thread's namespace. */
public final class IcmpEcho {
    private static final ValueLayout.OfShort BE16 = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_RAW_CLOEXEC = 3 | 0x8_0000;
    private static final int IPPROTO_ICMP = 1;
    private static final int IPPROTO_ICMPV6 = 58;
    private static final int POLLIN = 1;
    private static final int HEADER = 8;
    private static final int LONGEST = 65_536;

    private IcmpEcho() {}

    /**
     * Sends a request and waits for its answer.
     *
     * @param target whom to ask
     * @param size bytes of data to carry; more than fits a frame is sent in fragments
     * @param sequence number of the request
     * @param timeoutMs how long to wait
     * @return the time until the right answer came, in ns, or nothing
     */
    public static OptionalLong ping(InetAddress target, int size, int sequence, int timeoutMs) {
        boolean v4 = target instanceof Inet4Address;
        int fd = NativeException.check(
                Libc.socket(v4 ? AF_INET : AF_INET6, SOCK_RAW_CLOEXEC, v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6),
                "socket(SOCK_RAW, ICMP)");
        try (Arena arena = Arena.ofConfined()) {
            int id = (int) (Thread.currentThread().threadId() * 31
                            + ProcessHandle.current().pid())
                    & 0xffff;
            MemorySegment request = request(arena, v4, id, sequence, size);
            MemorySegment address = socketAddress(arena, target);
            long start = System.nanoTime();
            long sent = Libc.sendto(
                    fd, request.address(), request.byteSize(), 0, address.address(), (int) address.byteSize());
            NativeException.check((int) sent, "sendto(" + target.getHostAddress() + ")");
            return await(arena, fd, v4, request, start, timeoutMs);
        } finally {
            Libc.close(fd);
        }
    }

    private static OptionalLong await(
            Arena arena, int fd, boolean v4, MemorySegment request, long start, int timeoutMs) {
        MemorySegment poll = arena.allocate(8, 4);
        poll.set(JAVA_INT, 0, fd);
        poll.set(JAVA_SHORT_UNALIGNED, 4, (short) POLLIN);
        MemorySegment answer = arena.allocate(LONGEST);
        while (true) {
            long now = System.nanoTime();
            long leftMs = timeoutMs - (now - start) / 1_000_000;
            if (leftMs <= 0) {
                return OptionalLong.empty();
            }
            int ready = Libc.poll(poll.address(), 1, (int) leftMs);
            if (ready < 0 && ready != -Errno.EINTR) {
                NativeException.check(ready, "poll");
            }
            if (ready > 0) {
                long length = Libc.recvfrom(fd, answer.address(), LONGEST, 0, 0, 0);
                NativeException.check((int) length, "recvfrom");
                int ip = v4 ? (answer.get(JAVA_BYTE, 0) & 15) * 4 : 0;
                if (isAnswer(v4, answer.asSlice(ip, length - ip), request)) {
                    return OptionalLong.of(System.nanoTime() - start);
                }
            }
        }
    }

    private static boolean isAnswer(boolean v4, MemorySegment answer, MemorySegment request) {
        return answer.byteSize() == request.byteSize()
                && answer.get(JAVA_BYTE, 0) == (byte) (v4 ? 0 : 129)
                && answer.asSlice(4).mismatch(request.asSlice(4)) < 0;
    }

    private static MemorySegment request(Arena arena, boolean v4, int id, int sequence, int size) {
        byte[] data = new byte[size];
        PatternBytes.read(0, data, size);
        MemorySegment request = arena.allocate(HEADER + size, 8);
        request.set(JAVA_BYTE, 0, (byte) (v4 ? 8 : 128));
        request.set(BE16, 4, (short) id);
        request.set(BE16, 6, (short) sequence);
        MemorySegment.copy(data, 0, request, JAVA_BYTE, HEADER, size);
        if (v4) {
            // for ICMPv6 the kernel computes the checksum
            long sum = 0;
            for (long i = 0; i < request.byteSize(); i++) {
                sum += (request.get(JAVA_BYTE, i) & 0xffL) << ((i & 1) == 0 ? 8 : 0);
            }
            while (sum > 0xffff) {
                sum = (sum & 0xffff) + (sum >>> 16);
            }
            request.set(BE16, 2, (short) ~sum);
        }
        return request;
    }

    private static MemorySegment socketAddress(Arena arena, InetAddress target) {
        byte[] bytes = target.getAddress();
        boolean v4 = target instanceof Inet4Address;
        MemorySegment address = arena.allocate(v4 ? 16 : 28, 8);
        address.set(JAVA_SHORT_UNALIGNED, 0, (short) (v4 ? AF_INET : AF_INET6));
        MemorySegment.copy(bytes, 0, address, JAVA_BYTE, v4 ? 4 : 8, bytes.length);
        return address;
    }
}
