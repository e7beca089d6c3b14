package io.weir.bindings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.stream.Stream;

/**
 * On which cores the calling thread may run, and how late its timers may be: {@code sched_setaffinity(2)},
 * {@code getcpu(2)}, {@code prctl(2)}. Only for platform threads.
 */
public final class CpuAffinity {
    private static final boolean ARM = "aarch64".equals(System.getProperty("os.arch"));
    private static final long SYS_SCHED_SETAFFINITY = ARM ? 122 : 203;
    private static final long SYS_SCHED_GETAFFINITY = ARM ? 123 : 204;
    private static final long SYS_GETCPU = ARM ? 168 : 309;
    private static final long SYS_PRCTL = ARM ? 167 : 157;
    /** {@code PR_SET_TIMERSLACK}, {@code PR_GET_TIMERSLACK}: {@code linux/prctl.h}. */
    static final int PR_SET_TIMERSLACK = 29;

    static final int PR_GET_TIMERSLACK = 30;

    private static final int MASK_BYTES = 1024; // 8192 cores: as many as the kernel can be built for
    private static final Path TASKS = Path.of("/proc/self/task");
    private static final Path ONLINE = Path.of("/sys/devices/system/cpu/online");

    private CpuAffinity() {}

    /**
     * Binds the calling thread to one core.
     *
     * @param cpu the core's number, as in {@code /proc/cpuinfo}
     */
    public static void pin(int cpu) {
        BitSet one = new BitSet();
        one.set(cpu);
        set(one);
    }

    /** Lets the calling thread run on these cores only. */
    public static void set(BitSet cpus) {
        int result = set(0, cpus);
        if (result < 0) {
            throw new NativeException(
                    "sched_setaffinity(%s)".formatted(cpus),
                    -result,
                    "cores of this machine: %s, allowed to this thread: %s".formatted(online(), get()));
        }
    }

    /**
     * Moves threads of this process, those of the JVM as well, from some cores to others; and so all that they will start.
     * Threads that may run on other cores than these now, since somebody has bound them, stay where they are.
     *
     * @param from the cores that a thread may run on now, exactly
     * @param to the cores that it may run on from now on
     */
    public static void moveAll(BitSet from, BitSet to) {
        try (Stream<Path> tasks = Files.list(TASKS)) {
            for (Path task : tasks.toList()) {
                int tid = Integer.parseInt(task.getFileName().toString());
                BitSet now = new BitSet();
                int result = get(tid, now);
                if (result >= 0 && now.equals(from)) {
                    result = set(tid, to);
                }
                if (result < 0 && result != -Errno.ESRCH) { // it may have ended meanwhile
                    throw new NativeException("sched_setaffinity(%d, %s)".formatted(tid, to), -result);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int set(int tid, BitSet cpus) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(MASK_BYTES, 8);
            byte[] bits = cpus.toByteArray();
            if (bits.length > MASK_BYTES) {
                throw new IllegalArgumentException(
                        "core %d; this machine has %s".formatted(cpus.length() - 1, online()));
            }
            MemorySegment.copy(bits, 0, mask, ValueLayout.JAVA_BYTE, 0, bits.length);
            return (int) Libc.syscall(SYS_SCHED_SETAFFINITY, tid, MASK_BYTES, mask.address(), 0, 0, 0);
        }
    }

    /** The cores that the calling thread may run on. */
    public static BitSet get() {
        BitSet cpus = new BitSet();
        NativeException.check(get(0, cpus), "sched_getaffinity");
        return cpus;
    }

    private static int get(int tid, BitSet cpus) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mask = arena.allocate(MASK_BYTES, 8);
            int bytes = (int) Libc.syscall(SYS_SCHED_GETAFFINITY, tid, MASK_BYTES, mask.address(), 0, 0, 0);
            if (bytes > 0) {
                cpus.or(BitSet.valueOf(mask.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE)));
            }
            return bytes;
        }
    }

    /** The machine's cores that are online, whether or not this process may use them. */
    public static BitSet online() {
        try {
            return parse(Files.readString(ONLINE).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a list such as {@code 0-3,6}, as the kernel writes them. */
    public static BitSet parse(String list) {
        BitSet cpus = new BitSet();
        for (String range : list.split(",")) {
            if (!range.isEmpty()) {
                String[] ends = range.split("-");
                cpus.set(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]) + 1);
            }
        }
        return cpus;
    }

    /** The core that the calling thread runs on at the moment. */
    public static int current() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cpu = arena.allocate(ValueLayout.JAVA_INT);
            NativeException.check((int) Libc.syscall(SYS_GETCPU, cpu.address(), 0, 0, 0, 0, 0), "getcpu");
            return cpu.get(ValueLayout.JAVA_INT, 0);
        }
    }

    /**
     * How much later than asked the kernel may wake the calling thread, so that wake-ups can be batched; 50 µs unless
     * set. A worker that sleeps for microseconds between polls wants 1.
     *
     * @param nanoseconds at least 1
     */
    public static void setTimerSlack(long nanoseconds) {
        NativeException.check(
                (int) Libc.syscall(SYS_PRCTL, PR_SET_TIMERSLACK, nanoseconds, 0, 0, 0, 0),
                "prctl(PR_SET_TIMERSLACK, %d)".formatted(nanoseconds));
    }

    /** The calling thread's timer slack in nanoseconds. */
    public static long timerSlack() {
        return Libc.syscall(SYS_PRCTL, PR_GET_TIMERSLACK, 0, 0, 0, 0, 0);
    }
}
