package io.weir.appliance.config;

import io.weir.appliance.config.Choices.FlowMode;
import io.weir.appliance.config.Choices.Forward;
import io.weir.appliance.config.Choices.HaMode;
import io.weir.appliance.config.HypervisorsConfig.Host;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Contradictions among hypervisors, and between them and the servers that run on them. */
final class HypervisorChecks {
    private final NodeConfig config;
    private final HypervisorsConfig hypervisors;
    private final Settings settings;

    HypervisorChecks(NodeConfig config, Settings settings) {
        this.config = config;
        this.hypervisors = config.hypervisors();
        this.settings = settings;
    }

    void run() {
        unique();
        flows();
        final Map<String, String> ports = new HashMap<>();
        for (final ServiceConfig service : config.services()) {
            for (final ServerConfig server : service.servers()) {
                server(service, server, ports);
            }
        }
    }

    private void flows() {
        if (hypervisors.flows() == FlowMode.CLIENT && config.ha().mode() == HaMode.BGP) {
            settings.problems()
                    .error(
                            HypervisorKeys.FLOWS.name(),
                            settings.written(HypervisorKeys.FLOWS),
                            "with ha.mode = bgp several nodes are active, and none knows the others' clients; service is right");
        }
    }

    private void unique() {
        final Map<Object, String> owners = new HashMap<>();
        for (final Host host : hypervisors.hosts()) {
            for (final Map.Entry<Key<?>, Object> part : List.<Map.Entry<Key<?>, Object>>of(
                    Map.entry(HypervisorKeys.DATAPATH, host.datapath()),
                    Map.entry(HypervisorKeys.ADDRESS, host.address()))) {
                final String owner = owners.putIfAbsent(part.getValue(), host.name());
                if (owner != null) {
                    settings.problems()
                            .error(
                                    part.getKey().name(host.name()),
                                    settings.written(part.getKey(), host.name()),
                                    "hypervisor " + owner + " has the same; each has its own");
                }
            }
        }
    }

    private void server(ServiceConfig service, ServerConfig server, Map<String, String> ports) {
        final Optional<Host> host = server.host().flatMap(hypervisors::byAddress);
        if (server.host().isPresent() && host.isEmpty() && server.tunnel().isEmpty()) {
            warning(service, server, "host= has no effect: no key hypervisor.<name>.address has this address");
        }
        if (server.switchPort().isPresent() && host.isEmpty()) {
            error(
                    service,
                    server,
                    "port= names a port of a hypervisor's switch, and there is none; host= with it is right");
        }
        if (host.isEmpty()) {
            return;
        }
        if (service.forward() != Forward.DR) {
            warning(service, server, "host= has no effect with forward = " + Values.name(service.forward()));
            return;
        }
        if (server.switchPort().isEmpty()) {
            error(
                    service,
                    server,
                    "port= is missing; the name of its port of the switch of hypervisor "
                            + host.get().name() + " is right");
            return;
        }
        if (host.get().uplinks().contains(server.switchPort().get())) {
            error(
                    service,
                    server,
                    "port=" + server.switchPort().get() + " is an uplink of hypervisor "
                            + host.get().name() + "; the server's own port is right");
        }
        if (!service.address().address().isV4()
                && server.endpoint().address().equals(service.address().address())) {
            error(
                    service,
                    server,
                    "is the virtual address; the server's own address, which its neighbour solicitations are to bear, is right");
        }
        ambiguous(service, server, host.get(), ports);
    }

    /** What a reply shows of its service: switch port, protocol, virtual address and the server's port. */
    private void ambiguous(ServiceConfig service, ServerConfig server, Host host, Map<String, String> ports) {
        final String reply = "%s %s %s %s %d"
                .formatted(
                        host.name(),
                        server.switchPort().orElseThrow(),
                        service.protocol(),
                        service.address().address(),
                        server.endpoint().port());
        final String owner = ports.putIfAbsent(reply, service.name());
        if (owner != null && hypervisors.flows() == FlowMode.SERVICE) {
            error(
                    service,
                    server,
                    "the switch of hypervisor %s cannot tell its replies from those of service %s: both come from %s port %d of %s, and would have to leave from different ports; another port of the server, or another virtual address, is right, or hypervisor.flows = client"
                            .formatted(
                                    host.name(),
                                    owner,
                                    service.address().address(),
                                    server.endpoint().port(),
                                    server.switchPort().get()));
        }
        if (host.mac().isPresent() && server.mac().isPresent()) {
            sharesHostsAddress(service, server, host, ports);
        }
        if (server.endpoint().port() == 0 && service.address().port() != 0) {
            error(service, server, "port 0 cannot be translated");
        }
    }

    /** What a frame for the host itself shows of its server. */
    private void sharesHostsAddress(ServiceConfig service, ServerConfig server, Host host, Map<String, String> ports) {
        final String frame = "%s %s %s %d"
                .formatted(
                        host.name(),
                        service.protocol(),
                        service.address().address(),
                        server.endpoint().port());
        final String owner = ports.putIfAbsent(frame, server.switchPort().orElseThrow());
        if (owner != null && !owner.equals(server.switchPort().get())) {
            error(
                    service,
                    server,
                    "mac= of two guests of hypervisor %s that share port %d (the other is at %s): frames for the hypervisor's own address could be for either; without mac= each is sent to by its own address"
                            .formatted(host.name(), server.endpoint().port(), owner));
        }
    }

    private void error(ServiceConfig service, ServerConfig server, String message) {
        settings.problems().error(key(service, server), written(service, server), message);
    }

    private void warning(ServiceConfig service, ServerConfig server, String message) {
        settings.problems().warning(key(service, server), written(service, server), message);
    }

    private static String key(ServiceConfig service, ServerConfig server) {
        return ServiceKeys.SERVER.name(service.name(), server.id());
    }

    private String written(ServiceConfig service, ServerConfig server) {
        return settings.written(ServiceKeys.SERVER, service.name(), server.id());
    }
}
