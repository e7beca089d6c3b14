package io.weir.perf.http;

import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.BedOptions;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.VirtualService.RealServer;
import io.weir.perf.CoreTime;
import io.weir.perf.Cores;
import io.weir.perf.contender.Contender;
import io.weir.perf.contender.Direct;
import io.weir.perf.contender.Nftables;
import io.weir.perf.contender.NginxServer;
import io.weir.perf.contender.Proxy;
import io.weir.perf.contender.Site;
import io.weir.perf.contender.Weir;
import io.weir.perf.result.Curve;
import io.weir.perf.result.Progress;
import io.weir.perf.result.Row;
import io.weir.perf.result.RowBuilder;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The LVS article's network with nginx as its servers and wrk as its client; each contender in turn, in a bed of its own.
 *
 * @param cores who works where
 * @param connections at a time
 * @param body bytes of an answer's body
 * @param warmSeconds before each measurement
 * @param seconds of each measurement
 */
public record HttpBench(Cores cores, int connections, int body, int warmSeconds, int seconds) {
    /** Kept connections. */
    public static final String KEEP_ALIVE = "keep-alive";

    /** A connection for each request. */
    public static final String CLOSE = "close";

    private static final VirtualService SERVICE = new VirtualService(
            "web",
            IpFamily.IPV4,
            "tcp",
            80,
            "rr",
            List.of(
                    new RealServer("a", IpFamily.IPV4.back(2), 80, 1),
                    new RealServer("b", IpFamily.IPV4.back(3), 80, 1)));

    /** Everybody who can be measured. */
    public static List<Contender> contenders() {
        return List.of(
                new Direct(),
                new Weir("af_xdp"),
                new Weir("af_packet"),
                new Nftables(false),
                new Nftables(true),
                Proxy.HAPROXY,
                Proxy.NGINX_STREAM);
    }

    /** Measures one contender; a row says so when it cannot be. */
    public void measure(Contender contender, Consumer<Row> rows, Progress progress) {
        Optional<String> lacking = contender.lacking();
        if (lacking.isPresent()) {
            rows.accept(Row.skipped(KEEP_ALIVE, contender.label(), lacking.get()));
            rows.accept(Row.skipped(CLOSE, contender.label(), lacking.get()));
            return;
        }
        try (Bed bed = Bed.create(BedOptions.ARTICLE)) {
            Site site = new Site(bed.node(), Bed.FRONT, Bed.BACK, SERVICE, cores.balancer());
            bed.client().sysctl("net/ipv4/ip_local_port_range", "1024 65535");
            bed.client().sysctl("net/ipv4/tcp_tw_reuse", "1");
            for (RealServer server : SERVICE.servers()) {
                bed.own(NginxServer.start(
                        server.id().equals("a") ? bed.serverA() : bed.serverB(),
                        cores.server(),
                        server.address(),
                        server.port(),
                        body));
            }
            progress.step("http: starting %s", contender.label());
            Contender.Running running = bed.own(contender.start(site));
            Wrk wrk = new Wrk(bed.client(), cores.client(), connections);
            for (boolean close : new boolean[] {false, true}) {
                rows.accept(row(contender, running, wrk, close, progress));
            }
        } catch (RuntimeException e) {
            rows.accept(Row.failed(KEEP_ALIVE + " or " + CLOSE, contender.label(), e));
        }
    }

    private Row row(Contender contender, Contender.Running running, Wrk wrk, boolean close, Progress progress) {
        String test = close ? CLOSE : KEEP_ALIVE;
        progress.step("http: %s, %s, %d s", contender.label(), test, warmSeconds + seconds);
        if (warmSeconds > 0) {
            wrk.run(running.target(), close, warmSeconds);
        }
        CoreTime before = CoreTime.read();
        WrkResult result = wrk.run(running.target(), close, seconds);
        CoreTime used = CoreTime.read().since(before);
        RowBuilder row = Row.of(test, contender.label())
                .with("connections", connections)
                .metric("requests", result.rate(), "1/s")
                .metric("p50", result.micros(50), "us")
                .metric("p99", result.micros(99), "us")
                .metric("p99.9", result.micros(99.9), "us")
                .metric("errors", result.errors(), "")
                .metric("received", result.bytes() * 8 / result.seconds() / 1e6, "Mbit/s");
        IntStream.range(0, used.busy().size())
                .forEach(core -> row.metric("core " + core + " busy", used.busyPercent(core), "%"));
        row.curve(Curve.of(
                "latency",
                "percentile",
                "latency [us]",
                result.percentiles().stream()
                        .mapToDouble(WrkResult.Percentile::percent)
                        .toArray(),
                result.percentiles().stream()
                        .mapToDouble(WrkResult.Percentile::micros)
                        .toArray()));
        if (result.requests() == 0) {
            row.note("nothing was answered in %d s: too short a time on a busy machine, or it does not work"
                    .formatted(seconds));
        }
        return row.note(contender.where(cores.balancer())).build();
    }
}
