package io.weir.appliance.probe;

import io.weir.appliance.cli.MachineProbe.Finding;
import io.weir.appliance.cli.MachineProbe.Level;
import io.weir.appliance.config.Choices.Tunnel;
import io.weir.appliance.config.NodeConfig;
import io.weir.appliance.config.ServerConfig;
import io.weir.appliance.config.ServiceConfig;
import io.weir.bindings.netlink.Link;
import io.weir.bindings.netlink.Route;
import io.weir.bindings.netlink.RouteNetlink;
import io.weir.scheduler.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Tunnels to servers: how long clients' packets may be, and who takes the headers off. */
final class TunnelProbe {
    private static final int FULL_MTU = 1500;
    private static final int TCP_HEADER = 20;

    /** Servers that are alike in what is to be said of them. */
    private record Group(Tunnel kind, boolean inner4, boolean outer4, String device) {}

    private final NodeConfig node;
    private final Map<String, Link> links;
    private final RouteNetlink netlink;

    TunnelProbe(NodeConfig node, Map<String, Link> links, RouteNetlink netlink) {
        this.node = node;
        this.links = links;
        this.netlink = netlink;
    }

    List<Finding> findings() {
        Set<Group> groups = new LinkedHashSet<>();
        for (ServiceConfig service : node.services()) {
            for (ServerConfig server : service.servers()) {
                kind(service, server).ifPresent(kind -> {
                    IpAddress end = kind == Tunnel.VXLAN
                            ? server.host().orElseThrow()
                            : server.endpoint().address();
                    device(end)
                            .ifPresent(device -> groups.add(
                                    new Group(kind, service.address().address().isV4(), end.isV4(), device)));
                });
            }
        }
        List<Finding> findings = new ArrayList<>();
        groups.forEach(group -> findings.add(finding(group)));
        return findings;
    }

    private static Optional<Tunnel> kind(ServiceConfig service, ServerConfig server) {
        return switch (service.forward()) {
            case NAT, FULLNAT -> Optional.empty();
            case DR -> server.tunnel();
            case TUN -> Optional.of(server.tunnel().orElse(Tunnel.IPIP));
        };
    }

    private Optional<String> device(IpAddress end) {
        try {
            Optional<Route> route = netlink.route(InetAddress.getByName(end.toString()));
            return route.filter(r -> !r.nextHops().isEmpty())
                    .flatMap(r -> links.values().stream()
                            .filter(link ->
                                    link.index() == r.nextHops().getFirst().index())
                            .findFirst())
                    .map(Link::name);
        } catch (UnknownHostException e) {
            throw new AssertionError("a literal", e);
        }
    }

    private Finding finding(Group group) {
        int overhead = (group.outer4() ? 20 : 40)
                + switch (group.kind()) {
                    case IPIP -> 0;
                    case GRE -> 4;
                    case GUE -> 12;
                    case VXLAN -> 30;
                };
        int mtu = links.get(group.device()).mtu() - overhead;
        String who = group.kind() == Tunnel.VXLAN
                ? "the servers' hosts have a VXLAN device or a switch"
                : "the servers have a tunnel device or run weir decap";
        String name = group.kind().name().toLowerCase(Locale.ROOT) + " by " + group.device();
        if (mtu >= FULL_MTU) {
            return new Finding(
                    Level.OK, name, "carries packets of %d bytes, and more: %d; %s".formatted(FULL_MTU, mtu, who));
        }
        return new Finding(
                Level.WARNING,
                name,
                "carries packets of up to %d bytes only, and clients' of %d are answered with what fits: MTU %d of %s and of all on the way would carry them, or at the servers advmss %d on the route to the clients would spare them; %s"
                        .formatted(
                                mtu,
                                FULL_MTU,
                                FULL_MTU + overhead,
                                group.device(),
                                mtu - (group.inner4() ? 20 : 40) - TCP_HEADER,
                                who));
    }
}
