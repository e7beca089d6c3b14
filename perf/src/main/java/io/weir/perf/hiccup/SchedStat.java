package io.weir.perf.hiccup;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * What the kernel's scheduler counts of one thread: {@code /proc/PID/task/TID/schedstat}, read again and again without
 * allocating. Source: {@code Documentation/scheduler/sched-stats.rst}, {@code fs/proc/base.c}.
 */
public final class SchedStat implements AutoCloseable {
    private final RandomAccessFile file;
    private final byte[] text = new byte[96];
    private long runNs;
    private long waitedNs;
    private long turns;

    /**
     * @param pid the process
     * @param tid its thread
     * @throws UncheckedIOException when there is no such thread
     */
    public SchedStat(long pid, long tid) {
        try {
            file = new RandomAccessFile(
                    Path.of("/proc", "" + pid, "task", "" + tid, "schedstat").toFile(), "r");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads.
     *
     * @return false when the thread has ended
     */
    public boolean read() {
        int length;
        try {
            file.seek(0);
            length = file.read(text);
        } catch (IOException e) {
            return false; // ESRCH
        }
        return length > 0 && parse(text, length);
    }

    private boolean parse(byte[] line, int length) {
        int field = 0;
        long number = 0;
        for (int i = 0; i < length && field < 3; i++) {
            int c = line[i];
            if (c >= '0' && c <= '9') {
                number = number * 10 + c - '0';
            } else {
                set(field++, number);
                number = 0;
            }
        }
        return field == 3;
    }

    private void set(int field, long number) {
        switch (field) {
            case 0 -> runNs = number;
            case 1 -> waitedNs = number;
            default -> turns = number;
        }
    }

    /** Nanoseconds on a processor, brought up to date at the scheduler's ticks. */
    public long runNs() {
        return runNs;
    }

    /** Nanoseconds that it could have run and another ran, brought up to date when it runs again. */
    public long waitedNs() {
        return waitedNs;
    }

    /** How often it got a processor. */
    public long turns() {
        return turns;
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
