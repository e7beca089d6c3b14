package io.weir.engine.worker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The current {@link Snapshot}: written by the control thread with a release store, read by each worker with an acquire
 * load once a cycle. A snapshot is immutable and fully built before it is stored, so a worker that sees the reference
 * sees all of it; one that still works by the previous snapshot finishes its cycle with it.
 */
public final class Publication {
    private static final VarHandle CURRENT;

    static {
        try {
            CURRENT = MethodHandles.lookup().findVarHandle(Publication.class, "current", Snapshot.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    @SuppressWarnings("unused") // by CURRENT
    private Snapshot current;

    /**
     * @param first what the workers begin with
     */
    public Publication(Snapshot first) {
        publish(first);
    }

    /** Control thread: makes a snapshot the current one. */
    public void publish(Snapshot snapshot) {
        CURRENT.setRelease(this, snapshot);
    }

    /** Any thread: the current snapshot. */
    public Snapshot current() {
        return (Snapshot) CURRENT.getAcquire(this);
    }
}
