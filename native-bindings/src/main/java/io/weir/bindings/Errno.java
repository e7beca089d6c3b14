package io.weir.bindings;

import java.util.Map;

/** Linux error numbers ({@code asm-generic/errno.h}), their names, and what a person can do about them. */
public final class Errno {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int ENXIO = 6;
    public static final int E2BIG = 7;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EFAULT = 14;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int EMFILE = 24;
    public static final int ENOSPC = 28;
    public static final int ERANGE = 34;
    public static final int ENOSYS = 38;
    public static final int ENOPROTOOPT = 92;
    public static final int EOPNOTSUPP = 95;
    public static final int EADDRINUSE = 98;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ENETDOWN = 100;
    public static final int ENETUNREACH = 101;
    public static final int ENOBUFS = 105;
    public static final int ETIMEDOUT = 110;
    public static final int EHOSTUNREACH = 113;

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(EPERM, "EPERM (operation not permitted)"),
            Map.entry(ENOENT, "ENOENT (no such file or entry)"),
            Map.entry(ESRCH, "ESRCH (no such entry)"),
            Map.entry(EINTR, "EINTR (interrupted)"),
            Map.entry(ENXIO, "ENXIO (no such device or queue)"),
            Map.entry(E2BIG, "E2BIG (too long, or full)"),
            Map.entry(EBADF, "EBADF (bad file descriptor)"),
            Map.entry(EAGAIN, "EAGAIN (try again)"),
            Map.entry(ENOMEM, "ENOMEM (out of memory)"),
            Map.entry(EACCES, "EACCES (permission denied)"),
            Map.entry(EFAULT, "EFAULT (bad address)"),
            Map.entry(EBUSY, "EBUSY (device or resource busy)"),
            Map.entry(EEXIST, "EEXIST (exists already)"),
            Map.entry(ENODEV, "ENODEV (no such device)"),
            Map.entry(EINVAL, "EINVAL (invalid argument)"),
            Map.entry(EMFILE, "EMFILE (too many open files)"),
            Map.entry(ENOSPC, "ENOSPC (no space left)"),
            Map.entry(ERANGE, "ERANGE (out of range)"),
            Map.entry(ENOSYS, "ENOSYS (the kernel has no such call)"),
            Map.entry(ENOPROTOOPT, "ENOPROTOOPT (the kernel has no such option)"),
            Map.entry(EOPNOTSUPP, "EOPNOTSUPP (not supported)"),
            Map.entry(EADDRINUSE, "EADDRINUSE (address in use)"),
            Map.entry(EADDRNOTAVAIL, "EADDRNOTAVAIL (address not available)"),
            Map.entry(ENETDOWN, "ENETDOWN (the device is down)"),
            Map.entry(ENETUNREACH, "ENETUNREACH (network unreachable)"),
            Map.entry(ENOBUFS, "ENOBUFS (no buffer space)"),
            Map.entry(ETIMEDOUT, "ETIMEDOUT (timed out)"),
            Map.entry(EHOSTUNREACH, "EHOSTUNREACH (host unreachable)"));

    private Errno() {}

    /**
     * Name and meaning.
     *
     * @param errno the error number, positive
     */
    public static String describe(int errno) {
        return NAMES.getOrDefault(errno, "errno " + errno);
    }

    /**
     * What a person can do about an error when nothing more is known than its number.
     *
     * @param errno the error number, positive
     * @return the hint, or an empty string
     */
    public static String hint(int errno) {
        return switch (errno) {
            case EPERM, EACCES -> "run as root, or grant CAP_NET_ADMIN, CAP_NET_RAW, CAP_BPF and CAP_PERFMON";
            case ENOMEM, ENOBUFS ->
                "raise the locked-memory limit (ulimit -l unlimited, LimitMEMLOCK=infinity) or configure less memory";
            case ENODEV, ENXIO -> "check the device's name with `ip link`, and its queues with `ethtool -l`";
            case ENETDOWN -> "bring the device up with `ip link set DEV up`";
            case ENOSYS, ENOPROTOOPT -> "this kernel is too old or was built without the feature";
            default -> "";
        };
    }
}
