package io.weir.appliance.node;

import io.weir.appliance.admin.AdminServer;
import io.weir.appliance.config.Choices.FlowMode;
import io.weir.appliance.config.Choices.HaMode;
import io.weir.appliance.config.ConfigLoader;
import io.weir.appliance.config.LoadedConfig;
import io.weir.appliance.config.NodeConfig;
import io.weir.appliance.health.HealthChecker;
import io.weir.appliance.hypervisor.HypervisorController;
import io.weir.appliance.net.IoThread;
import io.weir.appliance.net.Transport;
import io.weir.bindings.DeviceFacts;
import io.weir.bindings.NativeException;
import io.weir.bindings.TapDevice;
import io.weir.bindings.steering.SteeringMaps;
import io.weir.engine.counters.CountersFile;
import io.weir.engine.counters.CountersLayout;
import io.weir.engine.counters.CountersReader;
import io.weir.engine.counters.WorkerCounters;
import io.weir.engine.flow.FlowHasher;
import io.weir.engine.flow.TcpState;
import io.weir.engine.port.Driver;
import io.weir.engine.port.NodePorts;
import io.weir.engine.port.PacketPort;
import io.weir.engine.port.PortFactory;
import io.weir.engine.service.ServiceRegistry;
import io.weir.engine.trace.TraceFile;
import io.weir.engine.trace.TraceLayout;
import io.weir.engine.worker.FlowNews;
import io.weir.engine.worker.HandOff;
import io.weir.engine.worker.Mastership;
import io.weir.engine.worker.Publication;
import io.weir.engine.worker.UnknownFlows;
import io.weir.engine.worker.Worker;
import io.weir.engine.worker.WorkerAssembly;
import io.weir.ha.HaControl;
import io.weir.scheduler.IpAddress;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.HdrHistogram.SingleWriterRecorder;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.errors.DistinctErrorLog;

/**
 * A node from its configuration to running threads, and back: the composition root of the data plane.
 *
 * <p>{@link #start} opens everything in order, and takes back what it has opened when a step fails. {@link #close} stops
 * in the opposite order: first no more frames come, then the workers end, then their memory goes.
 */
final class Node implements AutoCloseable {
    private static final int HANDOFF_FRAMES = 1024;
    private static final int CONTROL_PERIOD_MS = 10;
    private static final int NEWS = 1 << 13;

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final List<FlowNews> news = new ArrayList<>(); // by worker; empty where nobody listens
    private final LoadedConfig loaded;
    private final ConfigLoader loader;
    private final NodeConfig config;
    private final Reports reports;
    private RunningView view;
    private Control control;
    private KernelSteering steering;
    private NodePorts ports;
    private FlowMemory flows;
    private Mastership mastership;
    private HaControl ha = HaControl.alone(Instant.now());
    private HaThread among;

    private Node(LoadedConfig loaded, ConfigLoader loader, Reports reports) {
        this.loader = loader;
        this.loaded = loaded;
        this.config = loaded.node();
        this.reports = reports;
    }

    /**
     * Starts a node in the calling thread's network namespace.
     *
     * @param config the configuration
     * @param loader checks changes of it
     * @param reports what the operator is told
     * @throws DeviceException when a device is missing or down
     * @throws NativeException when the kernel refuses something
     * @throws IOException when the counters file cannot be made, or another node uses it; or when the admin API cannot
     *     listen
     */
    static Node start(LoadedConfig config, ConfigLoader loader, Reports reports) throws DeviceException, IOException {
        Node node = new Node(config, loader, reports);
        try {
            node.open();
            return node;
        } catch (DeviceException | IOException | RuntimeException e) {
            try {
                node.close();
            } catch (RuntimeException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    private void open() throws DeviceException, IOException {
        flows = hold(FlowMemory.reserve(config, reports));
        int workers = config.workers().cores().size();
        List<String> devices = Specs.devices(config.io());
        CountersFile file = countersFile(workers);
        DistinctErrorLog log = new DistinctErrorLog(file.errors(), SystemEpochClock.INSTANCE);
        NetworkView network = hold(NetworkView.open(devices));
        List<DeviceFacts> facts = devices.stream().map(DeviceFacts::of).toList();
        FrameMemory frames = hold(FrameMemory.reserve(config, facts, reports));
        WarmingUp warming = hold(WarmingUp.begin(config, facts, reports));
        Housekeeping housekeeping = new Housekeeping(config.workers().controlCores(), log, reports);
        IoThread io = hold(new IoThread(transport(), housekeeping::setAffinity));
        ErrorHandler ioErrors = housekeeping.errors("the I/O thread");
        AdminServer admin = hold(AdminServer.listen(config.admin(), io, ioErrors::onError));
        SteeringMaps maps = hold(SteeringMaps.create());
        long seed = new SecureRandom().nextLong();
        steering = hold(new KernelSteering(
                devices, network.ifindexes(), config.io().xdpMode(), maps, Specs.natPorts(config), seed, workers));
        WorkerCounters[] counters = new WorkerCounters[workers];
        for (int w = 0; w < workers; w++) {
            counters[w] = file.counters(w);
        }
        ServiceRegistry registry = new ServiceRegistry(file.stats(), workers);
        HealthChecker checker = hold(new HealthChecker(io, reports::health));
        Map<Integer, List<IpAddress>> gateways = gateways();
        SolicitedNodes groups = hold(new SolicitedNodes(network.ifindexes(), reports));
        Reconstructing.ownAddresses(config, network, gateways);
        Reconstructing reconstructing =
                new Reconstructing(config, network, registry, maps, gateways, traceFile(workers));
        control = new Control(
                loaded,
                network,
                registry,
                maps,
                groups,
                file,
                counters,
                gateways,
                new ServerStates(checker, reports),
                reconstructing,
                reports);
        HaMode mode = config.ha().mode();
        HaWatch watch = new HaWatch(config, network, registry, gateways);
        if (mode == HaMode.VRRP) {
            watch.check(config);
        }
        Publication publication = control.begin();
        TapKernelPort kernel = hold(new TapKernelPort(exceptionDevice(publication)));
        // frames begin to arrive here; they wait in the rings until the workers run
        ports = hold(PortFactory.open(Specs.ports(config), steering, frames::take));
        steering.complete(ports.driver());
        mastership = mode == HaMode.VRRP ? Mastership.leased(workers) : Mastership.permanent(workers);
        SingleWriterRecorder[] recorders = new SingleWriterRecorder[workers];
        List<Worker> built =
                workers(file, counters, seed, kernel, publication, recorders, reconstructing.unknownFlows());
        control.attach(built, recorders, mastership);
        // after all that loads classes, which would make the compiler think again
        warming.finish();
        hold(housekeeping.confine(config.workers().cores()));
        flows.awaitTouched();
        hold(new WorkerThreads(built, config.workers().cores(), config.workers().idle(), log::record));
        ErrorHandler haErrors = housekeeping.errors("the HA thread");
        among = switch (mode) {
            case NONE -> null;
            case VRRP -> hold(new Takeover(config, watch, mastership, file, haErrors, reports));
            case BGP -> {
                OfferWatch offers = new OfferWatch(devices, network, registry);
                yield hold(new Announcing(config, offers, kernel.index(), mastership, file, haErrors, reports));
            }
        };
        if (among != null) {
            ha = among.control();
            control.watch(among::look, among::report);
        }
        HypervisorController hypervisors = hypervisors(io, registry, built);
        AgentRunner runner = hold(new AgentRunner(
                new SleepingMillisIdleStrategy(CONTROL_PERIOD_MS),
                housekeeping.errors("the control thread"),
                null,
                control));
        AgentRunner.startOnThread(runner, housekeeping::thread);
        CountersReader reader = hold(CountersReader.open(config.countersFile()));
        view = new RunningView(loaded, driver(), reader, control, control.operations(loader), ha, hypervisors);
        admin.serve(view);
        hold(admin); // again: nobody may ask any more when the control thread ends
        hold(steering::close); // first of all when stopping: no more frames
        if (among != null) {
            hold(among); // before even that: the others are to know
        }
    }

    /** Null where there is no hypervisor. */
    private HypervisorController hypervisors(IoThread io, ServiceRegistry registry, List<Worker> workers)
            throws IOException {
        if (config.hypervisors().isEmpty()) {
            return null;
        }
        Duration longestIdle = Stream.of(TcpState.ESTABLISHED, TcpState.UDP)
                .map(config.timeouts()::of)
                .max(Duration::compareTo)
                .orElseThrow();
        HypervisorController controller =
                hold(HypervisorController.listen(config.hypervisors(), io, reports::info, news, longestIdle));
        HaControl part = ha;
        HypervisorWatch watch = new HypervisorWatch(
                config.ha().mode(),
                part::status,
                System::currentTimeMillis,
                controller::want,
                registry::slots,
                () -> IntStream.range(0, news.size())
                        .forEach(w -> workers.get(w).offer(news.get(w).again())));
        control.watchHypervisors(watch::look);
        return controller;
    }

    private CountersFile countersFile(int workers) throws IOException {
        Path path = config.countersFile();
        CountersLayout layout = new CountersLayout(workers, NodeConfig.MAX_SERVERS);
        try {
            hold(CountersLock.take(path));
            return hold(CountersFile.create(path, layout));
        } catch (CountersLock.Taken e) {
            throw e;
        } catch (AccessDeniedException e) {
            throw new IOException(
                    "counters.file = %s: access to %s denied; run as root, or set another place"
                            .formatted(path, e.getFile()),
                    e);
        } catch (IOException e) {
            throw new IOException(
                    "counters.file = %s: cannot be written: %s; it needs %d KiB there"
                            .formatted(path, e.getMessage(), layout.byteSize() + 1023 >> 10),
                    e);
        }
    }

    private TraceFile traceFile(int workers) throws IOException {
        Path path = TraceFile.beside(config.countersFile());
        try {
            return hold(TraceFile.create(path, new TraceLayout(workers, TraceLayout.EVENTS)));
        } catch (IOException e) {
            throw new IOException("%s, beside counters.file, cannot be written: %s".formatted(path, e.getMessage()), e);
        }
    }

    private Transport transport() {
        Transport transport = Transport.best();
        transport
                .reason()
                .ifPresent(
                        reason -> reports.info("the admin API and health checks run on %s, for there is no io_uring: %s"
                                .formatted(transport.name(), reason)));
        return transport;
    }

    private String driver() {
        return ports.driver().name().toLowerCase(Locale.ROOT);
    }

    private List<Worker> workers(
            CountersFile file,
            WorkerCounters[] counters,
            long seed,
            TapKernelPort kernel,
            Publication publication,
            SingleWriterRecorder[] recorders,
            UnknownFlows unknown) {
        int workers = counters.length;
        HandOff handOff = new HandOff(workers, HANDOFF_FRAMES);
        FlowHasher hasher = new FlowHasher(seed);
        List<Worker> built = new ArrayList<>();
        for (int w = 0; w < workers; w++) {
            recorders[w] = new SingleWriterRecorder(Worker.LONGEST_CYCLE_NS, 3);
            PacketPort[] own = ports.ports(w);
            built.add(new WorkerAssembly(
                            w,
                            workers,
                            Specs.forward(config),
                            hasher,
                            flows.table(w),
                            file.stats(),
                            counters[w],
                            ports.store().pool(w),
                            own,
                            own,
                            kernel,
                            publication,
                            mastership,
                            handOff,
                            config.io().burst(),
                            recorders[w],
                            file.longCycles(w),
                            unknown,
                            news(counters[w]))
                    .build());
        }
        return built;
    }

    private FlowNews news(WorkerCounters counters) {
        if (config.hypervisors().isEmpty() || config.hypervisors().flows() != FlowMode.CLIENT) {
            return FlowNews.unwanted(counters);
        }
        FlowNews made = new FlowNews(NEWS, counters);
        news.add(made);
        return made;
    }

    private static int mtu(Publication publication) {
        return IntStream.of(publication.current().ports().mtu()).max().orElse(0);
    }

    private TapDevice exceptionDevice(Publication publication) {
        TapDevice tap = TapDevice.create(config.io().exceptionDevice(), mtu(publication));
        tap.warnings().forEach(warning -> reports.warn(tap.name() + ": " + warning));
        return tap;
    }

    private Map<Integer, List<IpAddress>> gateways() {
        List<String> devices = Specs.devices(config.io());
        Map<Integer, List<IpAddress>> gateways = new HashMap<>();
        config.gateways().forEach((role, addresses) -> {
            int port = Math.max(0, devices.indexOf(config.io().interfaces().get(role)));
            gateways.computeIfAbsent(port, p -> new ArrayList<>()).addAll(addresses);
        });
        return gateways;
    }

    private <T extends AutoCloseable> T hold(T resource) {
        opened.push(resource);
        return resource;
    }

    /** Waits until the way to every server is known and each has been checked once, for a short time: one may be down. */
    void awaitReady() throws InterruptedException {
        long deadline = System.nanoTime() + ReadyTime.of(config).toNanos();
        while (!control.isResolved() && deadline - System.nanoTime() > 0) {
            TimeUnit.MILLISECONDS.sleep(CONTROL_PERIOD_MS);
        }
        if (among != null) {
            among.begin();
        }
        view.ready();
    }

    /** Takes over another configuration's services; the rest needs a restart. */
    void reload(LoadedConfig next) {
        control.reload(next);
    }

    /** The line that says that packets flow. */
    String readyLine() {
        String part = among == null ? "" : " ha=" + ha.status().state().label();
        return "weir: ready node=%s driver=%s workers=%d services=%d servers=%d%s"
                .formatted(
                        config.name(),
                        driver(),
                        config.workers().cores().size(),
                        config.services().size(),
                        config.services().stream()
                                .mapToInt(s -> s.servers().size())
                                .sum(),
                        part);
    }

    /** What was chosen and why. */
    List<String> reasons() {
        List<String> reasons = new ArrayList<>(ports.reasons());
        reasons.add(flows.reason());
        if (ports.driver() == Driver.AF_XDP) {
            reasons.addAll(steering.reasons());
        }
        return reasons;
    }

    @Override
    public void close() {
        RuntimeException first = null;
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                if (first == null) {
                    first = new IllegalStateException("while stopping: " + e.getMessage(), e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
