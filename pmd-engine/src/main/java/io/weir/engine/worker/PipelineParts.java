package io.weir.engine.worker;

import io.weir.engine.forward.NatForwarder;

/**
 * What the pipeline's stages call, all of one worker.
 *
 * @param flows life of the flow records
 * @param nat the forwarder
 * @param local everything that is no packet of a flow
 * @param misses first packets and unknown flows
 */
public record PipelineParts(Flows flows, NatForwarder nat, LocalPath local, MissPath misses) {}
