package io.weir.engine.worker;

import io.weir.engine.forward.Rejecter;

/**
 * What a worker's {@link UnknownFlowHandler} works with, all of the same worker.
 *
 * @param context what the stages share
 * @param flows life of the flow records
 * @param forwarder sends a flow's packets on, one at a time
 * @param rejecter refuses
 * @param toKernel the way back to the kernel
 */
public record WorkerParts(
        WorkerContext context, Flows flows, FlowForwarder forwarder, Rejecter rejecter, ToKernel toKernel) {}
