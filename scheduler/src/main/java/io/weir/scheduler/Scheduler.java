package io.weir.scheduler;

/**
 * Chooses a real server for a new flow.
 *
 * <p>One instance per worker and service, made by {@link SchedulingPlan#newScheduler}. Not thread-safe: only its worker
 * calls it. A choice neither allocates nor locks nor throws. Hot callers use {@link Schedulers#choose}, which is not a
 * virtual call.
 */
public abstract sealed class Scheduler
        permits RoundRobinScheduler,
                WeightedRoundRobinScheduler,
                LeastConnectionScheduler,
                ShortestDelayScheduler,
                TableScheduler,
                HeaviestServerScheduler,
                TwoChoicesScheduler {
    /** No server can take the flow. */
    public static final int NONE = -1;

    static final int ROUND_ROBIN = 0;
    static final int WEIGHTED_ROUND_ROBIN = 1;
    static final int LEAST_CONNECTION = 2;
    static final int SHORTEST_DELAY = 3;
    static final int TABLE = 4;
    static final int HEAVIEST_SERVER = 5;
    static final int TWO_CHOICES = 6;

    /** Which final class this is: the switch of {@link Schedulers#choose}. */
    final int kind;

    /** Weight by position, 0 for a server that must not be chosen. */
    final int[] weights;

    /** By position; a server's flag is set and cleared by {@link #refreshOverload}. */
    final boolean[] overloaded;

    final ConnectionCounts counts;

    /** Positions of the servers with a connection limit. */
    private final int[] limited;

    /** Beside {@link #limited}: overloaded from so many connections. */
    private final int[] upper;

    /** Beside {@link #limited}: and until there are fewer than these. */
    private final int[] lower;

    Scheduler(int kind, SchedulingPlan plan, ConnectionCounts counts) {
        this.kind = kind;
        this.weights = plan.weights();
        this.counts = counts;
        this.overloaded = new boolean[weights.length];
        this.limited = plan.limited();
        this.upper = plan.upperThresholds();
        this.lower = plan.lowerThresholds();
    }

    /**
     * Chooses a server.
     *
     * @param clientHi the client's address, upper half
     * @param clientLo lower half
     * @param clientPort the client's port
     * @param destHi the address that the client called, upper half
     * @param destLo lower half
     * @param destPort the port that the client called
     * @return the server's position in the pool, or {@link #NONE}
     */
    public abstract int choose(long clientHi, long clientLo, int clientPort, long destHi, long destLo, int destPort);

    /** Brings the overload flags up to date; called once a choice, free where no server has a limit. */
    final void refreshOverload() {
        final int[] positions = limited;
        for (int i = 0; i < positions.length; i++) {
            final int position = positions[i];
            final long total = (long) counts.active(position) + counts.inactive(position);
            overloaded[position] = total >= (overloaded[position] ? lower[i] : upper[i]);
        }
    }

    /** Active connections count 256 times as much as inactive ones, as in IPVS. */
    static long overhead(ConnectionCounts counts, int position) {
        return ((long) counts.active(position) << 8) + counts.inactive(position);
    }
}
