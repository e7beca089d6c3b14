package io.weir.perf.result;

import io.weir.bindings.CpuAffinity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Where a benchmark ran.
 *
 * @param processor as the kernel names it
 * @param cores online
 * @param memoryGib rounded
 * @param kernel name, release, architecture
 * @param system distribution
 * @param java runtime's vendor and version
 */
public record Machine(String processor, int cores, long memoryGib, String kernel, String system, String java) {
    /** This one. */
    public static Machine current() {
        return new Machine(
                field("/proc/cpuinfo", "model name", ":"),
                CpuAffinity.online().cardinality(),
                Math.round(number(field("/proc/meminfo", "MemTotal", ":")) / 1048576.0),
                "%s %s %s"
                        .formatted(
                                System.getProperty("os.name"),
                                System.getProperty("os.version"),
                                System.getProperty("os.arch")),
                field("/etc/os-release", "PRETTY_NAME", "=").replace("\"", ""),
                System.getProperty("java.vendor.version", System.getProperty("java.vendor"))
                        + ", "
                        + Runtime.version());
    }

    private static String field(String file, String key, String separator) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.substring(line.indexOf(separator) + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static double number(String text) {
        String digits = text.replaceAll("\\D", "");
        return digits.isEmpty() ? 0 : Double.parseDouble(digits);
    }

    /** In one line. */
    public String text() {
        return "%s, %d cores, %d GiB; %s, %s; Java %s".formatted(processor, cores, memoryGib, system, kernel, java);
    }
}
