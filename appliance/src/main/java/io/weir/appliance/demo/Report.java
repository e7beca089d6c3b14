package io.weir.appliance.demo;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.Supplier;

/** What the demonstration prints: steps with the time since its start, checks with their verdicts. */
final class Report {
    private static final int BAR = 40;

    private final PrintStream out;
    private final long start = System.nanoTime();
    private boolean failed;

    Report(PrintStream out) {
        this.out = out;
    }

    PrintStream out() {
        return out;
    }

    boolean hasFailed() {
        return failed;
    }

    void step(String what) {
        out.printf(Locale.ROOT, "%5.1f s  %s%n", (System.nanoTime() - start) / 1e9, what);
    }

    /** A bar that grows in place on a terminal; a line now and then elsewhere. */
    void progress(int done, int all) {
        boolean terminal = System.console() != null && System.console().isTerminal();
        if (terminal) {
            int full = done * BAR / all;
            out.printf("\r         requests [%s%s] %d/%d", "#".repeat(full), ".".repeat(BAR - full), done, all);
            out.print(done == all ? System.lineSeparator() : "");
            out.flush();
        } else if (done % (all / 3) == 0) {
            step(done + " of " + all + " requests answered");
        }
    }

    /** Does something that returns what it found, or throws why it does not hold. */
    void check(String what, Supplier<String> body) {
        try {
            out.printf("  ok      %-26s%s%n", what, body.get());
        } catch (RuntimeException e) {
            fail(what, e);
        }
    }

    void fail(String what, RuntimeException e) {
        failed = true;
        Throwable reason = e.getCause() != null && e.getClass() == IllegalStateException.class ? e.getCause() : e;
        out.printf("  FAILED  %-26s%s%n", what, reason instanceof DemoChecks.Failed ? reason.getMessage() : reason);
    }

    void conclude() {
        out.println();
        step(failed ? "not every check held" : "every check held");
    }
}
