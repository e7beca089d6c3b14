package io.weir.engine.worker;

import io.weir.engine.forward.NatForwarder;
import io.weir.engine.forward.TranslatedForwarder;

/**
 * What the pipeline's stages call, all of one worker.
 *
 * @param flows life of the flow records
 * @param nat the forwarder of flows whose server knows the client's endpoint
 * @param translated the forwarder of all others
 * @param local everything that is no packet of a flow
 * @param forwarder sends what cannot simply be sent
 * @param misses first packets and unknown flows
 */
public record PipelineParts(
        Flows flows,
        NatForwarder nat,
        TranslatedForwarder translated,
        LocalPath local,
        FlowForwarder forwarder,
        MissPath misses) {}
