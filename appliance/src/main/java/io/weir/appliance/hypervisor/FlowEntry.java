package io.weir.appliance.hypervisor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An entry of a switch's flow table, permanent.
 *
 * @param table which table
 * @param priority the highest that matches counts
 * @param match fields that a packet must have; prerequisites come before what needs them
 * @param actions what is done, in order; none: the packet is dropped
 */
record FlowEntry(int table, int priority, List<Field> match, List<Action> actions) {
    FlowEntry {
        match = List.copyOf(match);
        actions = List.copyOf(actions);
    }

    /** Two entries with the same place are one to a switch: the later replaces the earlier. */
    record Place(int table, int priority, List<Field> match) {}

    Place place() {
        return new Place(table, priority, match);
    }

    /**
     * Its cookie: whose it is, and what it says, so that a switch need only be asked for cookies to know what it lacks.
     *
     * <pre>
     *  63        48 47 46                                0
     * ┌────────────┬──┬───────────────────────────────────┐
     * │ owner      │ 0│ first 47 bits of SHA-256 of text  │   bit 47: see {@link ClientEntry}
     * └────────────┴──┴───────────────────────────────────┘
     * </pre>
     */
    long cookie(int owner) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(toString().getBytes(UTF_8));
            return (long) owner << 48 | ByteBuffer.wrap(digest).getLong() >>> 17;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
    }

    /** In the notation of {@code ovs-ofctl}. */
    @Override
    public String toString() {
        String fields = match.stream().map(field -> "," + field).collect(Collectors.joining());
        return "table=%d,priority=%d%s actions=%s"
                .formatted(
                        table,
                        priority,
                        fields,
                        actions.isEmpty()
                                ? "drop"
                                : actions.stream().map(Object::toString).collect(Collectors.joining(",")));
    }
}
