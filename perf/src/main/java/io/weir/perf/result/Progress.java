package io.weir.perf.result;

import java.io.PrintStream;
import java.util.Locale;

/** Tells on standard error what a long run is doing. */
public final class Progress {
    private final PrintStream out;
    private final long start = System.nanoTime();

    /**
     * @param out where to
     */
    public Progress(PrintStream out) {
        this.out = out;
    }

    /** A line, with the time since the start. */
    public void step(String format, Object... arguments) {
        out.printf(
                Locale.ROOT,
                "%7.1f s  %s%n",
                (System.nanoTime() - start) / 1e9,
                String.format(Locale.ROOT, format, arguments));
        out.flush();
    }
}
