package io.weir.appliance.node;

import io.weir.appliance.admin.ServiceView;
import io.weir.appliance.config.ConfigLoader;
import io.weir.appliance.config.LoadedConfig;
import io.weir.appliance.config.NodeConfig;
import io.weir.appliance.config.TunnelConfig;
import io.weir.bindings.steering.SteeringMaps;
import io.weir.engine.counters.Counter;
import io.weir.engine.counters.CountersFile;
import io.weir.engine.counters.ServerStats;
import io.weir.engine.counters.WorkerCounters;
import io.weir.engine.forward.PortFacts;
import io.weir.engine.service.ServiceRegistry;
import io.weir.engine.worker.EndFlowsOfService;
import io.weir.engine.worker.Mastership;
import io.weir.engine.worker.Publication;
import io.weir.engine.worker.Snapshot;
import io.weir.engine.worker.Worker;
import io.weir.scheduler.IpAddress;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.HdrHistogram.SingleWriterRecorder;
import org.agrona.concurrent.Agent;

/**
 * The control thread: watches the kernel's routes, neighbours and addresses, takes in new configurations, and publishes
 * what follows to the workers as immutable snapshots and to the kernel's steering maps. It touches nothing of a worker's.
 */
final class Control implements Agent {
    private static final long CONFIRM_NS = 5_000_000_000L;
    private static final long RETRY_NS = 250_000_000L;
    private static final long GAUGES_NS = 1_000_000_000L;

    private final NetworkView network;
    private final ServiceRegistry registry;
    private final SteeringMaps maps;
    private final SolicitedNodes groups;
    private final CountersFile file;
    private final ServerStates states;
    private final ServerWays ways;
    private final Reconstructing reconstructing;
    private final ControlRequests requests = new ControlRequests();
    private final ServerStats stats;
    private final WorkerCounters[] counters;
    private final Map<Integer, List<IpAddress>> gateways;
    private final AtomicReference<LoadedConfig> reload = new AtomicReference<>();
    private final Set<Integer> ending = new HashSet<>();
    private final Reports reports;
    private final Directory directory;
    private NodeConfig config;
    private PortFacts facts;
    private Publication publication;
    private long generation;
    private List<Worker> workers = List.of();
    private CycleGauges gauges;
    private Consumer<NodeConfig> watch = now -> {};
    private Runnable eachCycle = () -> {};
    private Hypervisors hypervisors = (now, devices, generation) -> {};
    private ConnectionWalks walks;

    /** Written before the control thread runs. */
    private volatile Progress progress;

    /** Written by the control thread: what is served. */
    private volatile LoadedConfig loaded;

    /**
     * Written by the control thread at the end of a cycle, when the workers can see what it found; read by the thread that
     * awaits it.
     */
    private volatile boolean resolved;

    private long lookedNs;
    private long confirmedNs;
    private long gaugesNs;

    Control(
            LoadedConfig loaded,
            NetworkView network,
            ServiceRegistry registry,
            SteeringMaps maps,
            SolicitedNodes groups,
            CountersFile file,
            WorkerCounters[] counters,
            Map<Integer, List<IpAddress>> gateways,
            ServerStates states,
            Reconstructing reconstructing,
            Reports reports) {
        this.config = loaded.node();
        this.loaded = loaded;
        this.network = network;
        this.registry = registry;
        this.maps = maps;
        this.groups = groups;
        this.file = file;
        this.states = states;
        TunnelConfig tunnels = loaded.node().tunnels();
        this.ways = new ServerWays(network, registry, v4 -> Specs.tunnelSource(tunnels, v4), reports);
        this.reconstructing = reconstructing;
        this.directory = new Directory(file, registry, states);
        this.stats = file.stats();
        this.counters = counters;
        this.gateways = gateways;
        this.reports = reports;
    }

    /** Before the workers exist: the first snapshot, and the steering maps that go with it. */
    Publication begin() throws DeviceException {
        gateways.forEach((port, addresses) -> addresses.forEach(address -> registry.gateway(address, port)));
        states.configure(config);
        registry.apply(Specs.services(config, states), 0);
        facts = network.facts(gateways);
        ways.look(true, false);
        reconstructing.look();
        publication = new Publication(new Snapshot(registry.build(), facts));
        generation = publication.current().table().generation;
        steer();
        directory.update(config);
        return publication;
    }

    /** Once the workers run: whom to tell. */
    void attach(List<Worker> running, SingleWriterRecorder[] cycleTimes, Mastership mastership) {
        workers = running;
        gauges = new CycleGauges(file, cycleTimes);
        walks = new ConnectionWalks(registry, running, System.nanoTime());
        progress = new Progress(mastership, System.nanoTime());
    }

    /**
     * Before the control thread runs: whom it is to serve besides.
     *
     * @param watcher looks again whenever the network, services or servers may have changed
     * @param reporter has a turn each cycle
     */
    void watch(Consumer<NodeConfig> watcher, Runnable reporter) {
        watch = watcher;
        eachCycle = reporter;
    }

    /** Looks after hypervisors. */
    @FunctionalInterface
    interface Hypervisors {
        /**
         * Looks, each cycle, and before the workers get a new table.
         *
         * @param generation of the table
         */
        void look(NodeConfig config, PortFacts facts, long generation);
    }

    /** Before the control thread runs: who looks at services and devices. */
    void watchHypervisors(Hypervisors watcher) {
        hypervisors = watcher;
    }

    /** Any thread: asks for another configuration of services. */
    void reload(LoadedConfig next) {
        reload.set(next);
    }

    @Override
    public int doWork() throws Exception {
        long now = System.nanoTime();
        int work = 0;
        boolean allKnown = states.allKnown(); // before the news of it is taken in
        LoadedConfig next = reload.getAndSet(null);
        if (next != null) {
            apply(next);
            work++;
        }
        work += requests.run();
        if (states.takeNews()) {
            reschedule();
            work++;
        }
        boolean changed = network.poll();
        boolean confirm = now - confirmedNs >= CONFIRM_NS;
        if (changed || confirm || !ways.allKnown() && now - lookedNs >= RETRY_NS) {
            lookedNs = now;
            confirmedNs = confirm ? now : confirmedNs;
            refresh(confirm);
            work++;
        }
        work += reconstructing.doWork();
        eachCycle.run();
        hypervisors.look(config, facts, generation);
        work += walks.turn(now);
        progress.beat(now);
        if (now - gaugesNs >= GAUGES_NS) {
            gaugesNs = now;
            gauges.update();
            directory.update(config);
            endRetired();
            forgetDrained();
        }
        resolved = ways.allKnown() && allKnown;
        return work;
    }

    private void apply(LoadedConfig next) {
        try {
            change(next);
            reports.reloaded(next.node());
        } catch (RuntimeException e) {
            reports.warn("nothing was reloaded, the node goes on as before: " + e.getMessage());
        }
    }

    /** Serves another configuration; what cannot be served is thrown back, and the one before is served. */
    private void change(LoadedConfig next) {
        NodeConfig before = config;
        try {
            serve(next.node());
            loaded = next;
        } catch (RuntimeException e) {
            serve(before);
            throw e;
        }
    }

    private void serve(NodeConfig next) {
        states.configure(next);
        registry.apply(Specs.services(next, states), adopted());
        config = next;
        ways.look(true, true);
        publish();
        steer();
        directory.update(config);
    }

    /** A server has gone up or down: the same services, scheduled anew. */
    private void reschedule() {
        registry.apply(Specs.services(config, states), adopted());
        publish();
        directory.update(config);
    }

    private void refresh(boolean confirm) throws DeviceException {
        PortFacts before = facts;
        facts = network.facts(gateways);
        boolean news = ways.look(confirm, true) | reconstructing.look() | !before.isSameAs(facts);
        if (news) {
            publish();
        }
        maps.replaceLocal(local());
        watch.accept(config);
    }

    private void publish() {
        Snapshot next = new Snapshot(registry.build(), facts);
        generation = next.table().generation;
        hypervisors.look(config, facts, generation);
        publication.publish(next);
        reconstructing.condemn(workers);
        watch.accept(config);
    }

    /** Any thread: whether the way to every server is known, and each has been checked once, and the workers can see it. */
    boolean isResolved() {
        return resolved;
    }

    /** Any thread: what is served, as last published. */
    List<ServiceView> services() {
        return directory.services();
    }

    /** Once the workers run: what operators may ask. */
    Operations operations(ConfigLoader loader) {
        return new Operations(
                requests,
                registry,
                directory,
                states,
                walks,
                this::reschedule,
                new Editor(loader, this::loaded, this::change, reports));
    }

    /** Any thread: the configuration that is served. */
    LoadedConfig loaded() {
        return loaded;
    }

    /** Any thread: what keeps packets from flowing; empty when nothing does. */
    Optional<String> obstacle() {
        return progress.obstacle(System.nanoTime());
    }

    private void steer() {
        Set<InetAddress> owned = owned();
        maps.replaceLocal(local());
        maps.replaceServers(Specs.endpoints(registry.slots()));
        maps.replaceFullNat(Specs.fullNat(registry.slots()));
        maps.replaceTunnelEnds(Specs.tunnelEnds(registry.slots()).stream()
                .map(Addresses::toInet)
                .toList());
        maps.replaceOwned(owned);
        groups.update(Specs.ownedByPort(config, gateways));
    }

    private Set<InetAddress> owned() {
        Set<InetAddress> owned = new LinkedHashSet<>();
        config.services()
                .forEach(service -> owned.add(Addresses.toInet(service.address().address())));
        gateways.values().forEach(list -> list.forEach(address -> owned.add(Addresses.toInet(address))));
        return owned;
    }

    private Set<InetAddress> local() {
        Set<InetAddress> local = new LinkedHashSet<>(network.localAddresses());
        local.removeAll(owned());
        return local;
    }

    /** Flows of a service that is gone can never see another packet: the workers may drop them. */
    private void endRetired() {
        List<Integer> retired = registry.retiredServices();
        ending.retainAll(retired);
        for (int service : retired) {
            if (ending.add(service)) {
                workers.forEach(worker -> worker.offer(new EndFlowsOfService(service)));
            }
        }
    }

    /** Forgets removed servers whose last flow has ended: their packets are the kernel's from now on. */
    private void forgetDrained() {
        long adopted = adopted();
        boolean drained = registry.slots().stream()
                .anyMatch(slot -> slot.retiredAt() != 0 && slot.retiredAt() <= adopted && !hasFlows(slot.number()));
        if (drained) {
            registry.apply(Specs.services(config, states), adopted);
            publish();
            steer();
            directory.update(config);
        }
    }

    private boolean hasFlows(int slot) {
        return stats.sumInt(slot, ServerStats.ACTIVE) + stats.sumInt(slot, ServerStats.INACTIVE) != 0;
    }

    private long adopted() {
        long oldest = Long.MAX_VALUE;
        for (WorkerCounters each : counters) {
            oldest = Math.min(oldest, each.get(Counter.GENERATION));
        }
        return oldest;
    }

    @Override
    public String roleName() {
        return "weir-control";
    }
}
