package io.weir.perf.hiccup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.perf.OwnJava;
import io.weir.perf.hiccup.JvmLog.Event;
import io.weir.perf.hiccup.JvmLog.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JvmLogTest {
    /** Stops its own JVM, as a collector would. */
    static final class Stopping {
        private Stopping() {}

        public static void main(String[] arguments) {
            for (int i = 0; i < 3; i++) {
                System.gc();
                Thread.getAllStackTraces();
            }
            System.out.println(System.nanoTime());
        }
    }

    @TempDir
    private Path directory;

    @Test
    void shouldReadWhatTheJvmWrites() {
        assertEquals(
                List.of(
                        new Event(Kind.COLLECTION, "ZMarkEndYoung", 1_000_000 - 149_353, 1_000_000, 110_465),
                        new Event(Kind.SAFEPOINT, "ICBufferFull", 2_000_000 - 66_379, 2_000_000, 17_627),
                        new Event(Kind.HANDSHAKE, "DeoptimizeMarkedClosure", 2_950_000, 3_000_000, 0),
                        new Event(
                                Kind.DEOPTIMISATION,
                                "io.weir.engine.port.AfXdpPort.receive: unstable_if",
                                3_100_000,
                                3_100_000,
                                0)),
                JvmLog.parse(List.of(
                        "[1000000ns][safepoint   ] Safepoint \"ZMarkEndYoung\", Time since last: 26424172 ns, Reaching"
                                + " safepoint: 110465 ns, At safepoint: 20230 ns, Leaving safepoint: 18658 ns, Total:"
                                + " 149353 ns, Threads: 1 runnable, 10 total",
                        "[2000000ns][safepoint] Safepoint \"ICBufferFull\", Time since last: 8452513 ns, Reaching"
                                + " safepoint: 17627 ns, At safepoint: 46609 ns, Leaving safepoint: 2143 ns, Total:"
                                + " 66379 ns, Threads: 0 runnable, 10 total",
                        "[3000000ns][handshake] Handshake \"DeoptimizeMarkedClosure\", Targeted threads: 11, Executed by"
                                + " requesting thread: 10, Total completion time: 50000 ns",
                        "[3100000ns][deoptimization] cid=2566     level=4"
                                + " io.weir.engine.port.AfXdpPort.receive(Lio/weir/engine/port/FrameBatch;)I"
                                + " trap_bci=104 unstable_if reinterpret pc=0x00007f6a5ff8ad14 relative_pc=0x0124",
                        "[3200000ns][safepoint] something else",
                        "a line that was cut o")));
    }

    @Test
    void shouldUnderstandThisJvm() throws IOException, InterruptedException {
        Path log = directory.resolve("jvm.log");
        long before = System.nanoTime();
        Process process = new ProcessBuilder(OwnJava.node(JvmLog.options(log), Stopping.class))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long inside = Long.parseLong(new String(process.getInputStream().readAllBytes()).strip());
        assertEquals(0, process.waitFor());
        long after = System.nanoTime();
        assertTrue(before < inside && inside < after, "the clock is the machine's, not the process's");
        List<Event> events = JvmLog.read(log);
        assertTrue(events.stream().anyMatch(event -> event.kind() == Kind.COLLECTION), events.toString());
        events.forEach(event -> assertTrue(
                event.beginNs() >= before && event.endNs() <= after && event.lengthNs() >= 0, event.toString()));
    }

    @Test
    void shouldMeasureOverlap() {
        Event event = new Event(Kind.SAFEPOINT, "x", 100, 200, 0);
        assertEquals(100, event.lengthNs());
        assertEquals(0, event.overlapNs(0, 100));
        assertEquals(50, event.overlapNs(50, 150));
        assertEquals(10, event.overlapNs(190, 300));
        assertEquals(100, event.overlapNs(0, 300));
    }
}
