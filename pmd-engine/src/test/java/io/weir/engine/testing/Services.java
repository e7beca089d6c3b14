package io.weir.engine.testing;

import io.weir.engine.packet.Transport;
import io.weir.engine.service.ServerSpec;
import io.weir.engine.service.ServiceSpec;
import io.weir.scheduler.SchedulerKind;
import io.weir.scheduler.SchedulingPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Services for tests. */
public final class Services {
    private Services() {}

    /** A server of a service. */
    public static ServerSpec server(Peer at, int weight) {
        return ServerSpec.of(at.toString(), at.address(), at.port(), weight);
    }

    /** A service under weighted round robin. */
    public static ServiceSpec service(int protocol, Peer virtual, ServerSpec... servers) {
        return service(SchedulerKind.WRR, protocol, virtual, servers);
    }

    /** A service. */
    public static ServiceSpec service(SchedulerKind kind, int protocol, Peer virtual, ServerSpec... servers) {
        return new ServiceSpec(
                virtual + "/" + protocol,
                virtual.address(),
                virtual.port(),
                protocol,
                kind,
                Set.of(),
                SchedulingPlan.DEFAULT_TABLE_SIZE,
                List.of(servers));
    }

    /** A TCP service with one server. */
    public static ServiceSpec tcp(Peer virtual, Peer server) {
        return service(Transport.TCP, virtual, server(server, 1));
    }

    /** A UDP service with one server. */
    public static ServiceSpec udp(Peer virtual, Peer server) {
        return service(Transport.UDP, virtual, server(server, 1));
    }

    /** Both protocols of both families, each with the server of the {@link Corpus}. */
    public static List<ServiceSpec> ofEveryKind() {
        List<ServiceSpec> services = new ArrayList<>();
        services.add(tcp(Corpus.SERVICE, Corpus.SERVER));
        services.add(udp(Corpus.SERVICE, Corpus.SERVER));
        services.add(tcp(Corpus.SERVICE6, Corpus.SERVER6));
        services.add(udp(Corpus.SERVICE6, Corpus.SERVER6));
        return services;
    }

    /** The example of the LVS article. */
    public static List<ServiceSpec> ofTheArticle() {
        Peer web = Peer.of("202.103.106.5", 80);
        Peer second = Peer.of("172.16.0.3", 8000);
        return List.of(
                service(Transport.TCP, web, server(Peer.of("172.16.0.2", 80), 1), server(second, 2)),
                tcp(web.withPort(21), second.withPort(21)));
    }
}
