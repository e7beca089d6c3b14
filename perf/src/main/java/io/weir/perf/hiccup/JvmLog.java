package io.weir.perf.hiccup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a JVM has logged of its own doings, by unified logging with the decorations {@code timenanos,tags}. */
public final class JvmLog {
    private static final Pattern LINE = Pattern.compile("\\[(\\d+)ns]\\[([a-z,]+) *] *(.*)");
    private static final Pattern SAFEPOINT =
            Pattern.compile("Safepoint \"(\\w+)\".*Reaching safepoint: +(\\d+) ns.*Total: +(\\d+) ns.*");
    private static final Pattern HANDSHAKE =
            Pattern.compile("Handshake \"([^\"]+)\".*Total completion time: (\\d+) ns.*");
    private static final Pattern TRAP = Pattern.compile("cid=.*level=\\d (\\S+)\\(.*trap_bci=\\d+ (\\w+) .*");
    private static final Pattern COLLECTION =
            Pattern.compile("Z(Mark|Relocate|Verify).*|G1.*|.*Collect.*|Parallel.*|Shenandoah.*");

    private JvmLog() {}

    /** What happened. */
    public enum Kind {
        /** All threads were stopped for the collector. */
        COLLECTION,
        /** All threads were stopped for something else. */
        SAFEPOINT,
        /** Threads were asked to do something each, one after the other or by somebody else; the span is of them all. */
        HANDSHAKE,
        /** Machine code met what its compiler had thought impossible, and was left for the interpreter. */
        DEOPTIMISATION
    }

    /**
     * Something that happened.
     *
     * @param kind what it was
     * @param name of the operation or of the method
     * @param beginNs {@code CLOCK_MONOTONIC}
     * @param endNs {@code CLOCK_MONOTONIC}
     * @param reachingNs of a safepoint: until all threads had stopped
     */
    public record Event(Kind kind, String name, long beginNs, long endNs, long reachingNs) {
        /** Nanoseconds. */
        public long lengthNs() {
            return endNs - beginNs;
        }

        /** Nanoseconds of it that lie between two times. */
        public long overlapNs(long fromNs, long toNs) {
            return Math.max(0, Math.min(endNs, toNs) - Math.max(beginNs, fromNs));
        }

        /** Whether it stops every thread. */
        public boolean stopsAll() {
            return kind == Kind.COLLECTION || kind == Kind.SAFEPOINT;
        }
    }

    /**
     * The option that has a JVM log what is read here.
     *
     * @param file where to
     */
    public static List<String> options(Path file) {
        return List.of(
                "-Xlog:safepoint=info,handshake=info,deoptimization=debug:file=%s:timenanos,tags:filecount=0"
                        .formatted(file),
                "-Xlog:async");
    }

    /** Reads a log; lines of other kinds are passed over. */
    public static List<Event> read(Path file) throws IOException {
        return parse(Files.readAllLines(file));
    }

    static List<Event> parse(List<String> lines) {
        List<Event> events = new ArrayList<>();
        for (String line : lines) {
            Matcher matcher = LINE.matcher(line);
            if (matcher.matches()) {
                Event event = event(Long.parseLong(matcher.group(1)), matcher.group(2), matcher.group(3));
                if (event != null) {
                    events.add(event);
                }
            }
        }
        return events;
    }

    /** A line is written when what it tells of is over. */
    private static Event event(long endNs, String tags, String text) {
        return switch (tags) {
            case "safepoint" -> {
                Matcher m = SAFEPOINT.matcher(text);
                if (!m.matches()) {
                    yield null;
                }
                Kind kind = COLLECTION.matcher(m.group(1)).matches() ? Kind.COLLECTION : Kind.SAFEPOINT;
                long length = Long.parseLong(m.group(3));
                yield new Event(kind, m.group(1), endNs - length, endNs, Long.parseLong(m.group(2)));
            }
            case "handshake" -> {
                Matcher m = HANDSHAKE.matcher(text);
                yield m.matches()
                        ? new Event(Kind.HANDSHAKE, m.group(1), endNs - Long.parseLong(m.group(2)), endNs, 0)
                        : null;
            }
            case "deoptimization" -> {
                Matcher m = TRAP.matcher(text);
                yield m.matches()
                        ? new Event(Kind.DEOPTIMISATION, m.group(1) + ": " + m.group(2), endNs, endNs, 0)
                        : null;
            }
            default -> null;
        };
    }
}
