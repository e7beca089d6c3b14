package io.weir.appliance.guest;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Hears what happens to guests, and waits for it. */
final class Heard implements GuestReports {
    private static final long PATIENCE_S = 60;

    private final List<String> lines = new ArrayList<>();
    private int reports;

    @Override
    public void changed(GuestStatus before, GuestStatus now) {
        add(now.port() + " " + now.state() + " " + now.error());
    }

    @Override
    public void gone(GuestStatus guest) {
        add(guest.port() + " gone");
    }

    @Override
    public void unwritten(String why) {
        add("unwritten " + why);
    }

    /** Waits until something holds that can only begin to hold with a report; it is looked at without any monitor. */
    void await(BooleanSupplier condition) {
        final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        for (int seen = count(); !condition.getAsBoolean(); seen = count()) {
            waitFor(seen, end);
        }
    }

    private synchronized int count() {
        return reports;
    }

    private synchronized void waitFor(int seen, long end) {
        while (reports == seen) {
            final long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                fail("not in " + PATIENCE_S + " s; heard " + lines);
            }
            try {
                wait(left);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
                fail("interrupted");
            }
        }
    }

    private synchronized void add(String line) {
        lines.add(line);
        reports++;
        notifyAll();
    }

    private synchronized boolean has(String start) {
        return lines.stream().anyMatch(line -> line.startsWith(start));
    }

    /** Waits for a line that begins so, after those that were waited for before. */
    String await(String start) {
        await(() -> has(start));
        synchronized (this) {
            while (!lines.getFirst().startsWith(start)) {
                lines.removeFirst();
            }
            return lines.removeFirst();
        }
    }
}
