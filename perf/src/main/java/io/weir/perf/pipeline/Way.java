package io.weir.perf.pipeline;

import io.weir.engine.service.Forwarding;
import io.weir.engine.service.ServerSpec;
import io.weir.engine.service.ServiceSpec;
import io.weir.engine.service.Tunnel;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** A way from a client's packet to its server. */
public enum Way {
    NAT(Forwarding.NAT, null),
    FULLNAT(Forwarding.FULLNAT, null),
    DR(Forwarding.DR, null),
    IPIP(Forwarding.TUN, server -> Tunnel.ipip(server.address())),
    GRE(Forwarding.TUN, server -> Tunnel.gre(server.address())),
    GUE(Forwarding.TUN, server -> Tunnel.gue(server.address(), 6080)),
    /** DR over an overlay. */
    VXLAN(Forwarding.DR, server -> Tunnel.vxlan(server.address(), 4789, 7, 0x52_54_00_00_00_01L));

    /** Flows at most for which full NAT has local ports here. */
    private static final int MOST_FLOWS_BY_FULL_NAT = 100_000;

    private final Forwarding forwarding;
    private final Function<ServerSpec, Tunnel> tunnel;

    Way(Forwarding forwarding, Function<ServerSpec, Tunnel> tunnel) {
        this.forwarding = forwarding;
        this.tunnel = tunnel;
    }

    /** Whether so many flows may go by it. */
    public boolean takes(int flows) {
        return this != FULLNAT || flows <= MOST_FLOWS_BY_FULL_NAT;
    }

    /** Its name as a case. */
    public String label() {
        return name().toLowerCase(Locale.ROOT) + "-to-server";
    }

    /** A service whose packets go by it. */
    ServiceSpec of(ServiceSpec service) {
        List<ServerSpec> servers = tunnel == null
                ? service.servers()
                : service.servers().stream()
                        .map(server -> server.through(tunnel.apply(server)))
                        .toList();
        return service.with(servers).with(forwarding);
    }
}
