package io.weir.appliance.bed;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The network of the LVS article's example, in namespaces.
 *
 * <pre>
 *   client .2 ──┐ 202.100.1.0/24         172.16.0.0/24 ┌── server a .2
 *   third .77 ──┤                                      ├── server b .3
 *   edge   .9 ──┴── front ── .1 node .1 ── back ───────┴── inner .9
 *     │ MTU 1400                                             │ MTU 1400
 *   far client 198.51.100.2                        far server 172.17.0.2
 * </pre>
 *
 * <p>The clients route the virtual address through the node's front address; the servers' default gateway is the
 * node's back address. Where a network is narrower than 1500 bytes its hosts still announce segments that fill 1500,
 * so that the far end learns of the narrow link by ICMP or not at all. Nothing leaves the bed: it has no link to the
 * machine's own network.
 *
 * <p>With {@linkplain BedOptions#pair two nodes}, these are .11 and .12 of either network, and .1 is an address of
 * whichever is master.
 *
 * <p>With {@linkplain BedOptions#direct servers that answer past the node}, a router at .8 of both networks is their
 * default gateway in its place; the far server answers by it, too.
 *
 * <p>Closing it closes what {@link #own} was given, newest first, then deletes every namespace; so does the end of the
 * process.
 */
public final class Bed implements AutoCloseable {
    /** Bytes that fit the links behind the routers. */
    public static final int FAR_MTU = 1400;

    /** The device at the other end of the node's wires, in the switch of either network. */
    public static final String NODE_PORT = "p01";

    /** The node's device on the clients' side. */
    public static final String FRONT = "front";

    /** The node's device on the servers' side. */
    public static final String BACK = "back";

    /** The only device of every host. */
    public static final String HOST_DEVICE = "eth0";

    /** Hardware address of the node's front device. */
    public static final String FRONT_MAC = "02:00:00:00:01:01";

    /** Hardware address of the node's back device. */
    public static final String BACK_MAC = "02:00:00:00:02:01";

    /** Hardware address, on the clients' side, of the router past the node. */
    public static final String PAST_MAC = "02:00:00:00:01:08";

    /** Host number of the first of two nodes. */
    public static final int MEMBER_A = 11;

    /** Host number of the second of two nodes. */
    public static final int MEMBER_B = 12;

    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final int FULL_MTU = 1500;

    private final int number = NUMBERS.incrementAndGet();
    private final BedOptions options;
    private final List<Namespace> namespaces = new ArrayList<>();
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private final Thread atExit = new Thread(this::dismantle, "bed-" + number + "-at-exit");
    private volatile boolean closed;

    private Namespace frontLan;
    private Namespace backLan;
    private Namespace client;
    private Namespace node;
    private Namespace nodeB;
    private Namespace serverA;
    private Namespace serverB;
    private Namespace third;
    private Namespace edge;
    private Namespace inner;
    private Namespace farClient;
    private Namespace farServer;

    private Bed(BedOptions options) {
        this.options = options;
    }

    /** Removes what dead processes left, and builds a bed. */
    public static Bed create(BedOptions options) {
        Namespace.removeStale();
        Bed bed = new Bed(options);
        Runtime.getRuntime().addShutdownHook(bed.atExit);
        try {
            bed.build();
            return bed;
        } catch (RuntimeException | Error e) {
            bed.close();
            throw e;
        }
    }

    private synchronized void build() {
        requireOpen();
        frontLan = lan("front-lan");
        backLan = lan("back-lan");
        if (options.pair()) {
            node = member("node-a", MEMBER_A);
            nodeB = member("node-b", MEMBER_B);
        } else {
            node = router("node");
            plug(node, FRONT, FRONT_MAC, frontLan, options.frontMtu());
            plug(node, BACK, BACK_MAC, backLan, options.backMtu());
            for (IpFamily family : IpFamily.values()) {
                node.assign(FRONT, family, family.front(1));
                node.assign(BACK, family, family.back(1));
            }
        }
        client = add("client");
        plug(client, HOST_DEVICE, VethPair.mac(1, 2), frontLan, options.frontMtu());
        serverA = add("server-a");
        plug(serverA, HOST_DEVICE, VethPair.mac(2, 2), backLan, options.backMtu());
        serverB = add("server-b");
        plug(serverB, HOST_DEVICE, VethPair.mac(2, 3), backLan, options.backMtu());
        for (IpFamily family : IpFamily.values()) {
            host(client, family, family.front(2), family.front(1), options.frontMtu());
            host(serverA, family, family.back(2), family.back(1), options.backMtu());
            host(serverB, family, family.back(3), family.back(1), options.backMtu());
        }
        if (options.far()) {
            buildFar();
        }
        if (options.direct()) {
            buildDirect();
        }
    }

    /** The servers hold the virtual addresses without a word about it, and answer by a router of their own. */
    private void buildDirect() {
        Namespace past = router("past");
        plug(past, "clients", PAST_MAC, frontLan, options.frontMtu());
        plug(past, "servers", VethPair.mac(2, 8), backLan, options.backMtu());
        List<Namespace> servers = options.far() ? List.of(serverA, serverB, farServer) : List.of(serverA, serverB);
        for (Namespace server : servers) {
            server.sysctl("net/ipv4/conf/all/arp_ignore", "1");
            server.sysctl("net/ipv4/conf/all/arp_announce", "2");
        }
        for (IpFamily family : IpFamily.values()) {
            past.assign("clients", family, family.front(8));
            past.assign("servers", family, family.back(8));
            if (options.far()) {
                past.ip("route add %s via %s".formatted(family.network(family.farFront(0)), family.front(9)));
                inner.ip("route replace default via " + family.back(8));
            }
            for (Namespace server : servers) {
                server.ip("address add %s dev lo".formatted(family.alone(family.vip())));
            }
            for (Namespace server : List.of(serverA, serverB)) {
                server.ip(defaultRoute("replace", family, family.back(8), options.backMtu()));
            }
        }
    }

    /** A node of two. Its kernel forwards nothing: see docs/operations.md, "What the kernel must not do". */
    private Namespace member(String role, int number) {
        Namespace namespace = add(role);
        plug(namespace, FRONT, VethPair.mac(1, number), frontLan, options.frontMtu());
        plug(namespace, BACK, VethPair.mac(2, number), backLan, options.backMtu());
        for (IpFamily family : IpFamily.values()) {
            namespace.assign(FRONT, family, family.front(number));
            namespace.assign(BACK, family, family.back(number));
        }
        return namespace;
    }

    private List<Namespace> nodes() {
        return options.pair() ? List.of(node, nodeB) : List.of(node);
    }

    private void buildFar() {
        third = add("third");
        plug(third, HOST_DEVICE, VethPair.mac(1, 77), frontLan, options.frontMtu());
        edge = router("edge");
        plug(edge, "near", VethPair.mac(1, 9), frontLan, options.frontMtu());
        farClient = add("far-client");
        wire(edge, farClient, 3);
        inner = router("inner");
        plug(inner, "near", VethPair.mac(2, 9), backLan, options.backMtu());
        farServer = add("far-server");
        wire(inner, farServer, 4);
        for (IpFamily family : IpFamily.values()) {
            third.assign(HOST_DEVICE, family, family.front(77));
            edge.assign("near", family, family.front(9));
            edge.assign("far", family, family.farFront(1));
            inner.assign("near", family, family.back(9));
            inner.assign("far", family, family.farBack(1));
            edge.ip("route add default via " + family.front(1));
            inner.ip("route add default via " + family.back(1));
            host(farClient, family, family.farFront(2), family.farFront(1), FAR_MTU);
            host(farServer, family, family.farBack(2), family.farBack(1), FAR_MTU);
            for (Namespace each : nodes()) {
                each.ip(
                        "route add %s via %s".formatted(family.network(family.farFront(0)), family.front(9)),
                        "route add %s via %s".formatted(family.network(family.farBack(0)), family.back(9)));
            }
        }
    }

    private Namespace add(String role) {
        Namespace namespace = Namespace.create(number, role);
        namespaces.add(namespace);
        return namespace;
    }

    private Namespace router(String role) {
        Namespace namespace = add(role);
        namespace.sysctl("net/ipv4/ip_forward", "1");
        namespace.sysctl("net/ipv6/conf/all/forwarding", "1");
        return namespace;
    }

    /**
     * A network's switch. Its hosts' devices have one queue each: what came by the second queue of a host would be bound
     * to the first one towards the node, while a frame that came by the only one goes by its hash.
     */
    private Namespace lan(String role) {
        Namespace namespace = add(role);
        namespace.ip(
                "link add name lan type bridge mcast_snooping 0",
                "link set lan addrgenmode none",
                "link set lan mtu %d up".formatted(FULL_MTU));
        return namespace;
    }

    /** Pulls a real server's wire out of its switch: it hears nothing more, and says nothing, not even that it ends. */
    public void cutOff(Namespace server) {
        backLan.ip("link set %s down".formatted(port(server)));
    }

    /** Puts it back. */
    public void restore(Namespace server) {
        backLan.ip("link set %s up".formatted(port(server)));
    }

    private String port(Namespace server) {
        if (server != serverA && server != serverB) {
            throw new IllegalArgumentException(server.name() + " is no real server");
        }
        return port(VethPair.mac(2, server == serverA ? 2 : 3));
    }

    /** The switch's port for a hardware address. */
    private static String port(String mac) {
        return "p" + mac.substring(mac.length() - 2);
    }

    private void plug(Namespace namespace, String device, String mac, Namespace lan, int mtu) {
        String port = port(mac);
        new VethPair(
                        new VethPair.End(namespace, device, mac),
                        new VethPair.End(lan, port, mac.replaceFirst("02", "06")),
                        mtu,
                        device.equals(FRONT) || device.equals(BACK) ? options.queues() : 1)
                .create();
        lan.ip("link set %s addrgenmode none".formatted(port), "link set %s master lan".formatted(port));
    }

    private void wire(Namespace router, Namespace host, int network) {
        new VethPair(
                        new VethPair.End(router, "far", VethPair.mac(network, 1)),
                        new VethPair.End(host, HOST_DEVICE, VethPair.mac(network, 2)),
                        FAR_MTU,
                        1)
                .create();
    }

    private static void host(Namespace namespace, IpFamily family, String address, String gateway, int mtu) {
        namespace.assign(HOST_DEVICE, family, address);
        namespace.ip(defaultRoute("add", family, gateway, mtu));
    }

    private static String defaultRoute(String verb, IpFamily family, String gateway, int mtu) {
        int segment = FULL_MTU - family.headerLength() - 20;
        return "route %s default via %s%s".formatted(verb, gateway, mtu < FULL_MTU ? " advmss " + segment : "");
    }

    /** Hands over something to be closed before the namespaces are deleted; what came last is closed first. */
    public synchronized <T extends AutoCloseable> T own(T resource) {
        if (closed) {
            close(resource);
            requireOpen();
        }
        owned.push(resource);
        return resource;
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the bed is closed");
        }
    }

    /** Forgets what every host has learned of path MTUs. */
    public void forgetPaths() {
        for (Namespace namespace : namespaces) {
            for (IpFamily family : IpFamily.values()) {
                Program.run("ip", "-n", namespace.name(), family.option(), "route", "flush", "cache");
            }
        }
    }

    /** Whether it was taken down, or is just being: what fails from now on fails for that reason. */
    public boolean isClosed() {
        return closed;
    }

    public BedOptions options() {
        return options;
    }

    /** The switch of the clients' network. */
    public Namespace frontLan() {
        return frontLan;
    }

    /** The switch of the servers' network. */
    public Namespace backLan() {
        return backLan;
    }

    public Namespace client() {
        return client;
    }

    /** The node; of two the first. */
    public Namespace node() {
        return node;
    }

    /** The second of two nodes. */
    public Namespace nodeB() {
        return nodeB;
    }

    public Namespace serverA() {
        return serverA;
    }

    public Namespace serverB() {
        return serverB;
    }

    /** A host of the clients' network that knows no way to the servers. */
    public Namespace third() {
        return third;
    }

    /** The router between the clients' network and the far client. */
    public Namespace edge() {
        return edge;
    }

    public Namespace farClient() {
        return farClient;
    }

    public Namespace farServer() {
        return farServer;
    }

    /** All namespaces, in the order of their making. */
    public List<Namespace> namespaces() {
        return List.copyOf(namespaces);
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
        closed = true;
        while (!owned.isEmpty()) {
            close(owned.pop());
        }
        namespaces.forEach(Namespace::close);
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            System.err.println("while dismantling the bed: " + e);
        }
    }
}
