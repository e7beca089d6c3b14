package io.weir.ha.reconstruct;

import io.weir.bindings.Mem;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.worker.InMemoryNode;

/** Looks into a node's table. */
final class Records {
    private Records() {}

    /** The only record of the first worker. */
    static long only(InMemoryNode node) {
        long found = 0;
        for (long n = 0; n < node.table(0).slots(); n++) {
            long slot = node.table(0).slot(n);
            if (Mem.getLong(slot + FlowRecord.KEY) != 0) {
                if (found != 0) {
                    throw new AssertionError("more than one record");
                }
                found = slot;
            }
        }
        if (found == 0) {
            throw new AssertionError("no record");
        }
        return found;
    }
}
