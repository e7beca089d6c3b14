package io.weir.appliance.ha;

import io.weir.appliance.Requires;
import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.BedOptions;
import io.weir.appliance.bed.BedServers;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.NodeProcess;
import io.weir.appliance.bed.Program;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.VirtualService.RealServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Two nodes behind a router that shares the clients between them, with the routing daemons and files that a node has in
 * earnest: FRR with {@code conf/frr.conf} beside node A, BIRD with {@code conf/bird.conf} beside node B. The router is the
 * bed's edge, the clients are behind it. Each node has a server of its own, whose default gateway it is.
 */
final class ScaleOutStage implements AutoCloseable {
    /** One of the two. */
    enum Member {
        A(Bed.MEMBER_A),
        B(Bed.MEMBER_B);

        private final int number;

        Member(int number) {
            this.number = number;
        }
    }

    private static final int ROUTER = 9;
    private static final String BY_WAY_OF_REQUEST = """
            table inet weir {
              chain in {
                type filter hook input priority mangle;
                ether saddr 02:00:00:00:02:0b ct mark set 11
                ether saddr 02:00:00:00:02:0c ct mark set 12
              }
              chain out {
                type route hook output priority mangle;
                ct mark != 0 meta mark set ct mark
              }
            }
            """;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);

    private final Bed bed;
    private final Path directory;
    private final RoutingDaemon router;
    private final Map<Member, RoutingDaemon> daemons = new EnumMap<>(Member.class);
    private boolean shared;
    private String scheduler = "mh";
    private final Map<Member, NodeProcess> nodes = new EnumMap<>(Member.class);

    ScaleOutStage(Path directory) {
        Requires.root();
        Requires.tool("ip");
        Requires.tool("nft");
        Requires.tool("curl");
        Requires.tool("vtysh");
        Requires.tool("bird");
        Requires.that(RoutingDaemon.hasFrr(), "needs FRR (Debian: apt-get install frr)");
        this.directory = directory;
        bed = Bed.create(new BedOptions(true, 1, 1500, 1500, true, false));
        try {
            BedServers.start(bed);
            for (IpFamily family : IpFamily.values()) {
                bed.serverA().ip("route replace default via " + family.back(11));
                bed.serverB().ip("route replace default via " + family.back(12));
            }
            bed.edge().sysctl("net/ipv4/fib_multipath_hash_policy", "1");
            bed.edge().sysctl("net/ipv6/fib_multipath_hash_policy", "1");
            router = bed.own(RoutingDaemon.frr(bed.edge(), routerConfiguration()));
            daemons.put(Member.A, bed.own(RoutingDaemon.frr(bed.node(), configuration("frr.conf", Member.A))));
            daemons.put(Member.B, bed.own(RoutingDaemon.bird(bed.nodeB(), configuration("bird.conf", Member.B))));
        } catch (RuntimeException | Error e) {
            bed.close();
            throw e;
        }
    }

    private static String routerConfiguration() {
        StringBuilder text = new StringBuilder("""
                frr defaults datacenter
                router bgp 65000
                 bgp router-id 202.100.1.9
                 timers bgp 1 3
                """);
        for (Member member : Member.values()) {
            for (IpFamily family : IpFamily.values()) {
                String neighbor = family.front(member.number);
                text.append(
                        " neighbor %s remote-as 65001\n neighbor %s timers connect 1\n".formatted(neighbor, neighbor));
                text.append(
                        " address-family ipv%c unicast\n  neighbor %s activate\n  maximum-paths 8\n exit-address-family\n"
                                .formatted(family.option().charAt(1), neighbor));
            }
        }
        return text.append("exit\nend\n").toString();
    }

    /** A file as it ships, with this bed's addresses in place of its example's. */
    private static String configuration(String name, Member member) {
        try {
            return Files.readString(Path.of("conf", name))
                    .replace("192.0.2.11", IpFamily.IPV4.front(member.number))
                    .replaceAll("192\\.0\\.2\\.1\\b", IpFamily.IPV4.front(ROUTER))
                    .replace("2001:db8:1::11", IpFamily.IPV6.front(member.number))
                    .replaceAll("2001:db8:1::1\\b", IpFamily.IPV6.front(ROUTER));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Bed bed() {
        return bed;
    }

    Namespace namespace(Member member) {
        return member == Member.A ? bed.node() : bed.nodeB();
    }

    /** Its web service in a family: one server of its own. */
    private VirtualService web(Member member, IpFamily family, int weight) {
        RealServer a = new RealServer("a", family.back(2), 80, weight);
        RealServer b = new RealServer("b", family.back(3), 8000, weight);
        List<RealServer> servers = shared ? List.of(a, b) : List.of(member == Member.A ? a : b);
        return new VirtualService(family.named("web"), family, "tcp", VirtualService.WEB, scheduler, servers);
    }

    /**
     * From now on, for nodes that are configured anew: all servers are all nodes', and a server answers by the node that a
     * connection's last packet came from, as docs/scale-out.md says.
     */
    void share() {
        shared = true;
        for (Namespace server : List.of(bed.serverA(), bed.serverB())) {
            server.runWith(BY_WAY_OF_REQUEST, "nft", "-f", "-");
            for (Member member : Member.values()) {
                for (IpFamily family : IpFamily.values()) {
                    int mark = member.number;
                    ip(server, family, "rule add fwmark %d table %d".formatted(mark, mark));
                    ip(server, family, "route add default via %s table %d".formatted(family.back(mark), mark));
                }
            }
        }
    }

    /** From now on, for nodes that are configured anew. */
    void schedule(String name) {
        scheduler = name;
    }

    /** From now on servers answer what came by one node by another one, or by itself. */
    void answer(Member came, Member by) {
        for (Namespace server : List.of(bed.serverA(), bed.serverB())) {
            for (IpFamily family : IpFamily.values()) {
                ip(
                        server,
                        family,
                        "route replace default via %s table %d".formatted(family.back(by.number), came.number));
            }
        }
    }

    /** Takes {@link #share} back. */
    void split() {
        shared = false;
        for (Namespace server : List.of(bed.serverA(), bed.serverB())) {
            server.run("nft", "delete", "table", "inet", "weir");
            for (Member member : Member.values()) {
                for (IpFamily family : IpFamily.values()) {
                    ip(server, family, "rule delete fwmark " + member.number);
                    ip(server, family, "route flush table " + member.number);
                }
            }
        }
    }

    /** Runs a command of {@code ip} for one family. */
    static void ip(Namespace namespace, IpFamily family, String command) {
        namespace.run(("ip " + family.option() + " " + command).split(" "));
    }

    Path file(Member member) {
        return directory.resolve(namespace(member).name() + ".properties");
    }

    Path counters(Member member) {
        return directory.resolve(namespace(member).name() + "-counters");
    }

    /** Writes its file, in which its server has a weight in each family. */
    void configure(Member member, int weight4, int weight6, String... more) {
        String text = """
                node.name = %s
                workers.cores = %d
                workers.idle = backoff
                io.interface.front = %s
                io.interface.back = %s
                io.ring.size = 1024
                connections.capacity = 64k
                counters.file = %s
                ha.mode = bgp
                ha.bgp.table = %s
                """.formatted(
                namespace(member).name(), member.ordinal(), Bed.FRONT, Bed.BACK, counters(member), table(member));
        try {
            Files.writeString(
                    file(member),
                    text + String.join("\n", more) + "\n"
                            + web(member, IpFamily.IPV4, weight4).properties()
                            + web(member, IpFamily.IPV6, weight6).properties());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** FRR 8 needs the main table; BIRD takes any. */
    String table(Member member) {
        return member == Member.A ? "main" : "4711";
    }

    /** Starts some with their files, all at once, and waits until they are ready. */
    void start(Member... members) {
        for (Member member : members) {
            nodes.put(
                    member,
                    NodeProcess.launch(
                            namespace(member),
                            PairStage.command(List.of("run", file(member).toString()))));
        }
        for (Member member : members) {
            nodes.get(member).awaitReady();
        }
    }

    NodeProcess node(Member member) {
        return nodes.get(member);
    }

    /** Ends what runs; the daemons stay. */
    void killNodes() {
        nodes.values().stream().filter(NodeProcess::isAlive).forEach(NodeProcess::kill);
        nodes.clear();
    }

    /** A node's answer to a request to its admin API. */
    String admin(Member member, String method, String path) {
        return namespace(member).run("curl", "-sS", "-X", method, "http://127.0.0.1:9180" + path);
    }

    /** The nodes to which the router sends a family's virtual address. */
    Set<Member> nextHops(IpFamily family) {
        String routes = bed.edge().run("ip", family.option(), "route", "show", family.alone(family.vip()));
        Set<Member> found = new TreeSet<>();
        for (Member member : Member.values()) {
            // over IPv6 the next hop is a link-local address: told apart by its interface identifier's owner
            if (routes.matches("(?s).*via (%s|%s) .*".formatted(family.front(member.number), linkLocal(member)))) {
                found.add(member);
            }
        }
        return found;
    }

    private String linkLocal(Member member) {
        return namespace(member)
                .run("ip", "-6", "-o", "address", "show", "dev", Bed.FRONT, "scope", "link")
                .replaceAll("(?s).*inet6 ([^/]+)/.*", "$1");
    }

    /** Waits until the router sends both families' addresses to exactly these. */
    void awaitNextHops(Member... wanted) {
        for (IpFamily family : IpFamily.values()) {
            awaitNextHops(family, wanted);
        }
    }

    /** Waits until the router sends a family's address to exactly these. */
    void awaitNextHops(IpFamily family, Member... wanted) {
        await(
                () -> nextHops(family).equals(Set.of(wanted)),
                () -> "%s to %s, not %s%n%s"
                        .formatted(
                                family,
                                nextHops(family),
                                Set.of(wanted),
                                bed.edge().run("ip", family.option(), "route")));
    }

    /** Waits until something is so. */
    void await(Supplier<Boolean> condition, Supplier<String> otherwise) {
        long deadline = System.nanoTime() + PATIENCE_NS;
        while (!condition.get()) {
            if (deadline - System.nanoTime() < 0) {
                throw new AssertionError(otherwise.get() + "\n" + log());
            }
            try {
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    /** The host routes that a node has made and the kernel has. */
    String routes(Member member) {
        StringBuilder text = new StringBuilder();
        for (IpFamily family : IpFamily.values()) {
            text.append(Program.attempt(
                            namespace(member)
                                    .inside(List.of(
                                            "ip",
                                            family.option(),
                                            "route",
                                            "show",
                                            "table",
                                            table(member),
                                            "proto",
                                            "87")),
                            "")
                    .output());
        }
        return text.toString();
    }

    /** Who answers a client behind the router. */
    String fetch(IpFamily family) {
        InetSocketAddress web = family.vip(VirtualService.WEB);
        return bed.farClient().call(() -> io.weir.appliance.bed.WebConnection.fetch(web, "/"));
    }

    private String log() {
        StringBuilder text = new StringBuilder("router:\n" + router.log());
        daemons.forEach(
                (member, daemon) -> text.append(member).append("'s daemon:\n").append(daemon.log()));
        nodes.forEach((member, node) -> text.append(member).append(":\n").append(node.log()));
        return text.toString();
    }

    @Override
    public void close() {
        killNodes();
        bed.close();
    }
}
