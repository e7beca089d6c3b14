package io.weir.scheduler;

/**
 * {@code sh}, {@code dh} and {@code mh}: a hash of the client's or the destination's address selects a slot of a table.
 *
 * <p>Without fallback an overloaded server's clients get {@link Scheduler#NONE}, as in IPVS. With it they go to the server of
 * another slot, found by hashing again.
 */
final class TableScheduler extends Scheduler {
    private static final int ATTEMPTS = 16;

    private final char[] table;
    private final boolean byDestination;
    private final boolean fallback;

    /** All ones if the client's port counts, else 0. */
    private final int portMask;

    TableScheduler(SchedulingPlan plan, ConnectionCounts counts) {
        super(TABLE, plan, counts);
        this.table = plan.table();
        this.byDestination = plan.byDestination();
        this.fallback = plan.fallback();
        this.portMask = plan.portMask();
    }

    @Override
    public int choose(long clientHi, long clientLo, int clientPort, long destHi, long destLo, int destPort) {
        refreshOverload();
        if (table.length == 0) {
            return NONE;
        }
        final long hash =
                byDestination ? FlowHash.of(destHi, destLo, 0) : FlowHash.of(clientHi, clientLo, clientPort & portMask);
        final int position = table[FlowHash.below(hash, table.length)];
        if (weights[position] > 0 && !overloaded[position]) {
            return position;
        }
        return fallback ? chooseSlowPath(hash) : NONE;
    }

    private int chooseSlowPath(long hash) {
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            final int position = table[FlowHash.below(FlowHash.again(hash, attempt), table.length)];
            if (weights[position] > 0 && !overloaded[position]) {
                return position;
            }
        }
        // few servers are left: the next slot of one of them
        final int start = FlowHash.below(FlowHash.again(hash, ATTEMPTS + 1), table.length);
        for (int i = 0; i < table.length; i++) {
            final int slot = start + i;
            final int position = table[slot >= table.length ? slot - table.length : slot];
            if (weights[position] > 0 && !overloaded[position]) {
                return position;
            }
        }
        return NONE;
    }
}
