package io.weir.perf.rrdns;

import io.weir.perf.rrdns.Competitor.LoadBalancer;
import io.weir.perf.rrdns.Competitor.RoundRobinDns;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Runs the same visits, drawn from a seed, past every competitor. */
public final class Simulation {
    private final Assumptions assumptions;
    private final int runs;
    private final long seed;

    /**
     * @param assumptions what is taken for granted
     * @param runs how often, each with other visits
     * @param seed of everything that is random
     */
    public Simulation(Assumptions assumptions, int runs, long seed) {
        if (runs < 1) {
            throw new IllegalArgumentException("%d runs; at least 1 would be right".formatted(runs));
        }
        this.assumptions = assumptions;
        this.runs = runs;
        this.seed = seed;
    }

    /**
     * Simulates.
     *
     * @param sessions that begin in the interval, at least 1
     * @param competitors whom
     * @return what each comes to, in their order
     */
    public List<Imbalance> run(int sessions, List<Competitor> competitors) {
        if (sessions < 1) {
            throw new IllegalArgumentException("%d sessions; at least 1 would be right".formatted(sessions));
        }
        double[][] ratios = new double[competitors.size()][runs];
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int run = 0; run < runs; run++) {
            List<Session> visits = new Visits(assumptions, seeds.nextLong()).draw(sessions);
            Requests requests = Requests.of(visits);
            long runSeed = seeds.nextLong();
            for (int c = 0; c < ratios.length; c++) {
                ratios[c][run] = Imbalance.ratio(loads(competitors.get(c), visits, requests, runSeed));
            }
        }
        List<Imbalance> results = new ArrayList<>();
        for (double[] each : ratios) {
            results.add(Imbalance.of(each));
        }
        return results;
    }

    private long[] loads(Competitor competitor, List<Session> visits, Requests requests, long runSeed) {
        return switch (competitor) {
            case RoundRobinDns dns ->
                new NameService(assumptions.servers(), assumptions.resolvers(), dns.timeToLive()).serve(visits);
            case LoadBalancer balancer ->
                new Balancer(balancer.kind(), balancer.flags(), assumptions, runSeed).serve(requests);
        };
    }
}
