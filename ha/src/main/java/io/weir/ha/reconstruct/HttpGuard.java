package io.weir.ha.reconstruct;

import io.weir.bindings.Mem;

/**
 * Tells a payload that begins an HTTP/1.x request (RFC 9112 §3) from the middle of something: the only payload that a
 * fresh server can make sense of.
 */
final class HttpGuard {
    private static final int LONGEST_METHOD = 20;
    private static final long VERSION = 0x4854_5450_2f31_2e30L; // "HTTP/1.0"

    private HttpGuard() {}

    /**
     * Whether a payload begins a request: a method in capital letters, one blank, a target, and the version, as far as the
     * payload goes.
     *
     * @param at where it begins
     * @param length bytes of it
     */
    static boolean beginsRequest(long at, int length) {
        int method = 0;
        while (method < length && method <= LONGEST_METHOD && isCapital(Mem.getU8(at + method))) {
            method++;
        }
        if (method < 3 || method > LONGEST_METHOD || method + 1 >= length || Mem.getU8(at + method) != ' ') {
            return false;
        }
        for (int i = method + 1; i < length; i++) {
            int c = Mem.getU8(at + i);
            if (c == '\r' || c == '\n') {
                return endsLine(at, i, method);
            }
            if (c < ' ' || c == 0x7f) {
                return false;
            }
        }
        return true; // a target that is longer than the segment
    }

    /** Whether what stands before the end of the line is a version, behind a target of at least one character. */
    private static boolean endsLine(long at, int lineEnd, int method) {
        int blank = lineEnd - 9;
        return blank > method + 1
                && Mem.getU8(at + blank) == ' '
                && (Mem.getLongBe(at + blank + 1) ^ VERSION) >>> 8 == 0
                && isDigit(Mem.getU8(at + lineEnd - 1));
    }

    private static boolean isCapital(int c) {
        return c >= 'A' && c <= 'Z' || c == '-';
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }
}
