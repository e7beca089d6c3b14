package io.weir.scheduler;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The scheduling algorithms, under the names that IPVS and the properties file give them. */
public enum SchedulerKind {
    /** Round robin over the servers, whatever their weights. */
    RR,
    /** Weighted round robin: IPVS's walk down from the largest weight. */
    WRR,
    /** Least connections. */
    LC,
    /** Least connections in proportion to the weight. */
    WLC,
    /** Hash of the client's address over a weighted table. */
    SH,
    /** Hash of the destination address over a weighted table. */
    DH,
    /** Maglev: consistent hash of the client's address (Eisenbud et al., NSDI 2016). */
    MH,
    /** Shortest expected delay: least (connections + 1) / weight. */
    SED,
    /** Never queue: an idle server if there is one, else the shortest expected delay. */
    NQ,
    /** Failover: all to the largest weight that is up. */
    FO,
    /** Overflow: the largest weight until its active connections exceed the weight, then the next. */
    OVF,
    /** Power of two choices: the less loaded of two servers drawn at random by weight. */
    TWOS;

    /**
     * Finds an algorithm by its name.
     *
     * @param name as the properties file has it, for instance {@code wrr}
     * @return the algorithm
     * @throws IllegalArgumentException if there is none of that name; the message lists all names
     */
    public static SchedulerKind of(String name) {
        for (final SchedulerKind kind : values()) {
            if (kind.propertyName().equals(name)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("unknown scheduler '" + name + "': one of " + names());
    }

    /**
     * The name in the properties file.
     *
     * @return for instance {@code wrr}
     */
    public String propertyName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Whether the choice is a function of the flow and the pool alone, so that every node, and the same node after a
     * restart, computes the same server.
     *
     * @return true for {@code sh}, {@code dh} and {@code mh}
     */
    public boolean isFunctionOfFlow() {
        return this == SH || this == DH || this == MH;
    }

    /**
     * All names, for messages.
     *
     * @return the names in the properties file, separated by blanks
     */
    public static String names() {
        return Arrays.stream(values()).map(SchedulerKind::propertyName).collect(Collectors.joining(" "));
    }
}
