package io.weir.perf.rrdns;

/**
 * What the simulation takes for granted.
 *
 * <p>Sessions begin at random, evenly over the interval that is looked at (Poisson arrivals). The users of a domain
 * share one resolver; a session comes from domain <i>k</i> with a probability in proportion to (k + 1)^−zipf. A user's
 * machine keeps the address that it was given until its session ends, whatever the time to live: that is the article's
 * second complaint. Requests of a session follow each other after exponential pauses; each is a connection that lasts an
 * exponential time.
 *
 * @param servers equal ones
 * @param interval seconds that are looked at
 * @param requests of a session, on average
 * @param law how the number of requests varies
 * @param resolvers domains
 * @param zipf exponent of the domains' popularity; 0: all alike
 * @param pause seconds between requests of a session, on average
 * @param service seconds that a connection lasts, on average
 */
public record Assumptions(
        int servers,
        double interval,
        double requests,
        Law law,
        int resolvers,
        double zipf,
        double pause,
        double service) {
    /** How many requests a session makes. */
    public enum Law {
        /** Always the mean. */
        FIXED,
        /** Geometric: the user leaves after each request with the same probability. */
        GEOMETRIC,
        /** Pareto with exponent 1.5, rounded: some leave at once, a few stay for hours. */
        PARETO
    }

    /** Checks the ranges. */
    public Assumptions {
        if (servers < 1 || resolvers < 1 || requests < 1) {
            throw new IllegalArgumentException(
                    "%d servers, %d resolvers, %s requests; at least 1 of each would be right"
                            .formatted(servers, resolvers, requests));
        }
        if (!(interval > 0 && pause > 0 && service > 0 && zipf >= 0)) {
            throw new IllegalArgumentException(
                    "interval %s, pause %s, service %s must be positive, zipf %s not negative"
                            .formatted(interval, pause, service, zipf));
        }
    }
}
