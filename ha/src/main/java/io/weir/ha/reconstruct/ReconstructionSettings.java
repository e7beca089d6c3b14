package io.weir.ha.reconstruct;

/**
 * Limits and times of reconstruction on a node; immutable.
 *
 * @param rate flows that a worker looks for in a second, each candidate asked counting
 * @param replayRate replays to one server that the node begins in a second
 * @param probeTimeoutNs how long a candidate may be silent before it is taken for the owner
 * @param pending flows that a worker reconstructs at once
 * @param frameSize bytes of the longest frame that is held back
 */
public record ReconstructionSettings(int rate, int replayRate, long probeTimeoutNs, int pending, int frameSize) {
    /** The defaults of the properties file. */
    public static ReconstructionSettings defaults() {
        return new ReconstructionSettings(20_000, 2_000, 20_000_000L, 4096, 2048);
    }
}
