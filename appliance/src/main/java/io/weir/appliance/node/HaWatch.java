package io.weir.appliance.node;

import io.weir.appliance.config.Choices.Role;
import io.weir.appliance.config.HaConfig;
import io.weir.appliance.config.IoConfig;
import io.weir.appliance.config.NodeConfig;
import io.weir.appliance.config.ServiceConfig;
import io.weir.bindings.netlink.Address;
import io.weir.bindings.netlink.Link;
import io.weir.engine.service.ServiceRegistry;
import io.weir.ha.vrrp.Surroundings;
import io.weir.ha.vrrp.VirtualAddresses;
import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the HA thread has to know of devices, addresses, services and servers: looked at by the control thread whenever
 * something may have changed.
 *
 * <p>The node's own devices and that of the advertisements are tracked always: a node that has lost one side serves
 * nobody, so one instance moves both sides. {@code ha.vrrp.track} adds others.
 */
final class HaWatch {
    private final HaConfig.Vrrp vrrp;
    private final IoConfig io;
    private final NetworkView network;
    private final ServiceRegistry registry;
    private final Map<Integer, List<IpAddress>> gateways;
    private final Set<String> services = new LinkedHashSet<>();
    private final Set<String> devices = new LinkedHashSet<>();

    HaWatch(NodeConfig config, NetworkView network, ServiceRegistry registry, Map<Integer, List<IpAddress>> gateways) {
        this.vrrp = config.ha().vrrp();
        this.io = config.io();
        this.network = network;
        this.registry = registry;
        this.gateways = gateways;
        devices.addAll(Specs.devices(io));
        devices.add(device());
        Set<String> names = new LinkedHashSet<>();
        config.services().forEach(service -> names.add(service.name()));
        for (String name : vrrp.track()) {
            boolean isService = deviceOf(name).equals(name) && names.contains(name);
            (isService ? services : devices).add(isService ? name : deviceOf(name));
        }
    }

    /**
     * Before anything is started: that every name means something.
     *
     * @throws DeviceException when one does not
     */
    void check(NodeConfig config) throws DeviceException {
        Set<String> known = new LinkedHashSet<>();
        network.links().forEach(link -> known.add(link.name()));
        if (!known.contains(device())) {
            throw new DeviceException("ha.vrrp.interface = %s: there is no such device; there are: %s"
                    .formatted(vrrp.interfaceName(), String.join(" ", known)));
        }
        for (String device : devices) {
            if (!known.contains(device)) {
                throw new DeviceException(
                        "ha.vrrp.track = %s: %s is neither a role nor a service nor a device; front, back, %s are right"
                                .formatted(
                                        String.join(", ", vrrp.track()),
                                        device,
                                        String.join(", ", concat(names(config), known))));
            }
        }
    }

    private static List<String> concat(List<String> names, Set<String> known) {
        List<String> all = new ArrayList<>(names);
        all.addAll(known);
        return all;
    }

    private static List<String> names(NodeConfig config) {
        return config.services().stream().map(ServiceConfig::name).toList();
    }

    /** The device of the advertisements. */
    String device() {
        return deviceOf(vrrp.interfaceName());
    }

    /** A role's device; a device's name is its own. */
    private String deviceOf(String name) {
        for (Role role : Role.values()) {
            if (name.equals(role.name().toLowerCase(Locale.ROOT))
                    && io.interfaces().containsKey(role)) {
                return io.interfaces().get(role);
            }
        }
        return name;
    }

    /** Looks. */
    Surroundings look(NodeConfig config) {
        Map<String, Link> links = new HashMap<>();
        network.links().forEach(link -> links.put(link.name(), link));
        Map<Integer, List<IpAddress>> announced = Specs.ownedByPort(config, gateways);
        VirtualAddresses virtual = VirtualAddresses.of(
                announced.values().stream().flatMap(List::stream).toList());
        Link link = links.get(device());
        List<Address> own = link == null
                ? List.of()
                : network.addresses().stream()
                        .filter(address -> address.index() == link.index())
                        .toList();
        boolean global = vrrp.peers().stream().anyMatch(peer -> !peer.isV4() && !VirtualAddresses.isLinkLocal(peer));
        return new Surroundings(
                device(),
                link == null ? 0 : link.index(),
                link == null ? 0 : link.mtu(),
                own.stream().map(a -> Addresses.of(a.address())).toList(),
                source(own, virtual, true, false),
                source(own, virtual, false, !global),
                virtual,
                announced,
                DeviceLinks.hindrances(devices, links.values()),
                weaknesses(config));
    }

    private static Optional<IpAddress> source(
            List<Address> own, VirtualAddresses virtual, boolean v4, boolean linkLocal) {
        return own.stream()
                .filter(Address::usable)
                .map(a -> Addresses.of(a.address()))
                .filter(a -> a.isV4() == v4 && VirtualAddresses.isLinkLocal(a) == linkLocal)
                .filter(a -> !virtual.of(v4).contains(a))
                .findFirst();
    }

    private List<String> weaknesses(NodeConfig config) {
        List<String> weaknesses = new ArrayList<>();
        for (String name : names(config)) {
            if (services.contains(name) && registry.slots().stream().noneMatch(slot -> serves(slot, name))) {
                weaknesses.add("service %s has no server".formatted(name));
            }
        }
        return List.copyOf(weaknesses);
    }

    private static boolean serves(ServiceRegistry.Slot slot, String service) {
        return slot.service().name().equals(service) && slot.takesConnections();
    }
}
