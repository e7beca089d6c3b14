package io.weir.appliance.hypervisor;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.Requires;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.VethPair;
import io.weir.appliance.guest.GuestMachine;
import io.weir.appliance.hypervisor.Balancers.Member;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The published example's network: hosts in 172.24.1.0/24, each a namespace with an Open vSwitch of its own, joined by VXLAN;
 * on their switches a client, two balancers and guests in 10.10.1.0/24. A balancer's controller is reached over the hosts'
 * network.
 */
final class Overlay implements AutoCloseable {
    static final int CLIENTS = 10;
    static final int DISPATCHERS = 100;
    static final int SERVERS = 20;
    static final int MORE_SERVERS = 21;
    static final String VIP = "10.10.1.100";

    private static final int BED = 71;
    private static final int[] HOSTS = {CLIENTS, DISPATCHERS, SERVERS, MORE_SERVERS};
    private static final int UNDERLAY_MTU = 1600;
    private static final int MTU = 1450; // 50 bytes of VXLAN make 1500

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Map<Integer, Namespace> hosts = new LinkedHashMap<>();
    private final Map<Integer, OpenVSwitch> switches = new LinkedHashMap<>();
    private final Map<Integer, GuestHost> guestHosts = new LinkedHashMap<>();
    private final Namespace fabric;
    final Namespace client;
    final Balancers balancers;

    Overlay(Path directory) {
        Requires.root();
        for (String tool : List.of("ovs-vswitchd", "nginx", "tcpdump", "curl", "qemu-ga", "ifup")) {
            Requires.tool(tool);
        }
        Namespace.removeStale();
        try {
            fabric = hold(Namespace.create(BED, "fabric"));
            fabric.ip("link add fabric type bridge", "link set fabric mtu " + UNDERLAY_MTU + " up");
            for (int host : HOSTS) {
                build(host);
            }
            client = station(CLIENTS, "client", "02:00:00:00:01:0a");
            client.ip("address add 10.10.1.10/24 dev eth0", "address add fd00::10/64 dev eth0 nodad");
            balancers = hold(new Balancers(this, directory));
            for (int host : new int[] {SERVERS, MORE_SERVERS}) {
                guestHosts.put(host, hold(new GuestHost(this, host, directory)));
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T hold(T one) {
        opened.addFirst(one);
        return one;
    }

    /** Gives a namespace a device of the hosts' network. */
    void plug(Namespace namespace, String device, String port) {
        int number = fabric.devices().size();
        new VethPair(
                        new VethPair.End(fabric, "f-" + port, "02:00:00:00:fe:%02x".formatted(number)),
                        new VethPair.End(namespace, device, "02:00:00:00:fd:%02x".formatted(number)),
                        UNDERLAY_MTU,
                        1)
                .create();
        fabric.ip("link set f-%s master fabric".formatted(port));
    }

    private void build(int number) {
        Namespace host = hold(Namespace.create(BED, "host" + number));
        plug(host, "eth0", "host" + number);
        OpenVSwitch ovs = hold(OpenVSwitch.start(host, datapath(number)));
        Map<String, String> peers = new LinkedHashMap<>();
        for (int peer : HOSTS) {
            if (peer != number) {
                peers.put("vx" + peer, "172.24.1." + peer);
            }
        }
        ovs.overlay("eth0", "172.24.1." + number, peers);
        if (number == CLIENTS || number == DISPATCHERS) {
            ovs.vsctl("set-fail-mode", OpenVSwitch.BRIDGE, "standalone");
        }
        hosts.put(number, host);
        switches.put(number, ovs);
    }

    private static String datapath(int host) {
        return "00000000000000%02x".formatted(host);
    }

    /** What a properties file says of the hypervisors. */
    static String hypervisors() {
        StringBuilder text = new StringBuilder();
        for (int host : new int[] {SERVERS, MORE_SERVERS}) {
            text.append("hypervisor.h%d.datapath = %s\nhypervisor.h%d.address = 172.24.1.%d\n"
                    .formatted(host, datapath(host), host, host));
            text.append("hypervisor.h%d.uplink = vx%d, vx%d, vx%d\n"
                    .formatted(host, CLIENTS, DISPATCHERS, host == SERVERS ? MORE_SERVERS : SERVERS));
        }
        return text.toString();
    }

    /** Something on a host's switch, at the port of its own name, that keeps its device. */
    Namespace station(int host, String name, String mac) {
        Namespace station = hold(Namespace.create(BED, name));
        wire(host, name, mac, station);
        switches.get(host).addPort(name);
        return station;
    }

    /** Gives a namespace its device {@code eth0}, whose other end is a host's. */
    void wire(int host, String name, String mac, Namespace namespace) {
        new VethPair(
                        new VethPair.End(hosts.get(host), name, "fe" + mac.substring(2)),
                        new VethPair.End(namespace, "eth0", mac),
                        MTU,
                        1)
                .create();
    }

    /** A virtual machine on a host, with a web server on some ports, which says its name; see {@link GuestHost#guest}. */
    GuestMachine guest(int host, int number, List<Integer> ports) throws IOException {
        return guestHosts.get(host).guest(number, ports);
    }

    OpenVSwitch ovs(int host) {
        return switches.get(host);
    }

    Namespace host(int number) {
        return hosts.get(number);
    }

    GuestHost guests(int host) {
        return guestHosts.get(host);
    }

    /**
     * Begins to serve: both balancers start, and {@code weir host} gives the guests their virtual addresses. Returns when the
     * first balancer is master, and all are in step.
     */
    void serve(String services) throws Exception {
        for (GuestHost host : guestHosts.values()) {
            host.launch(services);
        }
        balancers.startBoth(services);
        for (GuestHost host : guestHosts.values()) {
            host.awaitConfigured();
        }
        balancers.awaitInStep(Member.A);
    }

    /** Kills a host's switch, whose entries are lost, and starts it; returns when the master has given it all entries again. */
    void restart(int host, Member master) throws InterruptedException {
        int before = balancers.connects(master, "h" + host);
        switches.get(host).killDaemon();
        switches.get(host).startDaemon();
        await(() -> balancers.connects(master, "h" + host) > before); // until then the node knows of nothing
        balancers.awaitInStep(master);
    }

    void await(BooleanSupplier condition) throws InterruptedException {
        await(condition, this::story);
    }

    /**
     * Waits for something.
     *
     * @param story what to say when it does not come
     */
    static void await(BooleanSupplier condition, Supplier<String> story) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(deadline - System.nanoTime() > 0, story);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** The entries of balancers on a host's switch. */
    List<String> ours(int host) {
        return switches.get(host).entries().stream()
                .filter(entry -> entry.contains("cookie=0x5745"))
                .toList();
    }

    /** Those of others. */
    List<String> foreign(int host) {
        return switches.get(host).entries().stream()
                .filter(entry -> !entry.contains("cookie=0x5745"))
                .toList();
    }

    /** For a failure's message. */
    String story() {
        StringBuilder text = new StringBuilder(balancers.story());
        guestHosts.forEach((host, guests) -> text.append("\nhost ")
                .append(host)
                .append('\n')
                .append(switches.get(host).ofctl("dump-flows"))
                .append(guests.story()));
        return text.toString();
    }

    @Override
    public void close() {
        for (AutoCloseable each : opened) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
