package io.weir.engine.worker;

/** Makes each worker its {@link UnknownFlowHandler}: what the composition root gives to the workers. */
@FunctionalInterface
public interface UnknownFlows {
    /** Nothing is reconstructed. */
    UnknownFlows REFUSED = parts -> new RefuseUnknownFlows(parts.context(), parts.rejecter(), parts.toKernel());

    /**
     * Makes a worker's handler; while the worker is being built, so it may allocate.
     *
     * @param parts the worker's
     */
    UnknownFlowHandler handler(WorkerParts parts);
}
