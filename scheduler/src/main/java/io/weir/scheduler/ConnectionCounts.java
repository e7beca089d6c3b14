package io.weir.scheduler;

/**
 * The connections of each server of a pool, summed over the workers; read by a worker at each choice.
 *
 * <p>The engine provides it: one implementation, so that the calls stay monomorphic; no allocation, no lock. A sum may
 * lag behind the other workers' latest connections.
 */
public interface ConnectionCounts {
    /** No connections anywhere; for schedulers that do not count, and for tests. */
    ConnectionCounts ZERO = new ConnectionCounts() {
        @Override
        public int active(int position) {
            return 0;
        }

        @Override
        public int inactive(int position) {
            return 0;
        }
    };

    /**
     * Established connections.
     *
     * @param position the server's position in the pool
     * @return their number
     */
    int active(int position);

    /**
     * Connections that are being opened, closing or waiting (every record that is not active).
     *
     * @param position the server's position in the pool
     * @return their number
     */
    int inactive(int position);
}
