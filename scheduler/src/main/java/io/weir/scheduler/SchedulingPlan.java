package io.weir.scheduler;

import java.util.Set;
import java.util.stream.IntStream;

/**
 * What the schedulers of all workers share for one pool: immutable, built once by the control thread.
 *
 * <p><b>Servers that are down.</b> {@code sh}, {@code dh} and {@code mh} give a server that is down no slots, which is
 * what IPVS has after its health checker has removed the server. With {@code sh-fallback} and {@code mh-fallback} it
 * keeps its slots, and only its own clients are sent elsewhere, which is what IPVS has when the health checker sets the
 * weight to 0. A weight of 0 in the configuration gives no slots either way.
 */
public final class SchedulingPlan {
    /** Maglev's small table: enough for 655 servers. */
    public static final int DEFAULT_TABLE_SIZE = 65537;

    private final SchedulerKind kind;
    private final ServerPool pool;
    private final Set<SchedulerFlag> flags;
    private final int[] weights;
    private final int[] limited;
    private final int[] upper;
    private final int[] lower;
    private final char[] table;

    private SchedulingPlan(SchedulerKind kind, ServerPool pool, Set<SchedulerFlag> flags, int tableSize) {
        this.kind = kind;
        this.pool = pool;
        this.flags = Set.copyOf(flags);
        this.weights = pool.servers().stream()
                .mapToInt(s -> s.usable() ? s.weight() : 0)
                .toArray();
        this.limited = IntStream.range(0, pool.size())
                .filter(i -> pool.get(i).maxConnections() > 0)
                .toArray();
        this.upper =
                IntStream.of(limited).map(i -> pool.get(i).maxConnections()).toArray();
        this.lower =
                IntStream.of(limited).map(i -> pool.get(i).overloadedFrom()).toArray();
        final int[] slotWeights = fallback()
                ? pool.servers().stream().mapToInt(RealServer::weight).toArray()
                : weights;
        this.table = switch (kind) {
            case MH -> LookupTable.maglev(pool, slotWeights, tableSize);
            case SH, DH -> LookupTable.plain(pool, slotWeights);
            default -> new char[0];
        };
    }

    /**
     * Builds a plan with Maglev's default table size.
     *
     * @param kind the algorithm
     * @param pool the servers
     * @param flags variations of the algorithm
     * @return the plan
     * @throws IllegalArgumentException if a flag belongs to another algorithm, or the pool is too large for the table
     */
    public static SchedulingPlan of(SchedulerKind kind, ServerPool pool, Set<SchedulerFlag> flags) {
        return of(kind, pool, flags, DEFAULT_TABLE_SIZE);
    }

    /**
     * Builds a plan.
     *
     * @param kind the algorithm
     * @param pool the servers
     * @param flags variations of the algorithm
     * @param tableSize slots of {@code mh}'s table: a prime, at least 100 for each server; others ignore it
     * @return the plan
     * @throws IllegalArgumentException if a flag belongs to another algorithm, or the pool is too large for the table
     */
    public static SchedulingPlan of(SchedulerKind kind, ServerPool pool, Set<SchedulerFlag> flags, int tableSize) {
        for (final SchedulerFlag flag : flags) {
            if (flag.kind() != kind) {
                throw new IllegalArgumentException("scheduler flag " + flag.propertyName() + " is for "
                        + flag.kind().propertyName() + ", not for " + kind.propertyName());
            }
        }
        return new SchedulingPlan(kind, pool, flags, tableSize);
    }

    /**
     * Makes the scheduler of one worker. The workers' turns start at equal distances in the round, so that few
     * connections on many workers spread well, too.
     *
     * @param worker the worker's number, from 0
     * @param workers how many there are
     * @param counts the connections of the pool's servers
     * @return a scheduler that only this worker may call
     */
    public Scheduler newScheduler(int worker, int workers, ConnectionCounts counts) {
        if (worker < 0 || worker >= workers) {
            throw new IllegalArgumentException("worker " + worker + " of " + workers);
        }
        return switch (kind) {
            case RR -> new RoundRobinScheduler(this, worker, workers, counts);
            case WRR -> new WeightedRoundRobinScheduler(this, worker, workers, counts);
            case LC -> new LeastConnectionScheduler(this, false, counts);
            case WLC -> new LeastConnectionScheduler(this, true, counts);
            case SH, DH, MH -> new TableScheduler(this, counts);
            case SED -> new ShortestDelayScheduler(this, false, counts);
            case NQ -> new ShortestDelayScheduler(this, true, counts);
            case FO -> new HeaviestServerScheduler(this, false, counts);
            case OVF -> new HeaviestServerScheduler(this, true, counts);
            case TWOS -> new TwoChoicesScheduler(this, worker, counts);
        };
    }

    /**
     * The server that the pool assigns to a flow, whatever its load is now: where the flow went if it was scheduled by
     * this plan while that server was up and not overloaded. No allocation; any thread.
     *
     * @param clientHi the client's address, upper half
     * @param clientLo lower half
     * @param clientPort the client's port
     * @param destHi the address that the client called, upper half
     * @param destLo lower half
     * @return the server's position, up or down; {@link Scheduler#NONE} unless the algorithm
     *     {@linkplain SchedulerKind#isFunctionOfFlow() is a function of the flow}
     */
    public int assigned(long clientHi, long clientLo, int clientPort, long destHi, long destLo) {
        if (table.length == 0) {
            return Scheduler.NONE;
        }
        final long hash = byDestination()
                ? FlowHash.of(destHi, destLo, 0)
                : FlowHash.of(clientHi, clientLo, clientPort & portMask());
        return table[FlowHash.below(hash, table.length)];
    }

    /**
     * The algorithm.
     *
     * @return its kind
     */
    public SchedulerKind kind() {
        return kind;
    }

    /**
     * The servers that positions refer to.
     *
     * @return the pool
     */
    public ServerPool pool() {
        return pool;
    }

    /**
     * Variations of the algorithm.
     *
     * @return an immutable set
     */
    public Set<SchedulerFlag> flags() {
        return flags;
    }

    // The arrays below are shared with the schedulers and never written after construction.

    int[] weights() {
        return weights;
    }

    int[] limited() {
        return limited;
    }

    int[] upperThresholds() {
        return upper;
    }

    int[] lowerThresholds() {
        return lower;
    }

    char[] table() {
        return table;
    }

    boolean byDestination() {
        return kind == SchedulerKind.DH;
    }

    boolean fallback() {
        return flags.contains(SchedulerFlag.SH_FALLBACK) || flags.contains(SchedulerFlag.MH_FALLBACK);
    }

    int portMask() {
        return flags.contains(SchedulerFlag.SH_PORT) || flags.contains(SchedulerFlag.MH_PORT) ? -1 : 0;
    }
}
