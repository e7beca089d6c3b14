package io.weir.bindings;

import java.nio.file.Path;

/**
 * The network namespace of a thread: {@code setns(2)}.
 *
 * <p>A thread that enters a namespace stays there until it ends or enters another. Sockets that it opens, threads that
 * it starts and processes that it spawns from then on live in that namespace; sockets opened before stay where they
 * are. Only for platform threads: a virtual thread would move its carrier.
 */
public final class NetworkNamespace {
    /** {@code CLONE_NEWNET}, {@code linux/sched.h}. */
    static final int CLONE_NEWNET = 0x4000_0000;

    private static final int O_RDONLY = 0;
    private static final int O_CLOEXEC = 0x8_0000;
    private static final boolean ARM = "aarch64".equals(System.getProperty("os.arch"));
    private static final long SYS_SETNS = ARM ? 268 : 308;
    private static final long SYS_UNSHARE = ARM ? 97 : 272;

    private NetworkNamespace() {}

    /**
     * Moves the calling thread.
     *
     * @param netnsFile what {@code ip netns add NAME} makes ({@code /run/netns/NAME}), or {@code /proc/PID/ns/net}
     */
    public static void enter(Path netnsFile) {
        requirePlatformThread();
        int fd = NativeException.check(
                Libc.open(netnsFile.toString(), O_RDONLY | O_CLOEXEC, 0), "open(\"" + netnsFile + "\")");
        try {
            NativeException.check(
                    (int) Libc.syscall(SYS_SETNS, fd, CLONE_NEWNET, 0, 0, 0, 0),
                    "setns(\"" + netnsFile + "\", CLONE_NEWNET)");
        } finally {
            Libc.close(fd);
        }
    }

    /** Moves the calling thread into a new, empty namespace, which lives as long as something is in it. */
    public static void enterNew() {
        requirePlatformThread();
        NativeException.check((int) Libc.syscall(SYS_UNSHARE, CLONE_NEWNET, 0, 0, 0, 0, 0), "unshare(CLONE_NEWNET)");
    }

    private static void requirePlatformThread() {
        if (Thread.currentThread().isVirtual()) {
            throw new IllegalStateException("a virtual thread has no network namespace of its own");
        }
    }
}
