package io.weir.perf.traffic;

import io.weir.engine.packet.Transport;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the generator speaks. */
public enum Protocol {
    /** Datagrams. */
    UDP(Transport.UDP, false, 0),
    /** SYNs alone, without payload, each with another sequence number; answers are counted and ignored. */
    TCP_SYN(Transport.TCP, false, Transport.SYN),
    /** Data segments of connections that nobody has opened, each with another sequence number: a mid-stream flood. */
    TCP_DATA(Transport.TCP, false, Transport.PSH | Transport.ACK),
    /** Every flow is opened by a handshake first, then data segments are sent on the open flows. */
    TCP_ESTABLISHED(Transport.TCP, true, 0),
    /** Whole connections, one after another on each flow: SYN, data, FIN. The rate is in connections. */
    TCP_CONNECTIONS(Transport.TCP, true, 0);

    private final int number;
    private final boolean stateful;
    private final int flags;

    Protocol(int number, boolean stateful, int flags) {
        this.number = number;
        this.stateful = stateful;
        this.flags = flags;
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

    /** The TCP flags of every frame; 0: they depend on the flow's state, or there are none. */
    public int flags() {
        return flags;
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
