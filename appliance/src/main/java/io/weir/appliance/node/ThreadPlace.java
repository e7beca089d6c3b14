package io.weir.appliance.node;

import io.weir.bindings.CpuAffinity;
import io.weir.bindings.Niceness;
import java.util.OptionalInt;

/**
 * Where the HA thread runs. It needs little of a core, but at once: a word that is late costs the mastership. So it comes
 * before all others there, as far as it may. Workers do not: one that spins would keep ksoftirqd, whose work it waits for,
 * from its core.
 *
 * @param core empty: any
 */
record ThreadPlace(OptionalInt core) {
    /** A thread for a task, not started. */
    Thread thread(Runnable task) {
        return new Thread(() -> {
            core.ifPresent(CpuAffinity::pin);
            Niceness.trySet(Niceness.LEAST);
            task.run();
        });
    }
}
