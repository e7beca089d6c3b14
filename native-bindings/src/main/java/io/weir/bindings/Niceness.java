package io.weir.bindings;

/**
 * The calling thread's part of a core that others want, too: {@code setpriority(2)}, {@code sched(7)}. Each step is worth
 * about a quarter more of the core. Only for platform threads.
 */
public final class Niceness {
    /** The most. */
    public static final int LEAST = -20;

    /** The least. */
    public static final int MOST = 19;

    private static final boolean ARM = "aarch64".equals(System.getProperty("os.arch"));
    private static final long SYS_SETPRIORITY = ARM ? 140 : 141;
    private static final long SYS_GETPRIORITY = ARM ? 141 : 140;
    private static final long PRIO_PROCESS = 0;
    private static final long THIS_THREAD = 0;
    private static final int ZERO = 20; // what getpriority(2) returns for a niceness of 0: it must not be negative

    private Niceness() {}

    /**
     * Sets it, if this thread may: less than it has needs {@code CAP_SYS_NICE} or {@code RLIMIT_NICE}.
     *
     * @param nice {@value #LEAST} to {@value #MOST}
     * @return whether it is set
     */
    public static boolean trySet(int nice) {
        int result = (int) Libc.syscall(SYS_SETPRIORITY, PRIO_PROCESS, THIS_THREAD, nice, 0, 0, 0);
        if (result == -Errno.EACCES || result == -Errno.EPERM) {
            return false;
        }
        NativeException.check(result, "setpriority(PRIO_PROCESS, 0, %d)".formatted(nice));
        return true;
    }

    /** What it is. */
    public static int get() {
        int result = (int) Libc.syscall(SYS_GETPRIORITY, PRIO_PROCESS, THIS_THREAD, 0, 0, 0, 0);
        return ZERO - NativeException.check(result, "getpriority(PRIO_PROCESS, 0)");
    }
}
