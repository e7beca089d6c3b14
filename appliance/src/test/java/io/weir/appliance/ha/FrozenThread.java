package io.weir.appliance.ha;

import io.weir.bindings.Libc;
import io.weir.bindings.NativeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** One thread of another process, stopped by {@code ptrace(2)} while all others run; goes on when closed. */
final class FrozenThread implements AutoCloseable {
    private static final boolean ARM = "aarch64".equals(System.getProperty("os.arch"));
    private static final long SYS_PTRACE = ARM ? 117 : 101;
    private static final long SYS_WAIT4 = ARM ? 260 : 61;
    private static final long PTRACE_ATTACH = 16;
    private static final long PTRACE_DETACH = 17;
    private static final long WALL = 0x4000_0000;
    private static final int LONGEST_NAME = 15;

    private final long tid;
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread tracer;

    private FrozenThread(long tid, CountDownLatch stopped) {
        this.tid = tid;
        // all calls must come from the thread that attached
        this.tracer = Thread.ofPlatform().daemon().name("tracer").start(() -> {
            call(SYS_PTRACE, PTRACE_ATTACH, tid, 0, 0, "PTRACE_ATTACH");
            call(SYS_WAIT4, tid, 0, WALL, 0, "wait4");
            stopped.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            call(SYS_PTRACE, PTRACE_DETACH, tid, 0, 0, "PTRACE_DETACH");
        });
    }

    /** Stops the thread of a process whose name begins so. */
    static FrozenThread of(long pid, String name) throws InterruptedException {
        CountDownLatch stopped = new CountDownLatch(1);
        FrozenThread frozen = new FrozenThread(find(pid, name), stopped);
        stopped.await();
        return frozen;
    }

    private static long find(long pid, String name) {
        String wanted = name.substring(0, Math.min(LONGEST_NAME, name.length()));
        try (var tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
            for (Path task : tasks.toList()) {
                if (Files.readString(task.resolve("comm")).startsWith(wanted)) {
                    return Long.parseLong(task.getFileName().toString());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException("process %d has no thread %s".formatted(pid, name));
    }

    private static void call(long number, long a, long b, long c, long d, String name) {
        NativeException.check((int) Libc.syscall(number, a, b, c, d, 0, 0), name);
    }

    @Override
    public void close() {
        end.countDown();
        try {
            tracer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "thread " + tid;
    }
}
