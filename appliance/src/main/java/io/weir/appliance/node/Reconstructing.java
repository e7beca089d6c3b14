package io.weir.appliance.node;

import io.weir.appliance.config.NodeConfig;
import io.weir.bindings.netlink.Address;
import io.weir.bindings.steering.SteeringMaps;
import io.weir.engine.service.NextHop;
import io.weir.engine.service.ServiceRegistry;
import io.weir.engine.trace.TraceFile;
import io.weir.engine.worker.CondemnFlowsOfServer;
import io.weir.engine.worker.UnknownFlows;
import io.weir.engine.worker.Worker;
import io.weir.ha.reconstruct.Reconstruction;
import io.weir.scheduler.IpAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the control thread does for the reconstruction of flows: which addresses the node's own connections have, which way
 * clients are reached that have not spoken yet, and which servers are dead. Control thread only, but for the making.
 */
final class Reconstructing {
    private record Condemned(Worker worker, int server) {}

    private final NodeConfig config;
    private final NetworkView network;
    private final ServiceRegistry registry;
    private final SteeringMaps maps;
    private final Map<Integer, List<IpAddress>> gateways;
    private final Reconstruction reconstruction;
    private final Set<Integer> down = new HashSet<>();
    private final Deque<Condemned> condemned = new ArrayDeque<>();
    private List<IpAddress> local = List.of();

    /**
     * @param gateways addresses that the engine owns, by port index
     */
    Reconstructing(
            NodeConfig config,
            NetworkView network,
            ServiceRegistry registry,
            SteeringMaps maps,
            Map<Integer, List<IpAddress>> gateways,
            TraceFile trace) {
        this.config = config;
        this.network = network;
        this.registry = registry;
        this.maps = maps;
        this.gateways = gateways;
        int workers = config.workers().cores().size();
        this.reconstruction = new Reconstruction(Specs.reconstruction(config), workers, trace::ring);
    }

    /** What makes the workers' handlers. */
    UnknownFlows unknownFlows() {
        return reconstruction;
    }

    /**
     * Adds those of {@code nat.addresses} and {@code tunnel.source} to the engine's own that the kernel does not hold:
     * somebody has to answer for them.
     */
    static void ownAddresses(NodeConfig config, NetworkView network, Map<Integer, List<IpAddress>> gateways) {
        Set<IpAddress> held = new HashSet<>();
        network.addresses().forEach(address -> held.add(Addresses.of(address.address())));
        int back = Specs.devices(config.io()).size() - 1;
        List<IpAddress> wanted = new ArrayList<>(config.nat().addresses());
        Stream.of(true, false)
                .flatMap(v4 -> Specs.tunnelSource(config.tunnels(), v4).stream())
                .forEach(source -> IntStream.range(0, source.count())
                        .mapToObj(source::address)
                        .forEach(wanted::add));
        for (IpAddress address : wanted) {
            List<IpAddress> owned = gateways.computeIfAbsent(back, port -> new ArrayList<>());
            if (!held.contains(address) && !owned.contains(address)) {
                owned.add(address);
            }
        }
    }

    /** Looks which local addresses there are; returns whether that is news, for the next snapshot. */
    boolean look() {
        List<IpAddress> now = config.nat().addresses().isEmpty()
                ? ofBackDevice()
                : config.nat().addresses();
        if (now.equals(local)) {
            return false;
        }
        local = now;
        registry.localAddresses(now);
        maps.replaceNat(now.stream().map(Addresses::toInet).toList());
        return true;
    }

    /** The first address of each family that the kernel holds on the back device, or else the engine's gateway there. */
    private List<IpAddress> ofBackDevice() {
        int back = Specs.devices(config.io()).size() - 1;
        int ifindex = network.ifindexes()[back];
        List<IpAddress> candidates = new ArrayList<>();
        for (Address address : network.addresses()) {
            if (address.index() == ifindex && address.scope() == 0) {
                candidates.add(Addresses.of(address.address()));
            }
        }
        candidates.addAll(gateways.getOrDefault(back, List.of()));
        Map<Boolean, IpAddress> first = new HashMap<>();
        candidates.forEach(address -> first.putIfAbsent(address.isV4(), address));
        return List.copyOf(first.values());
    }

    /** After a snapshot was published: flows of servers that are down now, and were not, are to be looked at. */
    void condemn(List<Worker> workers) {
        for (ServiceRegistry.Slot slot : registry.slots()) {
            if (slot.server().up()) {
                down.remove(slot.number());
            } else if (down.add(slot.number())) {
                workers.forEach(worker -> condemned.add(new Condemned(worker, slot.number())));
            }
        }
    }

    /** Each cycle. Returns how much there was to do. */
    int doWork() {
        int work = reconstruction.answer(this::hops);
        while (!condemned.isEmpty()) {
            Condemned next = condemned.peek();
            if (!next.worker().offer(new CondemnFlowsOfServer(next.server()))) {
                break; // it has enough to do: later
            }
            condemned.remove();
            work++;
        }
        return work;
    }

    private Map<IpAddress, Long> hops(Collection<IpAddress> clients) {
        Map<IpAddress, Long> hops = new HashMap<>();
        network.ways(clients, false).forEach((client, way) -> {
            if (NextHop.mac(way.hop()) != 0) {
                hops.put(client, way.hop());
            }
        });
        return hops;
    }
}
