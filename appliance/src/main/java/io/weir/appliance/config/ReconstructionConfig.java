package io.weir.appliance.config;

import java.time.Duration;

/**
 * Limits of reconstruction.
 *
 * @param rate flows a second and worker, at most
 * @param replayRate replays a second and server, at most
 * @param windowScale the window scale that supplementary connections offer
 * @param probeTimeout how long a server that is asked for a flow may be silent
 */
public record ReconstructionConfig(int rate, int replayRate, int windowScale, Duration probeTimeout) {}
