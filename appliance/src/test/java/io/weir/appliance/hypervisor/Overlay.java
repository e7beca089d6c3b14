package io.weir.appliance.hypervisor;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.appliance.Requires;
import io.weir.appliance.Weir;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.NodeProcess;
import io.weir.appliance.bed.Program;
import io.weir.appliance.bed.VethPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

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

    /** A balancer. */
    enum Member {
        A(150, 1),
        B(100, 2);

        final int priority;
        final int number;

        Member(int priority, int number) {
            this.priority = priority;
            this.number = number;
        }
    }

    private final Path directory;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Map<Integer, Namespace> hosts = new LinkedHashMap<>();
    private final Map<Integer, OpenVSwitch> switches = new LinkedHashMap<>();
    private final Map<Member, Namespace> balancers = new TreeMap<>();
    private final Map<Member, NodeProcess> nodes = new ConcurrentSkipListMap<>();
    private final Namespace fabric;
    final Namespace client;

    Overlay(Path directory) {
        Requires.root();
        for (String tool : List.of("ovs-vswitchd", "nginx", "tcpdump", "curl")) {
            Requires.tool(tool);
        }
        this.directory = directory;
        Namespace.removeStale();
        try {
            fabric = hold(Namespace.create(BED, "fabric"));
            fabric.ip("link add fabric type bridge", "link set fabric mtu " + UNDERLAY_MTU + " up");
            for (int host : HOSTS) {
                host(host);
            }
            client = station(CLIENTS, "client", "02:00:00:00:01:0a", "10.10.1.10/24");
            for (Member member : Member.values()) {
                Namespace balancer = station(
                        DISPATCHERS,
                        "lb" + member.number,
                        "02:00:00:00:01:%02x".formatted(member.number),
                        "10.10.1.%d/24".formatted(member.number));
                plug(balancer, "mgmt", "lb" + member.number);
                balancer.ip("address add %s/24 dev mgmt".formatted(management(member)));
                balancers.put(member, balancer);
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

    private static String management(Member member) {
        return "172.24.1." + (100 + member.number);
    }

    private void plug(Namespace namespace, String device, String port) {
        int number = fabric.devices().size();
        new VethPair(
                        new VethPair.End(fabric, "f-" + port, "02:00:00:00:fe:%02x".formatted(number)),
                        new VethPair.End(namespace, device, "02:00:00:00:fd:%02x".formatted(number)),
                        UNDERLAY_MTU,
                        1)
                .create();
        fabric.ip("link set f-%s master fabric".formatted(port));
    }

    private void host(int number) {
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

    /** Something on a host's switch, at the port of its own name. */
    Namespace station(int host, String name, String mac, String... addresses) {
        Namespace station = hold(Namespace.create(BED, name));
        new VethPair(
                        new VethPair.End(hosts.get(host), name, "fe" + mac.substring(2)),
                        new VethPair.End(station, "eth0", mac),
                        MTU,
                        1)
                .create();
        for (String address : addresses) {
            station.ip("address add %s dev eth0%s".formatted(address, address.contains(":") ? " nodad" : ""));
        }
        switches.get(host).addPort(name);
        return station;
    }

    /**
     * A virtual machine with a web server on some ports, which says its name. Nobody has set anything up in it but that and
     * the virtual addresses.
     */
    Namespace guest(int host, int number, List<Integer> ports, String... virtual) throws IOException {
        String name = "g" + number;
        Namespace guest = station(
                host,
                name,
                "02:00:00:00:02:%02x".formatted(number),
                "10.10.1.%d/24".formatted(number),
                "fd00::%x/64".formatted(number));
        for (String address : virtual) {
            guest.ip("address add %s dev eth0%s"
                    .formatted(
                            address.contains(":") ? address + "/128" : address + "/32",
                            address.contains(":") ? " nodad" : ""));
        }
        Path home = Files.createDirectories(directory.resolve(name));
        StringBuilder listen = new StringBuilder();
        ports.forEach(port -> listen.append("listen 0.0.0.0:%d; listen [::]:%d; ".formatted(port, port)));
        Files.write(home.resolve("large"), new byte[1 << 20]);
        Files.writeString(home.resolve("nginx.conf"), """
                user root; daemon off; worker_processes 1; pid %1$s/pid; error_log %1$s/error.log;
                events { worker_connections 1024; }
                http {
                  access_log off; default_type text/plain; keepalive_requests 1000000; keepalive_timeout 300s;
                  client_body_temp_path %1$s/t1; proxy_temp_path %1$s/t2; fastcgi_temp_path %1$s/t3;
                  uwsgi_temp_path %1$s/t4; scgi_temp_path %1$s/t5;
                  server { %2$s
                    location ~ ^/echo/(?<question>.*)$ { return 200 "%3$s $question"; }
                    location = /large { root %1$s; }
                    location / { return 200 "%3$s"; } }
                }
                """.formatted(home, listen, name));
        guest.start(new ProcessBuilder("nginx", "-c", home + "/nginx.conf", "-e", home + "/error.log")
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("out").toFile()));
        return guest;
    }

    OpenVSwitch ovs(int host) {
        return switches.get(host);
    }

    Namespace host(Member member) {
        return balancers.get(member);
    }

    /** Has the servers' switches connect to both balancers. */
    void connect() {
        for (int host : new int[] {SERVERS, MORE_SERVERS}) {
            switches.get(host)
                    .connect("tcp:" + management(Member.A) + ":6653", "tcp:" + management(Member.B) + ":6653");
        }
    }

    /** Starts a balancer; both share the virtual addresses by VRRP. */
    void start(Member member, String services) throws IOException {
        Path file = directory.resolve(member + ".properties");
        StringBuilder text = new StringBuilder("""
                node.name = lb-%s
                workers.cores = %d
                workers.idle = backoff
                io.driver = af_packet
                io.interface.front = eth0
                io.ring.size = 1024
                connections.capacity = 64k
                counters.file = %s
                admin.listen = unix:%s
                openflow.listen = %s:6653
                ha.mode = vrrp
                ha.vrrp.priority = %d
                """.formatted(
                        member,
                        Math.min(member.ordinal(), Runtime.getRuntime().availableProcessors() - 1),
                        directory.resolve(member + ".counters"),
                        directory.resolve(member + ".admin"),
                        management(member),
                        member.priority));
        for (int host : new int[] {SERVERS, MORE_SERVERS}) {
            text.append("hypervisor.h%d.datapath = %s\nhypervisor.h%d.address = 172.24.1.%d\n"
                    .formatted(host, datapath(host), host, host));
            text.append("hypervisor.h%d.uplink = vx%d, vx%d, vx%d\n"
                    .formatted(host, CLIENTS, DISPATCHERS, host == SERVERS ? MORE_SERVERS : SERVERS));
        }
        Files.writeString(file, text.append(services));
        Files.deleteIfExists(directory.resolve(member + ".admin"));
        nodes.put(member, NodeProcess.start(balancers.get(member), command("run", file.toString())));
    }

    /** Starts both, and waits until A is master and the switches are in step. */
    void startBoth(String services) throws Exception {
        try (ExecutorService both = Executors.newFixedThreadPool(2)) {
            List<Future<?>> starts = new ArrayList<>();
            for (Member member : Member.values()) {
                starts.add(both.submit(() -> {
                    start(member, services);
                    return null;
                }));
            }
            for (Future<?> start : starts) {
                start.get();
            }
        }
        await(() -> ask(Member.A, "/v1/ha").get("state").asText().equals("master"));
        awaitInStep(Member.A);
    }

    /** Gives a balancer other services while it runs. */
    void reload(Member member, String services) throws IOException {
        Path file = directory.resolve(member + ".properties");
        String text = Files.readString(file);
        Files.writeString(file, text.replaceAll("(?m)^service\\..*\n", "") + services);
        nodes.get(member).signal("HUP");
    }

    private static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(System.getProperty("weir.jvm.flags", "").trim().split("\\s+")));
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx192m", "-ea"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Weir.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    NodeProcess node(Member member) {
        return nodes.get(member);
    }

    /** What a balancer's admin API says. */
    JsonNode ask(Member member, String path) {
        try {
            return new ObjectMapper()
                    .readTree(Program.run(
                            "curl",
                            "-sS",
                            "--unix-socket",
                            directory.resolve(member + ".admin").toString(),
                            "http://node" + path));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until the switches have what the master wants, and that something else holds. */
    void awaitInStep(Member master) throws InterruptedException {
        await(() -> {
            for (JsonNode hypervisor : ask(master, "/v1/hypervisors")) {
                if (!hypervisor.get("role").asText().equals("master")
                        || hypervisor.get("entriesWanted").asInt() < 2
                        || hypervisor.get("entriesWanted").asInt()
                                != hypervisor.get("entriesPresent").asInt()) {
                    return false;
                }
            }
            return true;
        });
    }

    void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertTrue(deadline - System.nanoTime() > 0, this::story);
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
        StringBuilder text = new StringBuilder();
        nodes.forEach((member, node) -> {
            text.append("node ")
                    .append(member)
                    .append(" said:\n")
                    .append(node.log())
                    .append('\n');
            if (node.isAlive()) {
                text.append(ask(member, "/v1/hypervisors"))
                        .append('\n')
                        .append(ask(member, "/v1/ha"))
                        .append('\n');
                ask(member, "/v1/counters").properties().forEach(counter -> {
                    if (counter.getValue().asLong() != 0) {
                        text.append(counter).append(' ');
                    }
                });
            }
        });
        for (int host : new int[] {SERVERS, MORE_SERVERS}) {
            text.append("\nhost ")
                    .append(host)
                    .append('\n')
                    .append(switches.get(host).ofctl("dump-flows"));
        }
        return text.toString();
    }

    @Override
    public void close() {
        nodes.values().stream().filter(NodeProcess::isAlive).forEach(NodeProcess::kill);
        for (AutoCloseable each : opened) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
