package io.weir.bindings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What {@code /proc/self/smaps} says of the process's mappings. */
final class MemoryMaps {
    private static final Path SMAPS = Path.of("/proc/self/smaps");
    private static final Pattern RANGE = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) .*");
    private static final String HUGE = "AnonHugePages:";

    private MemoryMaps() {}

    /**
     * Bytes of transparent huge pages in the mappings that overlap a range; 0 if unknown. The kernel joins neighbouring
     * mappings, so it may be more than the range has.
     */
    static long transparentHugeBytes(long from, long to) {
        try (Stream<String> lines = Files.lines(SMAPS)) {
            return transparentHugeBytes(lines.iterator(), from, to);
        } catch (IOException e) {
            return 0;
        }
    }

    static long transparentHugeBytes(Iterator<String> lines, long from, long to) {
        long sum = 0;
        boolean inside = false;
        while (lines.hasNext()) {
            String line = lines.next();
            Matcher range = RANGE.matcher(line);
            if (range.matches()) {
                inside = Long.compareUnsigned(Long.parseUnsignedLong(range.group(1), 16), to) < 0
                        && Long.compareUnsigned(Long.parseUnsignedLong(range.group(2), 16), from) > 0;
            } else if (inside && line.startsWith(HUGE)) {
                sum += Long.parseLong(line.replaceAll("\\D", "")) << 10;
            }
        }
        return sum;
    }
}
