package io.weir.perf.line;

import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.VethPair;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.VirtualService.RealServer;
import io.weir.bindings.DeviceFacts;
import io.weir.bindings.bpf.BpfAssembler;
import io.weir.bindings.bpf.BpfLink;
import io.weir.bindings.bpf.BpfProgram;
import io.weir.engine.port.Driver;
import io.weir.perf.contender.Site;
import io.weir.perf.device.OpenDevice;
import io.weir.perf.sink.Sink;
import io.weir.perf.sink.SinkOptions;
import io.weir.perf.traffic.AddressRange;
import io.weir.perf.traffic.Popularity;
import io.weir.perf.traffic.PortRange;
import io.weir.perf.traffic.Protocol;
import io.weir.perf.traffic.SizeMix;
import io.weir.perf.traffic.Traffic;
import io.weir.scheduler.IpAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Three namespaces in a line, without bridges, with the addresses of the LVS article's example.
 *
 * <pre>
 *   client eth0 ── front node back ── eth0 servers
 *   202.100.1.2    .1         172.16.0.1   .2 and .3
 * </pre>
 *
 * <p>Closing it, and the end of the process, closes what it was given, newest first, and deletes the namespaces.
 */
public final class LineBed implements AutoCloseable {
    static final String DEVICE = "eth0";
    static final String FRONT = "front";
    static final String BACK = "back";
    static final long FRONT_MAC = 0x02_00_00_00_01_01L;
    static final long BACK_MAC = 0x02_00_00_00_02_01L;
    static final long SERVER_MAC = 0x02_00_00_00_02_02L;

    /** UDP to port 9 of the virtual address, in turns to the two servers. */
    static final VirtualService SERVICE = new VirtualService(
            "discard",
            IpFamily.IPV4,
            "udp",
            9,
            "rr",
            List.of(
                    new RealServer("a", IpFamily.IPV4.back(2), 9, 1),
                    new RealServer("b", IpFamily.IPV4.back(3), 9, 1)));

    private static final AtomicInteger NUMBERS = new AtomicInteger(2000);
    private static final int COUNTER_RING = 1024;
    private static final int MTU = 1500;
    private static final int XDP_PASS = 2;

    private final List<Namespace> namespaces = new ArrayList<>();
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private final Thread atExit = new Thread(this::dismantle, "line-bed-at-exit");
    private Namespace client;
    private Namespace node;
    private Namespace servers;

    private LineBed() {}

    /** Removes what dead processes left, and builds one. */
    public static LineBed create() {
        Namespace.removeStale();
        LineBed bed = new LineBed();
        Runtime.getRuntime().addShutdownHook(bed.atExit);
        try {
            bed.build(NUMBERS.incrementAndGet());
            return bed;
        } catch (RuntimeException | Error e) {
            bed.close();
            throw e;
        }
    }

    private synchronized void build(int number) {
        client = add(number, "client");
        node = add(number, "node");
        servers = add(number, "servers");
        node.sysctl("net/ipv4/ip_forward", "1");
        wire(client, "02:00:00:00:01:02", FRONT, "02:00:00:00:01:01");
        wire(servers, "02:00:00:00:02:02", BACK, "02:00:00:00:02:01");
        IpFamily family = IpFamily.IPV4;
        client.ip(address(family.front(2), DEVICE), "route add default via " + family.front(1));
        node.ip(address(family.front(1), FRONT), address(family.back(1), BACK));
        servers.ip(
                address(family.back(2), DEVICE),
                address(family.back(3), DEVICE),
                "route add default via " + family.back(1));
    }

    private Namespace add(int number, String role) {
        Namespace namespace = Namespace.create(number, role);
        namespaces.add(namespace);
        return namespace;
    }

    private void wire(Namespace host, String hostMac, String device, String deviceMac) {
        new VethPair(new VethPair.End(host, DEVICE, hostMac), new VethPair.End(node, device, deviceMac), MTU, 1)
                .create();
    }

    private static String address(String address, String device) {
        return "address add " + IpFamily.IPV4.withPrefix(address) + " dev " + device;
    }

    Namespace client() {
        return client;
    }

    Namespace node() {
        return node;
    }

    Namespace servers() {
        return servers;
    }

    /**
     * Has an XDP program on the node's front device pass everything on: without one, veth takes no frames from the kernel's
     * own generator.
     */
    void acceptFramesFromXdp() {
        node.call(() -> {
            BpfProgram pass = BpfProgram.load(
                    BpfProgram.Type.XDP,
                    "weir_pass",
                    new BpfAssembler().mov(BpfAssembler.Reg.R0, XDP_PASS).exit().assemble());
            own(pass::close);
            BpfLink link = BpfLink.attachXdp(pass, DeviceFacts.of(FRONT).index(), BpfLink.XdpMode.NATIVE);
            return own(link::close);
        });
    }

    /** Starts what receives and counts, at the servers; ARP is left to the kernel, as the node asks for their addresses. */
    Sink sink(int core) {
        return own(new Sink(SinkOptions.on(DEVICE)
                        .in(servers.file())
                        .withDriver(Driver.AF_XDP)
                        .withThreads(1, List.of(core))
                        .withTrackedFlows(1)
                        .withVerify(false))
                .start());
    }

    /** The servers' device, on which the kernel counts what arrives: no thread is needed for it. */
    OpenDevice counter() {
        OpenDevice device = own(OpenDevice.open(servers.file(), DEVICE, Driver.AF_XDP, 1, COUNTER_RING));
        device.count(true);
        return device;
    }

    /** Datagrams of one client to the service. */
    static Traffic traffic(int flows, int frameSize) {
        return Traffic.to(FRONT_MAC)
                .withAddresses(
                        AddressRange.parse(SERVICE.family().front(2)),
                        AddressRange.of(IpAddress.parse(SERVICE.family().vip())))
                .withPorts(new PortRange(1024, 65535), new PortRange(SERVICE.port(), SERVICE.port()))
                .withFlows(flows, Popularity.TURNS)
                .withProtocol(Protocol.UDP)
                .withSizes(SizeMix.of(frameSize));
    }

    /** Where a contender works. */
    Site site(int core) {
        return new Site(node, FRONT, BACK, SERVICE, core);
    }

    /** Hands over something to be closed before the namespaces are deleted. */
    synchronized <T extends AutoCloseable> T own(T resource) {
        owned.push(resource);
        return resource;
    }

    @Override
    public void close() {
        dismantle();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // the process is ending, and the hook runs already
        }
    }

    private synchronized void dismantle() {
        while (!owned.isEmpty()) {
            try {
                owned.pop().close();
            } catch (Exception e) {
                System.err.println("while dismantling the bed: " + e);
            }
        }
        namespaces.forEach(Namespace::close);
    }
}
