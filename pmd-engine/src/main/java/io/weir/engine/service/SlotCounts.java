package io.weir.engine.service;

import io.weir.engine.counters.ServerStats;
import io.weir.scheduler.ConnectionCounts;

/** The connections of a pool's servers, summed over the workers' statistics. */
final class SlotCounts implements ConnectionCounts {
    private final ServerStats stats;
    private final int[] slots;

    SlotCounts(ServerStats stats, int[] slots) {
        this.stats = stats;
        this.slots = slots;
    }

    @Override
    public int active(int position) {
        return stats.sumInt(slots[position], ServerStats.ACTIVE);
    }

    @Override
    public int inactive(int position) {
        return stats.sumInt(slots[position], ServerStats.INACTIVE);
    }
}
