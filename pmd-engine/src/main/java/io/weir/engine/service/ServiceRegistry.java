package io.weir.engine.service;

import io.weir.engine.counters.ServerStats;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.packet.Checksum;
import io.weir.scheduler.IpAddress;
import io.weir.scheduler.RealServer;
import io.weir.scheduler.Scheduler;
import io.weir.scheduler.SchedulingPlan;
import io.weir.scheduler.ServerPool;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Gives services and servers their numbers and builds the workers' snapshots. Control thread only.
 *
 * <p>A number is kept for as long as something may refer to it: a removed server keeps its slot until no flow is left
 * on it, so established flows go on (they drain), and a server that comes back finds its slot again. A service is what
 * its {@link ServiceKey} says; its name is only a label. A scheduler lives
 * on from snapshot to snapshot while its pool is unchanged, so a change elsewhere does not disturb a round.
 */
public final class ServiceRegistry {
    private record SlotKey(ServiceKey service, Forwarding forwarding, IpAddress address, int port) {}

    /** What tells the flows of a client's endpoint apart at a server: a twin of one there cannot be told from it. */
    private record Place(IpAddress destination, IpAddress server, int port, int protocol) {}

    private record Entry(
            int index,
            ServiceSpec spec,
            SchedulingPlan plan,
            int[] slots,
            Scheduler[] schedulers,
            SchedulingPlan previousPlan,
            int[] previousSlots) {}

    /**
     * A numbered server of a service.
     *
     * @param number its slot
     * @param service the service as last configured
     * @param server the server as last configured
     * @param retiredAt first generation of the table in which it takes no new flows; 0 while it is configured
     */
    public record Slot(int number, ServiceSpec service, ServerSpec server, long retiredAt) {
        /** Whether it is there for new connections: configured, up, and of some weight. */
        public boolean takesConnections() {
            return retiredAt == 0 && server.up() && server.weight() > 0;
        }
    }

    private final ServerStats stats;
    private final int workers;
    private final Map<ServiceKey, Entry> entries = new LinkedHashMap<>();
    private final Map<ServiceKey, Integer> serviceNumbers = new HashMap<>();
    private final Map<SlotKey, Slot> slots = new LinkedHashMap<>();
    private final Set<SlotKey> down = new HashSet<>();
    private final Set<ServiceKey> served = new HashSet<>();
    private final Map<IpAddress, Long> nextHops = new HashMap<>();
    private final Map<IpAddress, TunnelSource> sources = new HashMap<>();
    private final Map<IpAddress, PathMtu> paths = new HashMap<>();
    private final Map<IpAddress, Integer> gateways = new LinkedHashMap<>();
    private final List<IpAddress> nat = new ArrayList<>();
    private Set<IpAddress> natUsable = Set.of();
    private long generation;

    /**
     * @param stats decides how many servers there may be, and tells which still have flows
     * @param workers workers of the node
     */
    public ServiceRegistry(ServerStats stats, int workers) {
        this.stats = stats;
        this.workers = workers;
    }

    /**
     * Sets what is to be served; services and servers that are not named any more take no new flows.
     *
     * @param adopted the oldest {@link ServiceTable#generation} that a worker may still work by: a number is given away
     *     only after every worker has seen that it was retired, and no flow is left on it
     * @throws IllegalStateException when there are more servers than slots
     */
    public void apply(List<ServiceSpec> services, long adopted) {
        slots.replaceAll((key, slot) -> isWanted(slot, services)
                ? slot
                : new Slot(
                        slot.number(),
                        slot.service(),
                        slot.server(),
                        slot.retiredAt() != 0 ? slot.retiredAt() : generation + 1));
        slots.values()
                .removeIf(slot -> slot.retiredAt() != 0 && slot.retiredAt() <= adopted && !hasFlows(slot.number()));
        serviceNumbers
                .keySet()
                .removeIf(key -> services.stream().noneMatch(s -> s.key().equals(key))
                        && slots.keySet().stream().noneMatch(k -> k.service().equals(key)));
        Map<ServiceKey, Entry> next = new LinkedHashMap<>();
        for (ServiceSpec spec : services) {
            next.put(spec.key(), entry(spec));
        }
        entries.clear();
        entries.putAll(next);
        down.retainAll(slots.keySet());
        served.retainAll(entries.keySet());
    }

    /**
     * Says how a configured server's health stands: one that is down gets no new flows and is asked for no unknown ones.
     * What is said holds until it is said otherwise, or until the server's slot is gone; it takes effect with the next
     * {@link #build}.
     *
     * @param service the service whose server it is
     * @param server its address
     * @param port its port
     * @param up whether it is usable
     * @return whether that is news; false, too, when the service has no such server
     */
    public boolean setUp(ServiceKey service, IpAddress server, int port, boolean up) {
        Entry entry = entries.get(service);
        if (entry == null) {
            return false;
        }
        SlotKey key = new SlotKey(service, entry.spec.forwarding(), server, port);
        Slot slot = slots.get(key);
        if (slot == null || slot.retiredAt() != 0 || up != down.contains(key)) {
            return false;
        }
        if (up) {
            down.remove(key);
        } else {
            down.add(key);
        }
        entries.put(service, entry(entry.spec));
        return true;
    }

    /** Sets the next hop towards a real server; 0 when it is not known. Returns whether that is news. */
    public boolean nextHop(IpAddress server, long hop) {
        Long before = hop == 0 ? nextHops.remove(server) : nextHops.put(server, hop);
        return (before == null ? 0 : before) != hop;
    }

    /** Whether it is known where to send a real server's packets. */
    public boolean isReachable(Slot slot) {
        ServerSpec server = slot.server();
        return server.tunnel()
                .map(tunnel -> sources.containsKey(tunnel.destination())
                        && nextHops.containsKey(tunnel.destination())
                        && (!tunnel.needsNeighbour() || nextHops.containsKey(server.address())))
                .orElseGet(() -> nextHops.containsKey(server.address()));
    }

    /** Sets where packets that are encapsulated for an outer destination come from. Returns whether that is news. */
    public boolean tunnelSource(IpAddress destination, TunnelSource source) {
        return !source.equals(sources.put(destination, source));
    }

    /** Adds an address that the engine owns on one port, besides the virtual ones. */
    public void gateway(IpAddress address, int port) {
        gateways.put(address, port);
    }

    /**
     * Sets the local addresses of the node's own connections to servers. One that is not named any more serves the flows
     * that it has and no new ones.
     *
     * @throws IllegalStateException when there have been more than {@link FlowRecord#LOCAL_ADDRESSES}
     */
    public void localAddresses(Collection<IpAddress> addresses) {
        natUsable = Set.copyOf(addresses);
        for (IpAddress address : addresses) {
            if (!nat.contains(address)) {
                if (nat.size() == FlowRecord.LOCAL_ADDRESSES) {
                    throw new IllegalStateException("%s is one local address too many; at most %d can be told apart"
                            .formatted(address, FlowRecord.LOCAL_ADDRESSES));
                }
                nat.add(address);
            }
        }
    }

    /** The number of the slot of a server as it is configured, or, of a service that is gone, as it was; or -1. */
    public int slot(ServiceKey service, IpAddress address, int port) {
        Entry entry = entries.get(service);
        for (Forwarding forwarding : entry == null ? Forwarding.values() : new Forwarding[] {entry.spec.forwarding()}) {
            Slot slot = slots.get(new SlotKey(service, forwarding, address, port));
            if (slot != null) {
                return slot.number();
            }
        }
        return -1;
    }

    /** The number of a service, or -1. */
    public int number(ServiceKey service) {
        return serviceNumbers.getOrDefault(service, -1);
    }

    /** All slots, those that only drain included. */
    public List<Slot> slots() {
        return List.copyOf(slots.values());
    }

    /** The numbers of services that are not configured any more but still have flows. */
    public List<Integer> retiredServices() {
        return serviceNumbers.entrySet().stream()
                .filter(e -> !entries.containsKey(e.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Builds a snapshot of what is known now, of the next generation. */
    public ServiceTable build() {
        int serviceCount = 1
                + serviceNumbers.values().stream()
                        .mapToInt(Integer::intValue)
                        .max()
                        .orElse(-1);
        int slotCount = 1 + slots.values().stream().mapToInt(Slot::number).max().orElse(-1);
        ServiceTableArrays to = new ServiceTableArrays(
                serviceCount,
                slotCount,
                workers,
                List.copyOf(nat),
                nat.stream().map(natUsable::contains).toList(),
                tunnelCount());
        gateways.forEach((address, port) ->
                to.owned.put(address.hi(), address.lo(), 0, 0, port << 8 | ServiceTable.OWNED_GATEWAY));
        entries.values().forEach(entry -> addService(to, entry));
        Map<Place, Integer> direct = new HashMap<>();
        slots.values().forEach(slot -> addSlot(to, slot, direct));
        slots.values().forEach(slot -> addFullNatEndpoint(to, slot));
        paths.values().retainAll(to.paths);
        return new ServiceTable(++generation, to);
    }

    private Entry entry(ServiceSpec spec) {
        int index = serviceNumbers.computeIfAbsent(spec.key(), key -> lowestFree(serviceNumbers.values(), 65536));
        List<ServerSpec> servers = spec.servers().stream()
                .map(s -> s.withUp(
                        s.up() && !down.contains(new SlotKey(spec.key(), spec.forwarding(), s.address(), s.port()))))
                .toList();
        if (servers.stream().anyMatch(ServerSpec::up)) {
            served.add(spec.key());
        }
        ServerPool pool = ServerPool.of(servers.stream()
                .map(s -> new RealServer(
                        s.address().hi(),
                        s.address().lo(),
                        s.port(),
                        s.weight(),
                        s.up(),
                        s.maxConnections(),
                        s.minConnections()))
                .toList());
        int[] positions = new int[servers.size()];
        for (int i = 0; i < positions.length; i++) {
            ServerSpec server = servers.get(i);
            SlotKey key = new SlotKey(spec.key(), spec.forwarding(), server.address(), server.port());
            Slot known = slots.get(key);
            int number = known != null
                    ? known.number()
                    : lowestFree(slots.values().stream().map(Slot::number).toList(), stats.slots());
            slots.put(key, new Slot(number, spec, server, 0));
            positions[i] = number;
        }
        Entry before = entries.get(spec.key());
        SchedulingPlan plan = SchedulingPlan.of(spec.scheduler(), pool, spec.flags(), spec.tableSize());
        boolean same = before != null
                && before.plan.kind() == plan.kind()
                && before.plan.flags().equals(plan.flags())
                && before.plan.pool().equals(pool)
                && before.spec.tableSize() == spec.tableSize();
        Scheduler[] schedulers = same ? before.schedulers : new Scheduler[workers];
        if (!same) {
            SlotCounts counts = new SlotCounts(stats, positions);
            for (int worker = 0; worker < workers; worker++) {
                schedulers[worker] = plan.newScheduler(worker, workers, counts);
            }
        }
        if (same) {
            return new Entry(
                    index, spec, before.plan, positions, schedulers, before.previousPlan, before.previousSlots);
        }
        boolean assigned = before != null && before.plan.kind().isFunctionOfFlow();
        return new Entry(
                index,
                spec,
                plan,
                positions,
                schedulers,
                assigned ? before.plan : null,
                assigned ? before.slots : null);
    }

    private void addService(ServiceTableArrays to, Entry entry) {
        ServiceSpec spec = entry.spec;
        IpAddress address = spec.address();
        int index = entry.index;
        to.services.put(address.hi(), address.lo(), spec.port(), spec.protocol(), index);
        to.owned.put(address.hi(), address.lo(), 0, 0, ServiceTable.OWNED_VIRTUAL);
        to.anyPort |= spec.port() == 0;
        to.slotAt[index] = entry.slots;
        to.served[index] = served.contains(spec.key());
        to.policies[index] = spec.reconstruction();
        to.forwardings[index] = spec.forwarding();
        to.owners[index] = new FlowOwners(entry.plan, entry.slots, entry.previousPlan, entry.previousSlots);
        for (int worker = 0; worker < entry.schedulers.length; worker++) {
            to.schedulers[worker][index] = entry.schedulers[worker];
        }
    }

    private void addSlot(ServiceTableArrays to, Slot slot, Map<Place, Integer> direct) {
        ServiceSpec service = slot.service();
        ServerSpec server = slot.server();
        IpAddress from = service.address();
        IpAddress address = server.address();
        int index = serviceNumbers.get(service.key());
        to.virtuals[index * 2] = from.hi();
        to.virtuals[index * 2 + 1] = from.lo();
        int n = slot.number();
        to.endpointOf[n] = switch (service.forwarding()) {
            case NAT -> endpoint(to, slot);
            case FULLNAT -> EndpointIndex.ABSENT;
            case DR, TUN ->
                direct.computeIfAbsent(new Place(from, address, server.port(), service.protocol()), place -> n);
        };
        to.serviceOf[n] = index;
        to.up[n] = server.up();
        int ports = server.port() == 0 || service.port() == 0 ? 0 : Checksum.delta16(service.port(), server.port());
        IpAddress destination = service.forwarding().answersPass() ? address : from;
        int header = from.isV4() ? Checksum.delta32((int) from.lo(), (int) destination.lo()) : 0;
        int addresses =
                from.isV4() ? header : Checksum.delta128(from.hi(), from.lo(), destination.hi(), destination.lo());
        long hop = nextHops.getOrDefault(address, 0L);
        int bothPorts = server.port() << 16 | service.port();
        int transport = Checksum.combine(addresses, ports);
        to.line(n, hop, destination, from, bothPorts, header, transport, service.forwarding());
        if (!service.forwarding().answersPass()) {
            server.tunnel().ifPresent(tunnel -> addTunnel(to, n, tunnel, !from.isV4(), NextHop.mac(hop)));
        }
    }

    private void addTunnel(ServiceTableArrays to, int slot, Tunnel tunnel, boolean ipv6, long neighbour) {
        IpAddress end = tunnel.destination();
        TunnelSource source = sources.get(end);
        long mac = tunnel.mac() != 0 ? tunnel.mac() : neighbour;
        boolean known = source != null && (!tunnel.needsNeighbour() || mac != 0);
        long hop = known ? nextHops.getOrDefault(end, 0L) : 0;
        PathMtu path = paths.computeIfAbsent(end, address -> new PathMtu());
        TunnelSource from = known ? source : new TunnelSource(end, 0); // nothing is sent without a next hop
        to.tunnel(slot, to.tunnels.add(tunnel, ipv6, from, hop, mac, path), end, path);
    }

    private int tunnelCount() {
        return (int) slots.values().stream()
                .filter(slot -> slot.server().tunnel().isPresent())
                .count();
    }

    /** Answers under full NAT come from an endpoint too; it need not be told from one of NAT. */
    private static void addFullNatEndpoint(ServiceTableArrays to, Slot slot) {
        IpAddress address = slot.server().address();
        int port = slot.server().port();
        int protocol = slot.service().protocol();
        if (slot.service().forwarding() == Forwarding.FULLNAT
                && to.endpoints.get(address.hi(), address.lo(), port, protocol) < 0) {
            to.soleSlot[slot.number()] = EndpointIndex.ABSENT;
            to.endpoints.put(address.hi(), address.lo(), port, protocol, slot.number());
            to.anyPort |= port == 0;
        }
    }

    /** The endpoint that a server's answers come from, which several services may share. */
    private static int endpoint(ServiceTableArrays to, Slot slot) {
        int n = slot.number();
        IpAddress address = slot.server().address();
        int port = slot.server().port();
        int protocol = slot.service().protocol();
        int endpoint = to.endpoints.get(address.hi(), address.lo(), port, protocol);
        if (endpoint >= 0) {
            to.soleSlot[endpoint] = EndpointIndex.ABSENT;
            return endpoint;
        }
        to.soleSlot[n] = n;
        to.endpoints.put(address.hi(), address.lo(), port, protocol, n);
        to.anyPort |= port == 0;
        return n;
    }

    private static boolean isWanted(Slot slot, List<ServiceSpec> services) {
        return services.stream()
                .filter(s -> s.key().equals(slot.service().key())
                        && s.forwarding() == slot.service().forwarding())
                .flatMap(s -> s.servers().stream())
                .anyMatch(s -> s.address().equals(slot.server().address())
                        && s.port() == slot.server().port());
    }

    private boolean hasFlows(int slot) {
        return stats.connections(slot) != 0;
    }

    private static int lowestFree(java.util.Collection<Integer> taken, int limit) {
        java.util.Set<Integer> set = new java.util.HashSet<>(taken);
        for (int n = 0; n < limit; n++) {
            if (!set.contains(n)) {
                return n;
            }
        }
        throw new IllegalStateException("all %d numbers are in use".formatted(limit));
    }
}
