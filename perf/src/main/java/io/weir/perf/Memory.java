package io.weir.perf;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory that is taken and memory that is left, in bytes, as the kernel tells. */
public final class Memory {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path MACHINE = Path.of("/proc/meminfo");

    private Memory() {}

    /** What this process occupies: resident pages, and explicit huge pages, which the kernel counts apart. */
    public static long resident() {
        return bytes(STATUS, "VmRSS:") + bytes(STATUS, "HugetlbPages:");
    }

    /** What can be had without swapping, in pages of any size. */
    public static long available() {
        return bytes(MACHINE, "MemAvailable:")
                + bytes(MACHINE, "HugePages_Free:") / 1024 * bytes(MACHINE, "Hugepagesize:");
    }

    private static long bytes(Path file, String label) {
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(label))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                            .sum()
                    << 10;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
