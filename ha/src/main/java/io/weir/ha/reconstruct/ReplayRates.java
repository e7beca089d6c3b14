package io.weir.ha.reconstruct;

import io.weir.engine.forward.TokenBucket;

/** How many replays a worker may begin to each server: its share of the node's rate. Owned by one worker. */
final class ReplayRates {
    private final TokenBucket[] buckets;

    /**
     * @param perSecond of the node, for one server
     * @param workers among whom it is divided
     * @param slots server slots
     */
    ReplayRates(int perSecond, int workers, int slots) {
        buckets = new TokenBucket[slots];
        int share = (perSecond + workers - 1) / workers;
        for (int slot = 0; slot < slots; slot++) {
            buckets[slot] = new TokenBucket(share);
        }
    }

    /** Takes one for a server, if there is one. */
    boolean take(int server, long nowNs) {
        return buckets[server].take(nowNs);
    }
}
