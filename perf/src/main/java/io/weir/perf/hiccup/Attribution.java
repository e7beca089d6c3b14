package io.weir.perf.hiccup;

import io.weir.engine.counters.LongCycles.Cycle;
import io.weir.perf.hiccup.JvmLog.Event;
import io.weir.perf.hiccup.JvmLog.Kind;
import io.weir.perf.hiccup.Samples.Sample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Whose fault long cycles were.
 *
 * <p>What is known of a cycle: the stops of the JVM that overlap it, to the nanosecond; and by how much the worker's
 * processor time and its time of waiting for a processor grew between the last sample before the cycle and the first one
 * after it. What is left of that stretch, but for the stops, the worker was on a processor by the guest's clock and not
 * by the host's: the host ran something else, or an interrupt was served. A spinning worker never sleeps.
 */
public final class Attribution {
    /** A part of the cycle from which on something is the cause of its length. */
    private static final double LARGE = 0.3;

    private final List<Event> events;
    private final List<Sample> samples;
    private final List<CoreSharers.Turn> turns;

    /** Who it was. */
    public enum Cause {
        /** The JVM stopped its threads to collect garbage. */
        COLLECTION("collector's safepoint", true),
        /** The JVM stopped its threads for something else. */
        SAFEPOINT("safepoint", true),
        /** Another thread of the node's process had the worker's core. */
        JVM_THREAD("thread of the JVM on the core", true),
        /** Machine code was dropped, and the interpreter took over. */
        DEOPTIMISATION("deoptimisation", true),
        /** The JVM asked the worker to do something. */
        HANDSHAKE("handshake", true),
        /** Something else than the node had the worker's core. */
        PREEMPTION("preempted", false),
        /** The host had the core, or an interrupt. */
        STOLEN("stolen by the host, or interrupts", false),
        /** It worked all the time, or nothing is known. */
        WORK("on its core all the time", false);

        private final String label;
        private final boolean jvm;

        Cause(String label, boolean jvm) {
            this.label = label;
            this.jvm = jvm;
        }

        /** For tables. */
        public String label() {
            return label;
        }

        /** Whether it would not have been without the JVM. */
        public boolean isJvm() {
            return jvm;
        }
    }

    /**
     * A cycle, taken apart.
     *
     * @param cycle which
     * @param cause whose fault
     * @param detail the operation or thread; may be empty
     * @param stoppedNs of it, at safepoints
     * @param waitedNs of it at most, waiting for the core
     * @param stolenNs of it at most, not running although nothing of the guest was in its way
     */
    public record Finding(Cycle cycle, Cause cause, String detail, long stoppedNs, long waitedNs, long stolenNs) {}

    /**
     * @param events of the JVM
     * @param samples of the worker, in order
     * @param turns of other threads of the process that may run on the worker's core
     */
    public Attribution(List<Event> events, List<Sample> samples, List<CoreSharers.Turn> turns) {
        this.events = List.copyOf(events);
        this.samples = List.copyOf(samples);
        this.turns = List.copyOf(turns);
    }

    /** Takes a cycle apart. */
    public Finding of(Cycle cycle) {
        long length = cycle.lengthNs();
        List<Event> during = events.stream()
                .filter(event -> event.beginNs() <= cycle.endNs() && event.endNs() >= cycle.beginNs())
                .toList();
        long stopped = Math.min(
                length,
                during.stream()
                        .filter(Event::stopsAll)
                        .mapToLong(event -> event.overlapNs(cycle.beginNs(), cycle.endNs()))
                        .sum());
        Sample before = before(cycle.beginNs());
        Sample after = after(cycle.endNs());
        long waited = 0;
        long stolen = 0;
        if (before != null && after != null) {
            waited = Math.min(length, after.waitedNs() - before.waitedNs());
            long wall = after.timeNs() - before.timeNs();
            long stoppedAround = events.stream()
                    .filter(Event::stopsAll)
                    .mapToLong(event -> event.overlapNs(before.timeNs(), after.timeNs()))
                    .sum();
            long ran = after.cpuNs() - before.cpuNs();
            stolen = Math.clamp(wall - ran - (after.waitedNs() - before.waitedNs()) - stoppedAround, 0, length);
        }
        Optional<String> thread = runningThread(cycle);
        Cause cause;
        String detail = "";
        if (stopped >= LARGE * length) {
            Event longest = during.stream()
                    .filter(Event::stopsAll)
                    .max(Comparator.comparingLong(event -> event.overlapNs(cycle.beginNs(), cycle.endNs())))
                    .orElseThrow();
            cause = longest.kind() == Kind.COLLECTION ? Cause.COLLECTION : Cause.SAFEPOINT;
            detail = longest.name();
        } else if (waited >= LARGE * length) {
            cause = thread.isPresent() ? Cause.JVM_THREAD : Cause.PREEMPTION;
            detail = thread.orElse("");
        } else if (stolen >= LARGE * length) {
            cause = Cause.STOLEN;
        } else {
            Optional<Event> trap = first(during, Kind.DEOPTIMISATION);
            Optional<Event> handshake = first(during, Kind.HANDSHAKE);
            cause = trap.isPresent() ? Cause.DEOPTIMISATION : handshake.isPresent() ? Cause.HANDSHAKE : Cause.WORK;
            detail = trap.or(() -> handshake).map(Event::name).orElse("");
        }
        return new Finding(cycle, cause, detail, stopped, waited, stolen);
    }

    /** Takes all apart. */
    public List<Finding> of(List<Cycle> cycles) {
        List<Finding> findings = new ArrayList<>();
        cycles.forEach(cycle -> findings.add(of(cycle)));
        return findings;
    }

    private static Optional<Event> first(List<Event> events, Kind kind) {
        return events.stream().filter(event -> event.kind() == kind).findFirst();
    }

    /** Who of the process ran around that time for as long as would explain it. */
    private Optional<String> runningThread(Cycle cycle) {
        return turns.stream()
                .filter(turn -> turn.fromNs() <= cycle.endNs() && turn.toNs() >= cycle.beginNs())
                .filter(turn -> turn.runNs() >= LARGE * cycle.lengthNs())
                .max(Comparator.comparingLong(CoreSharers.Turn::runNs))
                .map(CoreSharers.Turn::thread);
    }

    private Sample before(long timeNs) {
        int at = position(timeNs);
        return at < 0 ? null : samples.get(at);
    }

    private Sample after(long timeNs) {
        int at = position(timeNs) + 1;
        return at >= samples.size() ? null : samples.get(at);
    }

    /** Of the last sample that is not later; -1: all are. */
    private int position(long timeNs) {
        int low = 0;
        int high = samples.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (samples.get(middle).timeNs() <= timeNs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }
}
