package io.weir.scheduler;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Variations of the hashing schedulers, named as ipvsadm's {@code --sched-flags} names them. */
public enum SchedulerFlag {
    /** {@code sh} hashes the client's port too. */
    SH_PORT(SchedulerKind.SH),
    /** {@code sh} keeps the slots of servers that are down and picks another server for their clients alone. */
    SH_FALLBACK(SchedulerKind.SH),
    /** {@code mh} hashes the client's port too. */
    MH_PORT(SchedulerKind.MH),
    /** {@code mh} keeps the slots of servers that are down and picks another server for their clients alone. */
    MH_FALLBACK(SchedulerKind.MH);

    private final SchedulerKind kind;

    SchedulerFlag(SchedulerKind kind) {
        this.kind = kind;
    }

    /**
     * Finds a flag by its name.
     *
     * @param name as the properties file has it, for instance {@code sh-port}
     * @return the flag
     * @throws IllegalArgumentException if there is none of that name; the message lists all names
     */
    public static SchedulerFlag of(String name) {
        for (final SchedulerFlag flag : values()) {
            if (flag.propertyName().equals(name)) {
                return flag;
            }
        }
        throw new IllegalArgumentException("unknown scheduler flag '" + name + "': one of "
                + Arrays.stream(values()).map(SchedulerFlag::propertyName).collect(Collectors.joining(" ")));
    }

    /**
     * The name in the properties file.
     *
     * @return for instance {@code sh-port}
     */
    public String propertyName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The algorithm that the flag varies.
     *
     * @return the only algorithm that it makes sense with
     */
    public SchedulerKind kind() {
        return kind;
    }
}
