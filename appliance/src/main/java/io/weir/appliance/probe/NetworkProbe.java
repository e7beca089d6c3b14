package io.weir.appliance.probe;

import io.weir.appliance.cli.MachineProbe.Finding;
import io.weir.appliance.cli.MachineProbe.Level;
import io.weir.appliance.config.Choices.Forward;
import io.weir.appliance.config.NodeConfig;
import io.weir.appliance.config.ServerConfig;
import io.weir.appliance.config.ServiceConfig;
import io.weir.bindings.netlink.Address;
import io.weir.bindings.netlink.Link;
import io.weir.bindings.netlink.Route;
import io.weir.bindings.netlink.RouteNetlink;
import io.weir.scheduler.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Addresses and routes: the engine's own addresses are nobody else's, and the servers are where the devices lead. */
final class NetworkProbe {
    private final NodeConfig node;
    private final RouteNetlink netlink;
    private final KernelFiles files;
    private final Map<String, Link> links;
    private final Map<Integer, String> names = new HashMap<>();
    private final List<Finding> findings = new ArrayList<>();

    NetworkProbe(NodeConfig node, Map<String, Link> links, RouteNetlink netlink, KernelFiles files) {
        this.node = node;
        this.links = links;
        this.netlink = netlink;
        this.files = files;
        links.values().forEach(link -> names.put(link.index(), link.name()));
    }

    List<Finding> findings() {
        owned();
        routes(destinations(), onLink());
        new TunnelProbe(node, links, netlink).findings().forEach(findings::add);
        forwarding(servers(service -> service.forward() == Forward.NAT));
        return findings;
    }

    /** Where packets to servers go: to the servers, or to the hosts that their tunnels lead to. */
    private Set<IpAddress> destinations() {
        Set<IpAddress> destinations = new LinkedHashSet<>();
        for (ServiceConfig service : node.services()) {
            for (ServerConfig server : service.servers()) {
                if (isOverlaid(service, server)) {
                    server.host().ifPresent(destinations::add);
                } else {
                    destinations.add(server.endpoint().address());
                }
            }
        }
        return destinations;
    }

    private static boolean isOverlaid(ServiceConfig service, ServerConfig server) {
        return service.forward() == Forward.DR && server.tunnel().isPresent();
    }

    /** Servers that must be in a network of this host. */
    private Set<IpAddress> onLink() {
        Set<IpAddress> direct = new LinkedHashSet<>();
        node.services().stream()
                .filter(service -> service.forward() == Forward.DR)
                .forEach(service -> service.servers().stream()
                        .filter(server -> !isOverlaid(service, server))
                        .forEach(server -> direct.add(server.endpoint().address())));
        return direct;
    }

    private Set<IpAddress> servers(Predicate<ServiceConfig> wanted) {
        Set<IpAddress> servers = new LinkedHashSet<>();
        node.services().stream()
                .filter(wanted)
                .flatMap(service -> service.servers().stream())
                .forEach(server -> servers.add(server.endpoint().address()));
        return servers;
    }

    private void add(Level level, String subject, String text, Object... arguments) {
        findings.add(new Finding(level, subject, text.formatted(arguments)));
    }

    private void owned() {
        Set<IpAddress> owned = new LinkedHashSet<>();
        node.services().forEach(service -> owned.add(service.address().address()));
        node.gateways().values().forEach(owned::addAll);
        List<Address> held = netlink.addresses();
        for (IpAddress address : owned) {
            InetAddress inet = inet(address);
            held.stream().filter(a -> a.address().equals(inet)).forEach(a -> {
                String device = names.getOrDefault(a.index(), "?");
                add(
                        Level.WARNING,
                        address.toString(),
                        "the kernel holds it on %s and would answer for it beside the engine:"
                                + " ip address delete %s/%d dev %s",
                        device,
                        address,
                        a.prefixLength(),
                        device);
            });
        }
    }

    private void routes(Set<IpAddress> servers, Set<IpAddress> direct) {
        Map<String, Integer> ways = new TreeMap<>();
        for (IpAddress server : servers) {
            var route = netlink.route(inet(server));
            if (route.isEmpty() || route.get().nextHops().isEmpty()) {
                add(Level.WARNING, server.toString(), "there is no route to this server");
            } else if (route.get().type() != Route.Type.UNICAST) {
                add(Level.WARNING, server.toString(), "this server is an address of the host itself");
            } else {
                if (direct.contains(server)
                        && route.get().nextHops().getFirst().gateway().isPresent()) {
                    add(
                            Level.WARNING,
                            server.toString(),
                            "a router stands before this server and would get its packets, which are sent to the virtual"
                                    + " address: forward = dr reaches servers in a network of this host only; tun reaches others");
                }
                String device =
                        names.getOrDefault(route.get().nextHops().getFirst().index(), "?");
                if (node.io().interfaces().containsValue(device)) {
                    ways.merge(device, 1, Integer::sum);
                } else {
                    add(
                            Level.WARNING,
                            server.toString(),
                            "the route to this server leaves by %s, which is no io.interface",
                            device);
                }
            }
        }
        ways.forEach((device, count) ->
                add(Level.OK, device, "leads to %d server address%s", count, count == 1 ? "" : "es"));
    }

    private void forwarding(Set<IpAddress> servers) {
        if (servers.stream().anyMatch(IpAddress::isV4)) {
            forwarding("net/ipv4/ip_forward", "net.ipv4.ip_forward", true);
        }
        if (servers.stream().anyMatch(server -> !server.isV4())) {
            forwarding("net/ipv6/conf/all/forwarding", "net.ipv6.conf.all.forwarding", false);
        }
    }

    private void forwarding(String file, String key, boolean v4) {
        if (files.text("proc/sys/" + file).filter(value -> !value.equals("0")).isPresent()) {
            leaking(key, v4);
        }
    }

    /** A kernel that forwards sends servers' answers on as they are whenever the engine does not take them. */
    private void leaking(String key, boolean v4) {
        Set<String> sources = new LinkedHashSet<>();
        for (ServiceConfig service : node.services()) {
            for (ServerConfig server : service.servers()) {
                if (service.forward() == Forward.NAT
                        && server.endpoint().address().isV4() == v4) {
                    sources.add(server.endpoint().address() + " . "
                            + server.endpoint().port());
                }
            }
        }
        add(
                Level.WARNING,
                key,
                "is on: while the node does not run, what the servers answer reaches the clients untranslated, and they"
                        + " reset their connections; unless a rule in the forward hook does it already: %s saddr . th sport"
                        + " { %s } drop",
                v4 ? "ip" : "ip6",
                String.join(", ", sources));
    }

    private static InetAddress inet(IpAddress address) {
        try {
            return InetAddress.getByName(address.toString());
        } catch (UnknownHostException e) {
            throw new AssertionError("a literal", e);
        }
    }
}
