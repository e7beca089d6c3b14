package io.weir.perf.pipeline;

import io.weir.bindings.Pages;
import io.weir.bindings.steering.NatPorts;
import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowTable;
import io.weir.engine.flow.TcpState;
import io.weir.engine.forward.ForwardSettings;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.KernelPort;
import io.weir.engine.service.ServiceSpec;
import io.weir.engine.worker.InMemoryNode;
import io.weir.perf.Memory;
import io.weir.scheduler.IpAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Measures NAT traffic through one worker between memory ports: packets of open flows, whole connections, first packets,
 * and the removal of flows that are over. See {@link Rounds} for what is timed.
 */
public final class PipelineBench {
    private static final double NO = Double.NaN;
    private static final double[] NO_STAGES = {};
    private static final long FLOWS_EXPIRED_IN_ALL = 20_000_000;
    private static final int LEAST_EXPIRED = 64_000;
    private static final int LEAST_CAPACITY = 1024;
    private static final NatPorts NAT_PORTS = new NatPorts(1024, 65535);
    private static final int NAT_ADDRESSES = 4;

    private final boolean ipv6;
    private final Effort effort;
    private final Disturbance disturbance;

    /**
     * One case's outcome; NaN for what it does not have.
     *
     * @param name of the case
     * @param protocol TCP or UDP, as in IP's header
     * @param flows what is in the table
     * @param nsPerPacket nanoseconds a packet, the median over rounds; of the expiry, a flow
     * @param best of the rounds
     * @param worst of the rounds
     * @param floor nanoseconds that parsing the same packets takes
     * @param ratio median of the rounds' ratios to the floor
     * @param undisturbed part of the rounds in which the processor did nothing else, 0 to 1
     * @param connectionsPerSecond opened and closed
     * @param allocPerPacket bytes that the worker allocates
     * @param floorAllocPerPacket bytes that the floor allocates
     * @param residentMib by which the process has grown for the table and its flows
     * @param stages nanoseconds a packet by stage, or none
     * @param pages what memory the table is in
     */
    public record Result(
            String name,
            int protocol,
            int flows,
            double nsPerPacket,
            double best,
            double worst,
            double floor,
            double ratio,
            double undisturbed,
            double connectionsPerSecond,
            double allocPerPacket,
            double floorAllocPerPacket,
            double residentMib,
            double[] stages,
            String pages) {}

    /**
     * @param ipv6 IPv6 instead of IPv4
     * @param effort how long each case is measured
     */
    public PipelineBench(boolean ipv6, Effort effort) {
        this(ipv6, effort, new Disturbance());
    }

    private PipelineBench(boolean ipv6, Effort effort, Disturbance disturbance) {
        this.ipv6 = ipv6;
        this.effort = effort;
        this.disturbance = disturbance;
    }

    /** The same over the other version of IP, knowing what this one has learned of the machine. */
    public PipelineBench overOtherIp() {
        return new PipelineBench(!ipv6, effort, disturbance);
    }

    /**
     * Packets of open flows, {@code nat-established}.
     *
     * @param flows open
     * @throws IllegalStateException when a single packet was not forwarded
     */
    public Result established(int flows) {
        Farm farm = Farm.of(ipv6);
        JumpingClock clock = new JumpingClock();
        long before = Memory.resident();
        try (InMemoryNode node = node(Math.max(LEAST_CAPACITY, flows), farm, clock)) {
            FlowPopulation population = new FlowPopulation(node, 1, farm, flows);
            population.open();
            double resident = (Memory.resident() - before) / (double) (1 << 20);
            WorkerPorts ports = new WorkerPorts(node, 0);
            Rounds.Times times =
                    new Rounds(ports, new Established(ports, population, clock), effort, disturbance).run();
            double[] stages = StageBench.run(node, population);
            return result("nat-established", Transport.TCP, flows, times, NO, resident, stages, node);
        }
    }

    /**
     * Clients' packets of open flows by one way to the servers: comparable between ways, where those with answers are not.
     *
     * @param flows open, as many as the way {@linkplain Way#takes takes}
     * @throws IllegalStateException when a single packet was not forwarded
     */
    public Result toServer(Way way, int flows) {
        Farm farm = Farm.of(ipv6);
        JumpingClock clock = new JumpingClock();
        ForwardSettings settings = ForwardSettings.defaults().withNat(NAT_PORTS, NAT_ADDRESSES);
        ServiceSpec service = way.of(farm.spec());
        try (InMemoryNode node = node(Math.max(LEAST_CAPACITY, flows), service, clock, settings)) {
            node.registry().localAddresses(localAddresses());
            node.republish();
            WorkerPorts ports = new WorkerPorts(node, 0);
            ToServer packets = new ToServer(ports, new Dialogue(farm), clock, flows);
            packets.open();
            Rounds.Times times = new Rounds(ports, packets, effort, disturbance).run();
            return result(way.label(), Transport.TCP, flows, times, NO, NO, NO_STAGES, node);
        }
    }

    private List<IpAddress> localAddresses() {
        return IntStream.range(0, NAT_ADDRESSES)
                .mapToObj(n -> IpAddress.parse(ipv6 ? "fd00:9::" + (n + 1) : "10.9.0." + (n + 1)))
                .toList();
    }

    /**
     * Connections opened and closed, {@code nat-connection}.
     *
     * @param flows closed ones that wait for the end of TIME_WAIT
     * @throws IllegalStateException when a packet was not forwarded, or flows were not removed as fast as they were made
     */
    public Result connections(int flows) {
        Farm farm = Farm.of(ipv6);
        JumpingClock clock = new JumpingClock();
        int timeoutMs = timeoutMs(TcpState.TIME_WAIT);
        int most = flows + Connections.open(flows);
        try (InMemoryNode node = node(roomFor(most), farm, clock)) {
            WorkerPorts ports = new WorkerPorts(node, 0);
            Dialogue dialogue = new Dialogue(farm);
            Misses first = new Misses(ports, dialogue, clock, false, flows, timeoutMs(TcpState.SYN_RECV));
            first.fill(flows / Workload.BURST);
            Connections connections = new Connections(ports, dialogue, clock, flows, timeoutMs);
            connections.begin(flows);
            settle(ports, connections, node);
            long created = ports.count(Counter.FLOWS_CREATED);
            long expired = ports.count(Counter.FLOWS_EXPIRED);
            Rounds.Times times = new Rounds(ports, connections, effort, disturbance).run();
            created = ports.count(Counter.FLOWS_CREATED) - created;
            expired = ports.count(Counter.FLOWS_EXPIRED) - expired;
            requireSteady(created, expired);
            double perSecond = 1e9 / (Connections.PACKETS * times.median());
            return result("nat-connection", Transport.TCP, flows, times, perSecond, NO, NO_STAGES, node);
        }
    }

    /**
     * First packets, {@code nat-miss}.
     *
     * @param protocol TCP for SYNs, UDP for datagrams
     * @param flows in the table, of which one ends for each that begins
     * @throws IllegalStateException when a packet was not forwarded, or flows were not removed as fast as they were made
     */
    public Result misses(int protocol, int flows) {
        Farm farm = Farm.of(ipv6, protocol);
        JumpingClock clock = new JumpingClock();
        boolean udp = protocol == Transport.UDP;
        int timeoutMs = timeoutMs(udp ? TcpState.UDP : TcpState.SYN_RECV);
        try (InMemoryNode node = node(roomFor(flows), farm, clock)) {
            WorkerPorts ports = new WorkerPorts(node, 0);
            Misses misses = new Misses(ports, new Dialogue(farm), clock, udp, flows, timeoutMs);
            misses.fill(flows / Workload.BURST);
            settle(ports, misses, node);
            long created = ports.count(Counter.FLOWS_CREATED);
            long expired = ports.count(Counter.FLOWS_EXPIRED);
            Rounds.Times times = new Rounds(ports, misses, effort, disturbance).run();
            created = ports.count(Counter.FLOWS_CREATED) - created;
            expired = ports.count(Counter.FLOWS_EXPIRED) - expired;
            requireSteady(created, expired);
            return result("nat-miss", protocol, flows, times, NO, NO, NO_STAGES, node);
        }
    }

    /**
     * The sweep of flows that are over, {@code nat-expiry}: nanoseconds a flow.
     *
     * @param flows in the table when it begins
     */
    public Result expiry(int flows) {
        Farm farm = Farm.of(ipv6);
        JumpingClock clock = new JumpingClock();
        int count = Math.max(Workload.BURST, flows / Workload.BURST * Workload.BURST);
        try (InMemoryNode node = node(roomFor(count), farm, clock)) {
            WorkerPorts ports = new WorkerPorts(node, 0);
            Expiry expiry = new Expiry(ports, new Dialogue(farm), clock, count, timeoutMs(TcpState.SYN_RECV));
            int repeats = Math.max(1, Math.min(LEAST_EXPIRED, effort.packets()) / count);
            int rounds = Math.clamp(FLOWS_EXPIRED_IN_ALL / ((long) count * repeats), 3, effort.rounds());
            int warmUp = Math.min(effort.warmUp(), rounds);
            double[] perFlow = new double[rounds];
            for (int r = -warmUp; r < rounds; r++) {
                if (r == 0) {
                    expiry.allocated();
                }
                double sum = 0;
                for (int n = 0; n < repeats; n++) {
                    sum += expiry.round();
                }
                perFlow[Math.max(0, r)] = sum / repeats;
            }
            double allocated = (double) expiry.allocated() / ((double) count * repeats * rounds);
            double median = Rounds.median(perFlow);
            Arrays.sort(perFlow);
            Rounds.Times times = new Rounds.Times(median, perFlow[0], perFlow[rounds - 1], NO, NO, NO, allocated, NO);
            return result("nat-expiry", Transport.TCP, count, times, NO, NO, NO_STAGES, node);
        }
    }

    private Result result(
            String name,
            int protocol,
            int flows,
            Rounds.Times times,
            double perSecond,
            double resident,
            double[] stages,
            InMemoryNode node) {
        return new Result(
                name,
                protocol,
                flows,
                times.median(),
                times.best(),
                times.worst(),
                times.floor(),
                times.ratio(),
                times.undisturbed(),
                perSecond,
                times.allocated(),
                times.floorAllocated(),
                resident,
                stages,
                pages(node.memory()));
    }

    private static InMemoryNode node(int capacity, Farm farm, JumpingClock clock) {
        return node(capacity, farm.spec(), clock, ForwardSettings.defaults());
    }

    private static InMemoryNode node(int capacity, ServiceSpec service, JumpingClock clock, ForwardSettings settings) {
        return new InMemoryNode(1, capacity, Workload.BURST, List.of(service), settings, KernelPort.NONE, 1500, clock);
    }

    /** Bytes that the largest table takes which a case with so many flows needs. */
    public static long tableBytes(int flows) {
        return FlowTable.byteSize(roomFor(flows + Connections.open(flows)));
    }

    private static int timeoutMs(TcpState state) {
        return ForwardSettings.defaults().timeoutMs()[state.ordinal()];
    }

    private static String pages(Pages memory) {
        String kind = memory.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return memory.reason().isEmpty() ? kind : kind + ": " + memory.reason();
    }

    /** Three quarters of the fewest slots that hold so many flows and those that are over but not swept yet. */
    static int roomFor(int flows) {
        long slots = LEAST_CAPACITY;
        while (flows + slots / 8 > slots / 4 * 3) {
            slots *= 2;
        }
        return (int) (slots / 4 * 3);
    }

    /** Goes on until the sweep has been everywhere. */
    private static void settle(WorkerPorts ports, Workload workload, InMemoryNode node) {
        for (long n = node.table(0).slots() / Workload.BURST; n > 0; n--) {
            workload.offer();
            ports.worker.doWork();
            workload.conclude();
        }
    }

    private static void requireSteady(long created, long expired) {
        if (expired < created - created / 8) {
            throw new IllegalStateException(
                    "no steady state: %d flows were made and %d removed".formatted(created, expired));
        }
    }
}
