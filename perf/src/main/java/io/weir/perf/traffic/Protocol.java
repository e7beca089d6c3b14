package io.weir.perf.traffic;

import io.weir.engine.packet.Transport;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the generator speaks. */
public enum Protocol {
    /** Datagrams. */
    UDP(Transport.UDP, false),
    /** SYNs alone, without payload, each with another sequence number; answers are counted and ignored. */
    TCP_SYN(Transport.TCP, false),
    /** Every flow is opened by a handshake first, then data segments are sent on the open flows. */
    TCP_ESTABLISHED(Transport.TCP, true),
    /** Whole connections, one after another on each flow: SYN, data, FIN. The rate is in connections. */
    TCP_CONNECTIONS(Transport.TCP, true);

    private final int number;
    private final boolean stateful;

    Protocol(int number, boolean stateful) {
        this.number = number;
        this.stateful = stateful;
    }

    /** The IP protocol number. */
    public int number() {
        return number;
    }

    public boolean isTcp() {
        return number == Transport.TCP;
    }

    /** Whether the generator follows each flow's state and needs the other side's answers. */
    public boolean isStateful() {
        return stateful;
    }

    /** As the command line knows it: {@code tcp-syn}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Reads a {@link #label}. */
    public static Protocol parse(String text) {
        return Arrays.stream(values())
                .filter(each -> each.label().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("\"%s\"; one of %s would be right"
                        .formatted(
                                text,
                                Arrays.stream(values()).map(Protocol::label).collect(Collectors.joining(", ")))));
    }
}
