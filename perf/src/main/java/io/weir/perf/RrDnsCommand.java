package io.weir.perf;

import io.weir.perf.result.Progress;
import io.weir.perf.result.Recorder;
import io.weir.perf.result.Row;
import io.weir.perf.result.RowBuilder;
import io.weir.perf.rrdns.Assumptions;
import io.weir.perf.rrdns.Competitor;
import io.weir.perf.rrdns.Competitor.LoadBalancer;
import io.weir.perf.rrdns.Competitor.RoundRobinDns;
import io.weir.perf.rrdns.Imbalance;
import io.weir.perf.rrdns.Simulation;
import io.weir.scheduler.SchedulerFlag;
import io.weir.scheduler.SchedulerKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bench rrdns}: the article's claim about round-robin DNS. */
@Command(
        name = "rrdns",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Simulates users' sessions over round-robin DNS and over each scheduler of Weir, and compares the load of the"
                    + " busiest server with the mean.",
            "The LVS article says of DNS, even when resolvers keep nothing: over 30 % more at about 20 requests a session."
        })
final class RrDnsCommand extends Measurement {
    @Option(names = "--servers", paramLabel = "N", defaultValue = "8", description = "Equal servers.")
    private int servers;

    @Option(
            names = "--sessions",
            split = ",",
            paramLabel = "N",
            defaultValue = "100,200,400,1000,4000,10000",
            description = "Sessions that begin in the interval; one case each.")
    private List<Integer> sessions;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "How long the sessions' beginnings are spread over.")
    private double interval;

    @Option(names = "--requests", paramLabel = "N", defaultValue = "20", description = "Mean requests of a session.")
    private double requests;

    @Option(
            names = "--law",
            paramLabel = "LAW",
            defaultValue = "geometric",
            description =
                    "How they vary: fixed, geometric (a user leaves with the same probability after each request),"
                            + " pareto (a few stay for hours).")
    private String law;

    @Option(
            names = "--resolvers",
            paramLabel = "N",
            defaultValue = "200",
            description = "Domains with a resolver each.")
    private int resolvers;

    @Option(
            names = "--zipf",
            paramLabel = "S",
            defaultValue = "1",
            description = "Exponent of the domains' popularity.")
    private double zipf;

    @Option(
            names = "--ttl",
            split = ",",
            paramLabel = "SECONDS",
            defaultValue = "0,60,3600",
            description = "How long a resolver keeps an answer; one case each.")
    private List<Double> timesToLive;

    @Option(
            names = "--pause",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "Mean pause between requests.")
    private double pause;

    @Option(names = "--service", paramLabel = "SECONDS", defaultValue = "3", description = "Mean time of a connection.")
    private double service;

    @Option(names = "--runs", paramLabel = "N", defaultValue = "20", description = "Repetitions with other visits.")
    private int runs;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of everything that is random.")
    private long seed;

    @Override
    void measure(Recorder recorder, Progress progress) {
        Assumptions assumptions = new Assumptions(servers, interval, requests, law(), resolvers, zipf, pause, service);
        recorder.note(
                "a simulation, seed %d: %d equal servers; sessions begin evenly over %s s; %s requests a session (%s),"
                                .formatted(seed, servers, interval, requests, law)
                        + " %s s apart, each a connection of %s s; users of %d domains (Zipf %s) share a resolver; %d runs"
                                .formatted(pause, service, resolvers, zipf, runs));
        recorder.note(
                "busiest/mean 1.00 is perfect balance, 1.30 is the article's claim; `above 30 %` is the share of the"
                        + " runs in which the claim held");
        recorder.note("a user's machine keeps the address for its whole session, whatever the time to live");
        recorder.note(
                "lc, wlc, sed and nq take the first of several idle servers, so while hardly anything is going on their"
                        + " counts are uneven and nobody waits");
        Simulation simulation = new Simulation(assumptions, runs, seed);
        List<Competitor> competitors = competitors();
        for (int count : sessions) {
            progress.step("rrdns: %,d sessions, %d runs", count, runs);
            List<Imbalance> results = simulation.run(count, competitors);
            for (int c = 0; c < results.size(); c++) {
                recorder.accept(row(competitors.get(c), count, results.get(c)));
            }
        }
    }

    private List<Competitor> competitors() {
        List<Competitor> all = new ArrayList<>();
        timesToLive.forEach(ttl -> all.add(new RoundRobinDns(ttl)));
        for (SchedulerKind kind : SchedulerKind.values()) {
            all.add(new LoadBalancer(kind, Set.of()));
        }
        all.add(new LoadBalancer(SchedulerKind.MH, Set.of(SchedulerFlag.MH_PORT)));
        return all;
    }

    private Assumptions.Law law() {
        try {
            return Assumptions.Law.valueOf(law.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--law %s: fixed, geometric or pareto would be right".formatted(law), e);
        }
    }

    private static String remark(SchedulerKind kind) {
        return switch (kind) {
            case FO -> "not meant to spread load: all to one server";
            case DH -> "all to one server, as there is one destination; for caches in front of many destinations";
            case OVF -> "not meant to spread load evenly: fills one server up to its weight (1 here), then the next";
            case SH, MH -> "keeps a client on its server on purpose, as DNS does by accident";
            default -> "";
        };
    }

    private static String name(Competitor competitor) {
        return switch (competitor) {
            case RoundRobinDns dns -> String.format(Locale.ROOT, "rr-dns, ttl %.0f s", dns.timeToLive());
            case LoadBalancer balancer ->
                balancer.flags().stream()
                        .map(flag -> " " + flag.propertyName())
                        .collect(Collectors.joining("", balancer.kind().propertyName(), ""));
        };
    }

    private Row row(Competitor competitor, int count, Imbalance imbalance) {
        RowBuilder row = Row.of("sessions", name(competitor))
                .with("sessions", count)
                .with("per server", count / servers)
                .metric("busiest/mean", imbalance.mean(), "")
                .metric("best run", imbalance.best(), "")
                .metric("worst run", imbalance.worst(), "")
                .metric("above 30 %", imbalance.above30() * 100, "%");
        if (competitor instanceof LoadBalancer(SchedulerKind kind, Set<SchedulerFlag> flags)
                && flags.isEmpty()
                && !remark(kind).isEmpty()) {
            row.note(remark(kind));
        }
        return row.build();
    }
}
