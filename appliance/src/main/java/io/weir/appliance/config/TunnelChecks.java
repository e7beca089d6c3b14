package io.weir.appliance.config;

import io.weir.appliance.config.Choices.Tunnel;
import io.weir.scheduler.IpAddress;
import java.util.List;
import java.util.Optional;

/** Contradictions about tunnels: servers that cannot be reached by theirs, and sources that they cannot have. */
final class TunnelChecks {
    private final NodeConfig config;
    private final Settings settings;

    TunnelChecks(NodeConfig config, Settings settings) {
        this.config = config;
        this.settings = settings;
    }

    void run() {
        sources();
        for (final ServiceConfig service : config.services()) {
            for (final ServerConfig server : service.servers()) {
                server(service, server);
            }
        }
    }

    private void sources() {
        final List<TunnelConfig.Source> sources = config.tunnels().sources();
        for (final boolean v4 : new boolean[] {true, false}) {
            if (sources.stream().filter(s -> s.first().isV4() == v4).count() > 1) {
                settings.problems()
                        .error(
                                TunnelKeys.SOURCE.pattern(),
                                settings.written(TunnelKeys.SOURCE),
                                "there are several of " + (v4 ? "IPv4" : "IPv6")
                                        + "; one address or network of each version of IP is right");
            }
        }
        for (final ServiceConfig service : config.services()) {
            final IpAddress virtual = service.address().address();
            if (sources.stream().anyMatch(s -> contains(s, virtual))) {
                settings.problems()
                        .error(
                                TunnelKeys.SOURCE.pattern(),
                                settings.written(TunnelKeys.SOURCE),
                                "contains " + virtual + ", which is the address of service " + service.name()
                                        + "; addresses that nobody else has are right");
            }
        }
    }

    private static boolean contains(TunnelConfig.Source source, IpAddress address) {
        return address.isV4() == source.first().isV4()
                && address.hi() == source.first().hi()
                && address.lo() >>> source.hostBits() == source.first().lo() >>> source.hostBits();
    }

    private void server(ServiceConfig service, ServerConfig server) {
        final Optional<Tunnel> tunnel = server.tunnel();
        final boolean vxlan = tunnel.filter(Tunnel.VXLAN::equals).isPresent();
        if (server.vni().isPresent() && !vxlan) {
            warning(service, server, "vni= has no effect without tunnel=vxlan");
        }
        if (tunnel.isEmpty()) {
            return;
        }
        final String word = "tunnel=" + Values.name(tunnel.get());
        final String way = ServiceKeys.FORWARD.name(service.name()) + " = " + Values.name(service.forward());
        switch (service.forward()) {
            case NAT, FULLNAT -> warning(service, server, word + " has no effect with " + way);
            case TUN -> {
                if (vxlan) {
                    error(
                            service,
                            server,
                            word + " carries frames, which is for forward = dr; with " + way
                                    + " ipip, gre or gue is right");
                }
            }
            case DR -> {
                if (vxlan) {
                    overlay(service, server);
                } else {
                    error(
                            service,
                            server,
                            word + " is for forward = tun; with " + way
                                    + " no tunnel, or vxlan to the server's host, is right");
                }
            }
        }
    }

    private void overlay(ServiceConfig service, ServerConfig server) {
        if (server.host().isEmpty()) {
            error(service, server, "tunnel=vxlan leads to the server's host, and host= is missing");
        }
        if (server.vni().isEmpty() && config.tunnels().vxlanVni().isEmpty()) {
            error(
                    service,
                    server,
                    "tunnel=vxlan needs the number of its virtual network; vni= or " + TunnelKeys.VXLAN_VNI.pattern()
                            + " is right");
        }
        if (server.mac().isEmpty()
                && server.endpoint().address().equals(service.address().address())) {
            error(
                    service,
                    server,
                    "is the virtual address, which tells no hardware address; mac=, or the server's own address, is right");
        }
    }

    private void error(ServiceConfig service, ServerConfig server, String message) {
        settings.problems()
                .error(
                        ServiceKeys.SERVER.name(service.name(), server.id()),
                        settings.written(ServiceKeys.SERVER, service.name(), server.id()),
                        message);
    }

    private void warning(ServiceConfig service, ServerConfig server, String message) {
        settings.problems()
                .warning(
                        ServiceKeys.SERVER.name(service.name(), server.id()),
                        settings.written(ServiceKeys.SERVER, service.name(), server.id()),
                        message);
    }
}
