package io.weir.appliance.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How long ago this process was started, by whoever started it: {@code /proc/self/stat}, proc(5). */
final class ProcessAge {
    private static final int START_TIME = 22;
    private static final int BEHIND_NAME = 3; // the first field behind the name in parentheses
    private static final double TICKS = 100; // USER_HZ, on every architecture that this runs on

    private ProcessAge() {}

    /** Nanoseconds, to the hundredth of a second; 0 when the kernel does not say. */
    static long nanos() {
        try {
            return nanos(Files.readString(Path.of("/proc/self/stat")), Files.readString(Path.of("/proc/uptime")));
        } catch (IOException e) {
            return 0;
        }
    }

    static long nanos(String stat, String uptime) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        double started = Long.parseLong(fields[START_TIME - BEHIND_NAME]) / TICKS;
        double now = Double.parseDouble(uptime.split(" ")[0]);
        return Math.max(0, Math.round((now - started) * 1e9));
    }
}
