package io.weir.perf.rrdns;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.perf.rrdns.Assumptions.Law;
import io.weir.perf.rrdns.Competitor.LoadBalancer;
import io.weir.perf.rrdns.Competitor.RoundRobinDns;
import io.weir.scheduler.SchedulerKind;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The simulation's statistics; every seed is fixed. */
final class SimulationTest {
    private static Assumptions assumptions(Law law, int resolvers) {
        return new Assumptions(8, 300, 20, law, resolvers, 1, 10, 3);
    }

    private static Session session(double start, int domain, int requests) {
        return new Session(start, domain, 0, new double[requests]);
    }

    @Test
    void shouldAnswerInTurnsWhenNothingIsKept() {
        NameService names = new NameService(3, 2, 0);
        assertArrayEquals(
                new int[] {0, 1, 2, 0, 1},
                IntStream.range(0, 5).map(i -> names.resolve(i % 2, 7)).toArray());
        assertEquals(5, names.questions());
    }

    @Test
    void shouldAskAgainOnlyWhenTheAnswerIsTooOld() {
        NameService names = new NameService(3, 2, 60);
        assertEquals(0, names.resolve(0, 100));
        assertEquals(1, names.resolve(1, 101));
        assertEquals(0, names.resolve(0, 159.9));
        assertEquals(2, names.resolve(0, 160));
        assertEquals(3, names.questions());
    }

    @Test
    void shouldGiveAWholeSessionToOneServer() {
        long[] load = new NameService(2, 1, 0).serve(List.of(session(0, 0, 20), session(1, 0, 5), session(2, 0, 1)));
        assertArrayEquals(new long[] {21, 5}, load);
        assertEquals(21 / 13.0, Imbalance.ratio(load), 1e-9);
    }

    @Test
    void shouldDrawAsManyRequestsAsAssumed() {
        for (Law law : Law.values()) {
            double mean = new Visits(assumptions(law, 50), 11)
                    .draw(100_000).stream()
                            .mapToInt(s -> s.requestTimes().length)
                            .average()
                            .orElseThrow();
            assertEquals(20, mean, law == Law.PARETO ? 1.5 : 0.3, law.name());
        }
    }

    @Test
    void shouldDrawDomainsByZipfsLaw() {
        int[] count = new int[10];
        new Visits(assumptions(Law.FIXED, 10), 12).draw(100_000).forEach(s -> count[s.domain()]++);
        double sum = IntStream.rangeClosed(1, 10).mapToDouble(k -> 1.0 / k).sum();
        for (int k = 0; k < 10; k++) {
            assertEquals(100_000 / sum / (k + 1), count[k], 600, "domain " + k);
        }
    }

    @Test
    void shouldDrawVisitsInOrder() {
        List<Session> visits = new Visits(assumptions(Law.GEOMETRIC, 10), 13).draw(1000);
        for (int i = 1; i < visits.size(); i++) {
            assertTrue(visits.get(i - 1).start() <= visits.get(i).start());
        }
        double[] at = Requests.of(visits).at();
        double[] sorted = at.clone();
        Arrays.sort(sorted);
        assertArrayEquals(sorted, at);
        assertEquals(visits.stream().mapToInt(s -> s.requestTimes().length).sum(), at.length);
    }

    @Test
    void shouldFindTheArticlesClaimWhereItsAssumptionsHold() {
        List<Competitor> competitors = List.of(
                new RoundRobinDns(0),
                new RoundRobinDns(3600),
                new LoadBalancer(SchedulerKind.RR, Set.of()),
                new LoadBalancer(SchedulerKind.WLC, Set.of()),
                new LoadBalancer(SchedulerKind.DH, Set.of()));
        List<Imbalance> results = new Simulation(assumptions(Law.GEOMETRIC, 200), 20, 1).run(160, competitors);
        assertTrue(results.get(0).mean() > 1.3, "even without caching: " + results.get(0));
        assertTrue(results.get(1).mean() > results.get(0).mean(), "caching makes it worse: " + results);
        assertEquals(1, results.get(2).mean(), 0.01, "round robin over connections");
        assertEquals(8, results.get(4).mean(), 1e-9, "one destination, one server");

        List<Imbalance> many = new Simulation(assumptions(Law.GEOMETRIC, 200), 5, 1).run(4000, competitors);
        assertTrue(many.get(0).mean() < 1.15, "the law of large numbers: " + many.get(0));
        assertTrue(many.get(1).mean() > 1.5, "which resolvers' caches defeat: " + many.get(1));
        assertTrue(many.get(3).mean() < 1.1, "least connections under load: " + many.get(3));
    }

    @Test
    void shouldRepeatItselfFromTheSameSeed() {
        List<Competitor> competitors = List.of(new RoundRobinDns(0), new LoadBalancer(SchedulerKind.TWOS, Set.of()));
        Assumptions same = assumptions(Law.PARETO, 20);
        assertEquals(
                new Simulation(same, 3, 9).run(200, competitors), new Simulation(same, 3, 9).run(200, competitors));
    }
}
