package io.weir.appliance.node;

import io.weir.appliance.config.Choices;
import io.weir.appliance.config.Choices.Protocol;
import io.weir.appliance.config.Choices.Reject;
import io.weir.appliance.config.Choices.ReplayGuard;
import io.weir.appliance.config.Choices.Role;
import io.weir.appliance.config.Choices.Ttl;
import io.weir.appliance.config.IoConfig;
import io.weir.appliance.config.MacAddress;
import io.weir.appliance.config.NodeConfig;
import io.weir.appliance.config.ReconstructionConfig;
import io.weir.appliance.config.ServerConfig;
import io.weir.appliance.config.ServiceConfig;
import io.weir.appliance.config.TunnelConfig;
import io.weir.appliance.health.Health;
import io.weir.bindings.Pages;
import io.weir.bindings.steering.Endpoint;
import io.weir.bindings.steering.NatPorts;
import io.weir.bindings.xdp.XskSocket.ZeroCopy;
import io.weir.engine.counters.SlotEntry;
import io.weir.engine.flow.TcpState;
import io.weir.engine.forward.ForwardSettings;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.Driver;
import io.weir.engine.port.PortOptions;
import io.weir.engine.service.Forwarding;
import io.weir.engine.service.ReconstructionPolicy;
import io.weir.engine.service.ServerSpec;
import io.weir.engine.service.ServiceKey;
import io.weir.engine.service.ServiceRegistry;
import io.weir.engine.service.ServiceSpec;
import io.weir.engine.service.Tunnel;
import io.weir.engine.service.TunnelSource;
import io.weir.ha.reconstruct.ReconstructionSettings;
import io.weir.scheduler.IpAddress;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the configuration says, in the engine's terms. */
final class Specs {
    private static final int ICMP_PER_SECOND = 1000;

    /** Local addresses that a node may have had when nobody configured them: they may change while it runs. */
    private static final int LOCAL_ADDRESSES = 4;

    private static final int LONGEST_TEXT = 120;

    private Specs() {}

    static List<ServiceSpec> services(NodeConfig config, ServerStates states) {
        return config.services().stream()
                .map(service -> new ServiceSpec(
                        service.name(),
                        service.address().address(),
                        service.address().port(),
                        protocol(service),
                        service.scheduler(),
                        service.schedulerFlags(),
                        config.maglevTableSize(),
                        service.servers().stream()
                                .map(server -> server(
                                        server,
                                        states.weight(service, server),
                                        states.isUp(service, server),
                                        tunnel(config.tunnels(), service, server)))
                                .toList(),
                        reconstruction(config, service),
                        forwarding(service)))
                .toList();
    }

    private static Forwarding forwarding(ServiceConfig service) {
        return switch (service.forward()) {
            case NAT -> Forwarding.NAT;
            case DR -> Forwarding.DR;
            case FULLNAT -> Forwarding.FULLNAT;
            case TUN -> Forwarding.TUN;
        };
    }

    private static ReconstructionPolicy reconstruction(NodeConfig config, ServiceConfig service) {
        return new ReconstructionPolicy(
                switch (service.reconstruct()) {
                    case FULL -> ReconstructionPolicy.Mode.FULL;
                    case ADOPT -> ReconstructionPolicy.Mode.ADOPT;
                    case REPLAY -> ReconstructionPolicy.Mode.REPLAY;
                    case OFF -> ReconstructionPolicy.Mode.OFF;
                },
                service.replayGuard() == ReplayGuard.HTTP,
                service.replayMss().orElse(0),
                config.reconstruction().windowScale(),
                switch (service.onServerDeath()) {
                    case RESET -> ReconstructionPolicy.OnServerDeath.RESET;
                    case REPLAY -> ReconstructionPolicy.OnServerDeath.REPLAY;
                    case KEEP -> ReconstructionPolicy.OnServerDeath.KEEP;
                });
    }

    static ReconstructionSettings reconstruction(NodeConfig config) {
        ReconstructionConfig limits = config.reconstruction();
        ReconstructionSettings defaults = ReconstructionSettings.defaults();
        return new ReconstructionSettings(
                limits.rate(),
                limits.replayRate(),
                limits.probeTimeout().toNanos(),
                defaults.pending(),
                config.io().frameSize());
    }

    static NatPorts natPorts(NodeConfig config) {
        return new NatPorts(config.nat().ports().low(), config.nat().ports().high());
    }

    static ServiceKey key(ServiceConfig service) {
        return new ServiceKey(service.address().address(), service.address().port(), protocol(service));
    }

    /** How packets to a server are encapsulated; empty: not at all. */
    private static Optional<Tunnel> tunnel(TunnelConfig tunnels, ServiceConfig service, ServerConfig server) {
        IpAddress address = server.endpoint().address();
        return switch (service.forward()) {
            case NAT, FULLNAT -> Optional.empty();
            case TUN ->
                Optional.of(
                        switch (server.tunnel().orElse(Choices.Tunnel.IPIP)) {
                            case IPIP -> Tunnel.ipip(address);
                            case GRE -> Tunnel.gre(address);
                            case GUE -> Tunnel.gue(address, tunnels.guePort());
                            case VXLAN -> throw new IllegalArgumentException("refused by TunnelChecks");
                        });
            case DR ->
                server.tunnel()
                        .map(vxlan -> Tunnel.vxlan(
                                server.host().orElseThrow(),
                                tunnels.vxlanPort(),
                                server.vni().orElseGet(() -> tunnels.vxlanVni().orElseThrow()),
                                server.mac().map(MacAddress::bits).orElse(0L)));
        };
    }

    /** Where encapsulated packets come from, by the version of IP, as far as that is configured. */
    static Optional<TunnelSource> tunnelSource(TunnelConfig tunnels, boolean v4) {
        return tunnels.sources().stream()
                .filter(source -> source.first().isV4() == v4)
                .findFirst()
                .map(source -> new TunnelSource(source.first(), source.hostBits()));
    }

    private static ServerSpec server(ServerConfig server, int weight, boolean up, Optional<Tunnel> tunnel) {
        return new ServerSpec(
                server.id(),
                server.endpoint().address(),
                server.endpoint().port(),
                weight,
                up,
                server.maxConnections(),
                server.minConnections(),
                tunnel);
    }

    private static int protocol(ServiceConfig service) {
        return service.protocol() == Protocol.TCP ? Transport.TCP : Transport.UDP;
    }

    static ForwardSettings forward(NodeConfig config) {
        int[] timeouts = new int[TcpState.count()];
        for (TcpState state : TcpState.values()) {
            timeouts[state.ordinal()] = (int)
                    Math.min(Integer.MAX_VALUE, config.timeouts().of(state).toMillis());
        }
        return new ForwardSettings(
                        timeouts, config.ttl() == Ttl.DECREMENT, config.reject() == Reject.REJECT, ICMP_PER_SECOND)
                .withNat(
                        natPorts(config),
                        Math.max(LOCAL_ADDRESSES, config.nat().addresses().size()));
    }

    /** Addresses that packets to servers are sent to, each once: the servers', or of the hosts that tunnels lead to. */
    static Set<IpAddress> destinations(List<ServiceRegistry.Slot> slots) {
        Set<IpAddress> addresses = new LinkedHashSet<>();
        for (ServiceRegistry.Slot slot : slots) {
            Optional<Tunnel> tunnel = slot.server().tunnel();
            tunnel.ifPresent(way -> addresses.add(way.destination()));
            if (tunnel.isEmpty() || tunnel.get().needsNeighbour()) {
                addresses.add(slot.server().address());
            }
        }
        return addresses;
    }

    /** Addresses that tunnels lead to, each once. */
    static Set<IpAddress> tunnelEnds(List<ServiceRegistry.Slot> slots) {
        Set<IpAddress> ends = new LinkedHashSet<>();
        slots.forEach(slot -> slot.server().tunnel().ifPresent(tunnel -> ends.add(tunnel.destination())));
        return ends;
    }

    /** The addresses that the engine owns, by the index of the port that they are at: virtual ones at the front. */
    static Map<Integer, List<IpAddress>> ownedByPort(NodeConfig config, Map<Integer, List<IpAddress>> gateways) {
        Map<Integer, Set<IpAddress>> owned = new HashMap<>();
        owned.put(0, new LinkedHashSet<>());
        config.services().forEach(service -> owned.get(0).add(service.address().address()));
        gateways.forEach((port, addresses) ->
                owned.computeIfAbsent(port, p -> new LinkedHashSet<>()).addAll(addresses));
        Map<Integer, List<IpAddress>> lists = new HashMap<>();
        owned.forEach((port, addresses) -> lists.put(port, List.copyOf(addresses)));
        return lists;
    }

    /** Devices by port index: front, then back; one where there is no back. */
    static List<String> devices(IoConfig io) {
        List<String> devices = new ArrayList<>(List.of(io.interfaces().get(Role.FRONT)));
        String back = io.interfaces().get(Role.BACK);
        if (back != null) {
            devices.add(back);
        }
        return devices;
    }

    static PortOptions ports(NodeConfig config) {
        IoConfig io = config.io();
        Driver driver = switch (io.driver()) {
            case AUTO -> Driver.AUTO;
            case AF_XDP -> Driver.AF_XDP;
            case AF_PACKET -> Driver.AF_PACKET;
        };
        ZeroCopy zeroCopy = switch (io.zeroCopy()) {
            case AUTO -> ZeroCopy.AUTO;
            case ON -> ZeroCopy.ON;
            case OFF -> ZeroCopy.OFF;
        };
        int workers = config.workers().cores().size();
        return new PortOptions(devices(io), workers, driver, zeroCopy, hugePages(io), io.ringSize(), io.frameSize());
    }

    static Pages.Mode hugePages(IoConfig io) {
        return switch (io.hugepages()) {
            case AUTO -> Pages.Mode.AUTO;
            case ON -> Pages.Mode.ON;
            case OFF -> Pages.Mode.OFF;
        };
    }

    /** A worker's share of the flow records, with a little room for an uneven hash. */
    static int flowCapacity(NodeConfig config) {
        int workers = config.workers().cores().size();
        long share = (config.connectionsCapacity() + workers - 1) / workers;
        return (int) Math.min(1 << 28, workers == 1 ? share : share + share / 32 + 64);
    }

    /** Where the servers' answers that pass this node come from. */
    static List<Endpoint> endpoints(List<ServiceRegistry.Slot> slots) {
        return slots.stream()
                .filter(slot -> slot.service().forwarding().answersPass())
                .map(Specs::endpoint)
                .toList();
    }

    /** Addresses of the servers that know their clients by addresses of this node. */
    static Set<InetAddress> fullNat(List<ServiceRegistry.Slot> slots) {
        Set<InetAddress> addresses = new LinkedHashSet<>();
        slots.stream()
                .filter(slot -> slot.service().forwarding() == Forwarding.FULLNAT)
                .forEach(slot -> addresses.add(Addresses.toInet(slot.server().address())));
        return addresses;
    }

    private static Endpoint endpoint(ServiceRegistry.Slot slot) {
        return new Endpoint(
                Addresses.toInet(slot.server().address()),
                slot.server().port(),
                slot.service().protocol());
    }

    static SlotEntry entry(ServiceRegistry.Slot slot, Optional<Health> health) {
        ServiceSpec service = slot.service();
        ServerSpec server = slot.server();
        return new SlotEntry(
                service.name(),
                service.protocol() == Transport.TCP ? "tcp" : "udp",
                text(service.address(), service.port()),
                service.scheduler().name().toLowerCase(Locale.ROOT),
                service.forwarding().label(),
                server.id(),
                text(server.address(), server.port()),
                server.weight(),
                server.up() && slot.retiredAt() == 0,
                health.map(Specs::text).orElse(""));
    }

    private static String text(Health health) {
        String text = health.last().replaceAll("\\p{Cntrl}", " ");
        return health.known()
                ? "%s (%d us)"
                        .formatted(text.substring(0, Math.min(LONGEST_TEXT, text.length())), health.latencyNs() / 1000)
                : text;
    }

    private static String text(IpAddress address, int port) {
        return new io.weir.scheduler.Endpoint(address, port).toString();
    }
}
