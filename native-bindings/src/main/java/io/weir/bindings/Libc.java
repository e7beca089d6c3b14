package io.weir.bindings;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/**
 * The system calls that Weir makes, each a thin wrapper that returns the call's result or {@code -errno}.
 *
 * <p>Addresses are absolute, as in {@link Mem}. No call allocates; the error number is captured into a segment of the
 * calling thread's own. Sources: the manual pages, section 2; numbers from {@code asm-generic} headers (x86-64 and
 * aarch64 agree on all that is used, except where a comment says otherwise).
 */
public final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            CAPTURE.varHandle(java.lang.foreign.MemoryLayout.PathElement.groupElement("errno"));
    private static final ThreadLocal<MemorySegment> CAPTURED =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CAPTURE));

    private static final MethodHandle SOCKET =
            call("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CLOSE = call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle BIND =
            call("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle SETSOCKOPT =
            call("setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle GETSOCKOPT =
            call("getsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle SENDTO = call(
            "sendto", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle SENDMMSG =
            call("sendmmsg", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));
    private static final MethodHandle RECVFROM = call(
            "recvfrom",
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle RECVMSG =
            call("recvmsg", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle READ =
            call("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle WRITE =
            call("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle POLL =
            call("poll", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle MMAP = call(
            "mmap", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle MUNMAP = call("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle MADVISE =
            call("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle OPEN =
            variadic("open", 2, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT));
    private static final MethodHandle IOCTL =
            variadic("ioctl", 2, FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle SYSCALL = variadic(
            "syscall",
            1,
            FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));

    private Libc() {}

    /** {@code socket(2)}: a descriptor, or {@code -errno}. */
    public static int socket(int domain, int type, int protocol) {
        try {
            MemorySegment captured = CAPTURED.get();
            return result((int) SOCKET.invokeExact(captured, domain, type, protocol), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** {@code close(2)}. */
    public static int close(int fd) {
        try {
            MemorySegment captured = CAPTURED.get();
            return result((int) CLOSE.invokeExact(captured, fd), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** {@code bind(2)}. */
    public static int bind(int fd, long sockaddr, int length) {
        try {
            MemorySegment captured = CAPTURED.get();
            return result((int) BIND.invokeExact(captured, fd, sockaddr, length), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** {@code setsockopt(2)}. */
    public static int setsockopt(int fd, int level, int option, long value, int length) {
        try {
            MemorySegment captured = CAPTURED.get();
            return result((int) SETSOCKOPT.invokeExact(captured, fd, level, option, value, length), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** {@code getsockopt(2)}; {@code length} is the address of a {@code socklen_t}, in and out. */
    public static int getsockopt(int fd, int level, int option, long value, long length) {
        try {
            MemorySegment captured = CAPTURED.get();
            return result((int) GETSOCKOPT.invokeExact(captured, fd, level, option, value, length), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** {@code sendto(2)}: bytes sent, or {@code -errno}. */
    public static long sendto(int fd, long buffer, long length, int flags, long sockaddr, int sockaddrLength) {
        try {
            MemorySegment captured = CAPTURED.get();
            return result(
                    (long) SENDTO.invokeExact(captured, fd, buffer, length, flags, sockaddr, sockaddrLength), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** {@code sendmmsg(2)} of an array of {@code struct mmsghdr}: how many were sent, or {@code -errno}. */
    public static int sendmmsg(int fd, long messages, int count, int flags) {
        try {
            MemorySegment captured = CAPTURED.get();
            return result((int) SENDMMSG.invokeExact(captured, fd, messages, count, flags), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** {@code recvfrom(2)}: bytes received, or {@code -errno}. */
    public static long recvfrom(int fd, long buffer, long length, int flags, long sockaddr, long sockaddrLength) {
        try {
            MemorySegment captured = CAPTURED.get();
            return result(
                    (long) RECVFROM.invokeExact(captured, fd, buffer, length, flags, sockaddr, sockaddrLength),
                    captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** {@code recvmsg(2)} into a {@code struct msghdr}: bytes received, or {@code -errno}. */
    public static long recvmsg(int fd, long message, int flags) {
        try {
            MemorySegment captured = CAPTURED.get();
            return result((long) RECVMSG.invokeExact(captured, fd, message, flags), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** {@code read(2)}. */
    public static long read(int fd, long buffer, long length) {
        try {
            MemorySegment captured = CAPTURED.get();
            return result((long) READ.invokeExact(captured, fd, buffer, length), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** {@code write(2)}. */
    public static long write(int fd, long buffer, long length) {
        try {
            MemorySegment captured = CAPTURED.get();
            return result((long) WRITE.invokeExact(captured, fd, buffer, length), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** {@code poll(2)} on an array of {@code struct pollfd} (int fd, short events, short revents). */
    public static int poll(long pollfds, int count, int timeoutMs) {
        try {
            MemorySegment captured = CAPTURED.get();
            return result((int) POLL.invokeExact(captured, pollfds, (long) count, timeoutMs), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** {@code mmap(2)}: the mapping's address, or {@code -errno}. */
    public static long mmap(long address, long length, int protection, int flags, int fd, long offset) {
        try {
            MemorySegment captured = CAPTURED.get();
            return result((long) MMAP.invokeExact(captured, address, length, protection, flags, fd, offset), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** {@code munmap(2)}. */
    public static int munmap(long address, long length) {
        try {
            MemorySegment captured = CAPTURED.get();
            return result((int) MUNMAP.invokeExact(captured, address, length), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** {@code madvise(2)}. */
    public static int madvise(long address, long length, int advice) {
        try {
            MemorySegment captured = CAPTURED.get();
            return result((int) MADVISE.invokeExact(captured, address, length, advice), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** {@code open(2)}. Allocates the path: for set-up only. */
    public static int open(String path, int flags, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment captured = CAPTURED.get();
            MemorySegment name = arena.allocateFrom(path, StandardCharsets.UTF_8);
            return result((int) OPEN.invokeExact(captured, name, flags, mode), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** {@code ioctl(2)} with one pointer or integer argument. */
    public static int ioctl(int fd, long request, long argument) {
        try {
            MemorySegment captured = CAPTURED.get();
            return result((int) IOCTL.invokeExact(captured, fd, request, argument), captured);
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** {@code syscall(2)}, for what libc has no wrapper for; unused arguments are 0. */
    public static long syscall(long number, long a, long b, long c, long d, long e, long f) {
        try {
            MemorySegment captured = CAPTURED.get();
            return result((long) SYSCALL.invokeExact(captured, number, a, b, c, d, e, f), captured);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static MethodHandle call(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), descriptor, Linker.Option.captureCallState("errno"));
    }

    private static MethodHandle variadic(String name, int firstVariadic, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name),
                descriptor,
                Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(firstVariadic));
    }

    private static int result(int returned, MemorySegment captured) {
        return returned != -1 ? returned : -(int) ERRNO.get(captured, 0L);
    }

    private static long result(long returned, MemorySegment captured) {
        return returned != -1 ? returned : -(int) ERRNO.get(captured, 0L);
    }

    private static AssertionError unexpected(Throwable thrown) {
        return new AssertionError("a downcall cannot throw", thrown);
    }
}
