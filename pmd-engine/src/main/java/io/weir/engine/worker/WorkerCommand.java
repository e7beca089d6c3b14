package io.weir.engine.worker;

/**
 * Something that the control thread asks a worker to do with its own structures, at most one a cycle, between bursts.
 * It must be short, for the worker receives nothing while it runs, and send nothing, for it runs also while the node is not
 * master.
 */
@FunctionalInterface
public interface WorkerCommand {
    /**
     * Runs on the worker's thread.
     *
     * @return true when done; false to be called again in the next cycle, with the worker's packets in between
     *     but no sweep: records stay where they are
     */
    boolean execute(WorkerContext context, Flows flows);
}
