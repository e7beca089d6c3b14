package io.weir.perf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What each core has spent its time with since the machine started, in seconds: {@code /proc/stat}, proc(5).
 *
 * @param busy by core: everything but idle and waiting for I/O
 * @param total by core
 */
public record CoreTime(List<Double> busy, List<Double> total) {
    private static final double TICKS = 100; // USER_HZ, on every architecture that this runs on
    private static final int IDLE = 4;
    private static final int IO_WAIT = 5;
    private static final int FIELDS = 8; // guest time is in user time already

    /** Now. */
    public static CoreTime read() {
        try {
            return parse(Files.readAllLines(Path.of("/proc/stat")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static CoreTime parse(List<String> lines) {
        List<Double> busy = new ArrayList<>();
        List<Double> total = new ArrayList<>();
        for (String line : lines) {
            if (line.matches("cpu\\d+ .*")) {
                String[] fields = line.split(" ");
                double used = 0;
                double all = 0;
                for (int i = 1; i <= FIELDS; i++) {
                    double seconds = Long.parseLong(fields[i]) / TICKS;
                    all += seconds;
                    used += i == IDLE || i == IO_WAIT ? 0 : seconds;
                }
                busy.add(used);
                total.add(all);
            }
        }
        return new CoreTime(busy, total);
    }

    /** What happened since. */
    public CoreTime since(CoreTime before) {
        return new CoreTime(minus(busy, before.busy), minus(total, before.total));
    }

    private static List<Double> minus(List<Double> now, List<Double> before) {
        List<Double> difference = new ArrayList<>();
        for (int i = 0; i < Math.min(now.size(), before.size()); i++) {
            difference.add(now.get(i) - before.get(i));
        }
        return difference;
    }

    /** Seconds that a core was busy. */
    public double busySeconds(int core) {
        return busy.get(core);
    }

    /** Percent of the time that a core was busy. */
    public double busyPercent(int core) {
        return total.get(core) <= 0 ? 0 : 100 * busy.get(core) / total.get(core);
    }
}
