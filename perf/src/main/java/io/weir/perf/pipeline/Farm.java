package io.weir.perf.pipeline;

import io.weir.engine.packet.Transport;
import io.weir.engine.service.ServerSpec;
import io.weir.engine.service.ServiceSpec;
import io.weir.scheduler.IpAddress;
import io.weir.scheduler.SchedulerKind;
import io.weir.scheduler.SchedulingPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The service that the in-memory benchmarks balance: a virtual address, four servers with weights 1 to 4, weighted round
 * robin.
 *
 * @param virtual its address
 * @param servers their addresses
 * @param ports their ports
 * @param spec all of it, for the engine
 */
record Farm(IpAddress virtual, IpAddress[] servers, int[] ports, ServiceSpec spec) {
    /** Port of the service. */
    static final int PORT = 80;

    private static final int SERVERS = 4;

    /** With TCP. */
    static Farm of(boolean ipv6) {
        return of(ipv6, Transport.TCP);
    }

    static Farm of(boolean ipv6, int protocol) {
        IpAddress virtual = IpAddress.parse(ipv6 ? "2001:db8::5" : "202.103.106.5");
        IpAddress[] servers = new IpAddress[SERVERS];
        int[] ports = new int[SERVERS];
        List<ServerSpec> specs = new ArrayList<>();
        for (int s = 0; s < SERVERS; s++) {
            servers[s] = IpAddress.parse((ipv6 ? "fd00::" : "172.16.0.") + (s + 2));
            ports[s] = 8000 + s;
            specs.add(ServerSpec.of("s" + s, servers[s], ports[s], s + 1));
        }
        ServiceSpec spec = new ServiceSpec(
                "web", virtual, PORT, protocol, SchedulerKind.WRR, Set.of(), SchedulingPlan.DEFAULT_TABLE_SIZE, specs);
        return new Farm(virtual, servers, ports, spec);
    }
}
