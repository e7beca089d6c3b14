package io.weir.engine.trace;

/**
 * What a {@link FlowTrace} can say of a flow. The id is the position in the trace file: append, never reorder within a
 * version. In a text, {@code {server}} stands for the server, {@code {a}}, {@code {b}} and {@code {c}} for the event's
 * numbers, unsigned, and {@code {counter}} for the name of the counter whose number is {@code c}.
 */
public enum TraceEvent {
    UNKNOWN_CLIENT("segment of an unknown flow: SEQ {a}, ACK {b}, {c} bytes"),
    UNKNOWN_SERVER("packet of {server} for an unknown flow: SEQ {a}, ACK {b}, {c} bytes"),
    DERIVED("derived from the scheduler: {server} owns it"),
    DERIVED_WRONG("{server} does not own it, though the scheduler says so: SEQ {a}, ACK {b}; kept from the client"),
    SCHEDULED("given to {server} without asking"),
    LEARNED("learned from what {server} sent"),
    HOP_ASKED("the way to the client is asked for"),
    HOP_FOUND("the way to the client is known"),
    HOP_MISSING("no way to the client was found"),
    PROBE_SENT("sent to {server}: candidate {a} of {b}"),
    PROBE_RST("{server} does not own it: RST with SEQ {a} kept from the client"),
    PROBE_MISFIT("{server} does not own it: SEQ {a}, ACK {b} are of another connection; kept from the client"),
    PROBE_PROVISIONAL("{server} is silent: it has the flow until it is heard or the client repeats itself"),
    PROBE_REPEATED("the client sent SEQ {a} again: {server} does not answer"),
    PROBE_ADOPTED("{server} owns it: SEQ {a}, ACK {b} fit"),
    PROBE_EXHAUSTED("none of {b} candidates owns it"),
    CONFIRMED("both ends have been heard"),
    REPLAY_SYN("SYN to {server} from local port {a}, ISN {b}, try {c}"),
    REPLAY_REFUSED("{server} refused the connection"),
    REPLAY_SILENT("{server} does not answer a SYN"),
    REPLAY_ESTABLISHED("goes on at {server}: SEQ delta {a}, ACK delta {b}, timestamp delta {c}"),
    REPLAY_GUARDED("not replayed: the segment begins no HTTP request"),
    REPLAY_EMPTY("not replayed: the segment has no payload"),
    REPLAY_HOLE("not replayed: the client waits for the middle of an answer (SACK)"),
    REPLAY_OLD("SEQ {a} lies before the replay, which began at {b}: a segment is lost for good"),
    SERVER_DEAD("{server} is dead: SEQ {a} came {b} times without a word from it"),
    SERVER_DOWN("{server} is down, says its health check"),
    SERVER_ALIVE("{server} is heard again"),
    CLIENT_SYN("the client opens another connection"),
    CLIENT_RST("the client gave up"),
    REFUSED("refused with RST: {counter}"),
    GIVEN_UP("given up without a word: {counter}"),
    PROBE_HOLE("{server} answers, but has nothing from {a} to {b}: it has the flow until the client sends that"),
    PROBE_STALE("the client sent SEQ {a} again, and nothing before it: {server} has an old socket of this connection"),
    PROBE_AGAIN("nobody else owns it: who was silent is asked again");

    private static final TraceEvent[] ALL = values();

    private final String text;

    TraceEvent(String text) {
        this.text = text;
    }

    /** What it says, with places for its numbers. */
    public String text() {
        return text;
    }

    /** The event with an id; null when this version knows none. */
    public static TraceEvent of(int id) {
        return id >= 0 && id < ALL.length ? ALL[id] : null;
    }
}
