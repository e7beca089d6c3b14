package io.weir.engine.service;

/**
 * What a service wants done about flows that this node has no record of, and about flows whose server dies; immutable.
 *
 * @param mode which means are tried
 * @param httpGuard whether only a payload that begins an HTTP/1.x request is replayed
 * @param mss maximum segment size that a replay offers; 0: what the links allow
 * @param windowScale window scale that a replay offers (RFC 7323), 0 to 14
 * @param onServerDeath what happens to the flows of a server that died
 */
public record ReconstructionPolicy(
        Mode mode, boolean httpGuard, int mss, int windowScale, OnServerDeath onServerDeath) {
    /** Unknown flows are refused, flows of dead servers left alone. */
    public static final ReconstructionPolicy OFF = new ReconstructionPolicy(Mode.OFF, false, 0, 7, OnServerDeath.KEEP);

    /** Which means are tried, in their order. */
    public enum Mode {
        /** Derive, learn, probe, replay, refuse. */
        FULL,
        /** Derive, learn, probe, refuse. */
        ADOPT,
        /** Replay, refuse. */
        REPLAY,
        /** Refuse. */
        OFF;

        /** Whether the flow's server is looked for. */
        public boolean adopts() {
            return this == FULL || this == ADOPT;
        }

        /** Whether a flow may go on at another server. */
        public boolean replays() {
            return this == FULL || this == REPLAY;
        }
    }

    /** What happens to the flows of a server that died. */
    public enum OnServerDeath {
        /** RST to the client at its next segment. */
        RESET,
        /** The flow moves to another server at the client's next segment with payload. */
        REPLAY,
        /** Nothing. */
        KEEP
    }

    /** The same means, and this on a server's death. */
    public ReconstructionPolicy withOnServerDeath(OnServerDeath other) {
        return new ReconstructionPolicy(mode, httpGuard, mss, windowScale, other);
    }

    /** These means, the rest by default. */
    public static ReconstructionPolicy of(Mode mode) {
        return new ReconstructionPolicy(mode, false, 0, 7, OnServerDeath.KEEP);
    }
}
