package io.weir.appliance.guest;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Hears what happens to guests, and waits for it. */
final class Heard implements GuestReports {
    private static final long PATIENCE_S = 60;

    final List<String> lines = new ArrayList<>();

    @Override
    public synchronized void changed(GuestStatus before, GuestStatus now) {
        lines.add(now.port() + " " + now.state() + " " + now.error());
        notifyAll();
    }

    @Override
    public synchronized void gone(GuestStatus guest) {
        lines.add(guest.port() + " gone");
        notifyAll();
    }

    @Override
    public synchronized void unwritten(String why) {
        lines.add("unwritten " + why);
        notifyAll();
    }

    /** Waits until something holds that can only begin to hold with a report. */
    synchronized void await(BooleanSupplier condition) {
        final long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (!condition.getAsBoolean()) {
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

    /** Waits for a line that begins so, after those that were waited for before. */
    synchronized String await(String start) {
        await(() -> lines.stream().anyMatch(line -> line.startsWith(start)));
        while (!lines.getFirst().startsWith(start)) {
            lines.removeFirst();
        }
        return lines.removeFirst();
    }
}
