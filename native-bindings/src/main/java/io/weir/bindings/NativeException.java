package io.weir.bindings;

/**
 * A system call that failed while something was being set up: which call, on what, why, and what a person can do.
 *
 * <p>Thrown by set-up code only; what runs per packet returns {@code -errno} instead.
 */
public final class NativeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final int errno;

    /**
     * @param call the call with its arguments, as strace would show it
     * @param errno the error number, positive
     * @param hint what a person can do about it, or an empty string
     */
    public NativeException(String call, int errno, String hint) {
        super("%s: %s%s".formatted(call, Errno.describe(errno), hint.isEmpty() ? "" : "; " + hint));
        this.call = call;
        this.errno = errno;
    }

    /**
     * With the hint that fits the error number alone.
     *
     * @param call the call with its arguments
     * @param errno the error number, positive
     */
    public NativeException(String call, int errno) {
        this(call, errno, Errno.hint(errno));
    }

    /** The failed call with its arguments. */
    public String call() {
        return call;
    }

    /** The error number, positive. */
    public int errno() {
        return errno;
    }

    /**
     * Turns the result of a wrapper that returns {@code -errno} into a value or an exception.
     *
     * @param result what the wrapper returned
     * @param call the call with its arguments
     * @return the result, when it is not negative
     */
    public static int check(int result, String call) {
        if (result < 0) {
            throw new NativeException(call, -result);
        }
        return result;
    }
}
