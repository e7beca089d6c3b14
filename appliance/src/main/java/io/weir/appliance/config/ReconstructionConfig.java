package io.weir.appliance.config;

/**
 * Limits of reconstruction.
 *
 * @param rate flows a second and worker, at most
 * @param replayRate replays a second and server, at most
 * @param windowScale the window scale that supplementary connections offer
 */
public record ReconstructionConfig(int rate, int replayRate, int windowScale) {}
