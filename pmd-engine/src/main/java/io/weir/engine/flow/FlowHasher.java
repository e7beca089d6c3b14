package io.weir.engine.flow;

import io.weir.bindings.Mem;
import io.weir.bindings.steering.FlowHash;

/**
 * The node's flow hash: {@link FlowHash} of the client's endpoint under the seed that was drawn when the node started,
 * so that nobody outside can aim at one probe sequence.
 */
public final class FlowHasher {
    private final long seed;

    /**
     * @param seed random, the same for all workers and for the kernel's steering program
     */
    public FlowHasher(long seed) {
        this.seed = seed;
    }

    /** Hash of a client's endpoint. */
    public long hash(long clientHi, long clientLo, int clientPort) {
        return FlowHash.hash(seed, clientHi, clientLo, clientPort);
    }

    /** Hash of a record's client. */
    public long hash(long record) {
        return hash(
                Mem.getLong(record + FlowRecord.CLIENT_HI),
                Mem.getLong(record + FlowRecord.CLIENT_LO),
                FlowRecord.clientPort(record));
    }

    /** The seed. */
    public long seed() {
        return seed;
    }
}
