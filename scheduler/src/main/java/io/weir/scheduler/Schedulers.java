package io.weir.scheduler;

/** Dispatch without a megamorphic call, for callers that meet schedulers of many kinds at one place. */
public final class Schedulers {
    private Schedulers() {}

    /**
     * Does what {@link Scheduler#choose} does, by a switch over final classes that the compiler can inline.
     *
     * @param scheduler the worker's scheduler of the service
     * @param clientHi the client's address, upper half
     * @param clientLo lower half
     * @param clientPort the client's port
     * @param destHi the address that the client called, upper half
     * @param destLo lower half
     * @param destPort the port that the client called
     * @return the server's position in the pool, or {@link Scheduler#NONE}
     */
    public static int choose(
            Scheduler scheduler, long clientHi, long clientLo, int clientPort, long destHi, long destLo, int destPort) {
        return switch (scheduler.kind) {
            case Scheduler.ROUND_ROBIN ->
                ((RoundRobinScheduler) scheduler).choose(clientHi, clientLo, clientPort, destHi, destLo, destPort);
            case Scheduler.WEIGHTED_ROUND_ROBIN ->
                ((WeightedRoundRobinScheduler) scheduler)
                        .choose(clientHi, clientLo, clientPort, destHi, destLo, destPort);
            case Scheduler.LEAST_CONNECTION ->
                ((LeastConnectionScheduler) scheduler).choose(clientHi, clientLo, clientPort, destHi, destLo, destPort);
            case Scheduler.SHORTEST_DELAY ->
                ((ShortestDelayScheduler) scheduler).choose(clientHi, clientLo, clientPort, destHi, destLo, destPort);
            case Scheduler.TABLE ->
                ((TableScheduler) scheduler).choose(clientHi, clientLo, clientPort, destHi, destLo, destPort);
            case Scheduler.HEAVIEST_SERVER ->
                ((HeaviestServerScheduler) scheduler).choose(clientHi, clientLo, clientPort, destHi, destLo, destPort);
            default ->
                ((TwoChoicesScheduler) scheduler).choose(clientHi, clientLo, clientPort, destHi, destLo, destPort);
        };
    }
}
