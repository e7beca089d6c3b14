package io.weir.appliance.node;

import io.weir.appliance.config.NodeConfig;
import io.weir.appliance.config.ServiceConfig;
import io.weir.engine.service.ServiceRegistry;
import io.weir.ha.bgp.Offer;
import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What a node that is one of many can serve: looked at by the control thread whenever something may have changed. */
final class OfferWatch {
    private final List<String> devices;
    private final NetworkView network;
    private final ServiceRegistry registry;

    /**
     * @param devices the node's own
     */
    OfferWatch(List<String> devices, NetworkView network, ServiceRegistry registry) {
        this.devices = devices;
        this.network = network;
        this.registry = registry;
    }

    /** Looks. */
    Offer look(NodeConfig config) {
        Set<String> serving = new HashSet<>();
        for (ServiceRegistry.Slot slot : registry.slots()) {
            if (slot.takesConnections() && registry.isReachable(slot)) {
                serving.add(slot.service().name());
            }
        }
        Set<IpAddress> served = new LinkedHashSet<>();
        Set<IpAddress> all = new LinkedHashSet<>();
        for (ServiceConfig service : config.services()) {
            IpAddress address = service.address().address();
            all.add(address);
            if (serving.contains(service.name())) {
                served.add(address);
            }
        }
        List<String> lacking = new ArrayList<>();
        all.stream()
                .filter(address -> !served.contains(address))
                .forEach(address -> lacking.add("no service of %s has a server".formatted(address)));
        return new Offer(served, List.copyOf(lacking), DeviceLinks.hindrances(devices, network.links()));
    }
}
