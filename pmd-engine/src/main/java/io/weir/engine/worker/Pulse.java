package io.weir.engine.worker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Shows that a worker turns its crank: the control thread sends it, the worker counts it, between two bursts. One a
 * worker, sent again only when it has beaten.
 */
public final class Pulse implements WorkerCommand {
    private static final VarHandle BEATS;

    static {
        try {
            BEATS = MethodHandles.lookup().findVarHandle(Pulse.class, "beats", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Written by the worker alone. */
    private long beats;

    /** Idle until it is sent. */
    public Pulse() {}

    @Override
    public boolean execute(WorkerContext context, Flows flows) {
        BEATS.setOpaque(this, beats + 1);
        return true;
    }

    /** Any thread: how often it has beaten. */
    public long beats() {
        return (long) BEATS.getOpaque(this);
    }
}
