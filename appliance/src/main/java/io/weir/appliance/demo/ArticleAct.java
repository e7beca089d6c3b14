package io.weir.appliance.demo;

import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.VirtualService;
import java.util.Locale;
import java.util.Map;

/** First act: the example of the LVS article, shared by weight, and what else a virtual service has to do. */
final class ArticleAct {
    private static final int REQUESTS = 300;
    private static final int REQUESTS_OVER_IPV6 = 30;
    private static final long LENGTH = 100_000_000;

    private final Report report;
    private final DemoChecks checks;

    ArticleAct(Bed bed, Report report) {
        this.report = report;
        this.checks = new DemoChecks(bed);
    }

    void show() {
        Map<String, Integer> served = checks.requests(IpFamily.IPV4, REQUESTS, done -> report.progress(done, REQUESTS));
        VirtualService web = VirtualService.ofArticle(IpFamily.IPV4).getFirst();
        table(web, served);
        report.check(REQUESTS + " requests shared", () -> checks.sharesByWeight(served, web));
        report.check("servers see the client", () -> checks.seesClientsAddress(IpFamily.IPV4));
        report.check("server that speaks first", () -> checks.greets(IpFamily.IPV4));
        report.check("100 MB download", () -> checks.downloads(IpFamily.IPV4, LENGTH));
        report.check("100 MB upload", () -> checks.uploads(IpFamily.IPV4, LENGTH));
        report.check("port 81 refused", () -> checks.refuses(IpFamily.IPV4));
        report.check("ping " + IpFamily.IPV4.vip(), () -> checks.answersPings(IpFamily.IPV4));
        VirtualService web6 = VirtualService.ofArticle(IpFamily.IPV6).getFirst();
        report.check(
                REQUESTS_OVER_IPV6 + " requests over IPv6",
                () -> checks.sharesByWeight(checks.requests(IpFamily.IPV6, REQUESTS_OVER_IPV6, done -> {}), web6));
        report.check("ping " + IpFamily.IPV6.vip(), () -> checks.answersPings(IpFamily.IPV6));
    }

    private void table(VirtualService service, Map<String, Integer> served) {
        int requests = served.values().stream().mapToInt(Integer::intValue).sum();
        report.out().printf("%n  %-8s%-20s%8s%10s%10s%n", "server", "address", "weight", "requests", "share");
        for (VirtualService.RealServer server : service.servers()) {
            int count = served.getOrDefault(server.id(), 0);
            report.out()
                    .printf(
                            Locale.ROOT,
                            "  %-8s%-20s%8d%10d%8.1f %%%n",
                            server.id(),
                            service.family().endpoint(server.address(), server.port()),
                            server.weight(),
                            count,
                            requests == 0 ? 0.0 : 100.0 * count / requests);
        }
        report.out().println();
    }
}
