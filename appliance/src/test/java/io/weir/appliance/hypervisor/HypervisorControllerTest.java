package io.weir.appliance.hypervisor;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.Requires;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.Program;
import io.weir.appliance.bed.VethPair;
import io.weir.appliance.config.ConfigLoader;
import io.weir.appliance.config.HostFacts;
import io.weir.appliance.config.HypervisorsConfig;
import io.weir.appliance.config.MacAddress;
import io.weir.appliance.config.NodeConfig;
import io.weir.appliance.net.IoThread;
import io.weir.appliance.net.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The controller and a real Open vSwitch with real network stacks behind its ports. */
@Timeout(60)
class HypervisorControllerTest {
    private static final MacAddress BALANCER = MacAddress.parse("02:00:00:00:01:64");
    private static final String HOST_MAC = "02:00:00:00:02:14";
    private static final List<String> FOREIGN = List.of(
            "cookie=0xabc,table=0,priority=100,tcp,tp_dst=25 actions=drop",
            "cookie=0x5744000000000001,table=0,priority=38000,udp,tp_dst=9999 actions=drop",
            "cookie=0x5,table=7,priority=0 actions=NORMAL");
    private static final String TEXT = """
            io.interface.front = eth0
            openflow.listen = 127.0.0.1:0
            hypervisor.h1.datapath = 00000000000000a1
            hypervisor.h1.address = 172.24.1.20
            hypervisor.h1.mac = 02:00:00:00:02:14
            hypervisor.h1.uplink = up0
            service.web.address = 10.10.1.100:80
            service.web.forward = dr
            service.web.server.a = 10.10.1.21:8080 host=h1 port=g1 mac=02:00:00:00:03:15
            service.six.address = [fd00::100]:80
            service.six.forward = dr
            service.six.server.a = [fd00::21]:8080 host=h1 port=g1 mac=02:00:00:00:03:15
            """;

    @TempDir
    private Path directory;

    private Namespace host;
    private Namespace guest;
    private Namespace client;
    private Namespace local;
    private OpenVSwitch ovs;
    private IoThread io;
    private HypervisorController controller;
    private final List<String> reports = new CopyOnWriteArrayList<>();

    @BeforeEach
    void build() throws Exception {
        Requires.root();
        Requires.tool("ovs-vswitchd");
        Requires.tool("nft");
        Namespace.removeStale();
        host = Namespace.create(70, "host");
        guest = Namespace.create(70, "guest");
        client = Namespace.create(70, "client");
        local = Namespace.create(70, "local");
        join("g1", guest, "02:00:00:00:03:15");
        join("up0", client, "02:00:00:00:04:0a");
        join("l1", local, "02:00:00:00:05:0b");
        address(guest, "10.10.1.21/24", "fd00::21/64");
        guest.ip("address add 10.10.1.100/32 dev eth0", "address add fd00::100/128 dev eth0 nodad");
        address(client, "10.10.1.10/24", "fd00::10/64");
        address(local, "10.10.1.11/24", "fd00::11/64");
        ovs = OpenVSwitch.start(host, "00000000000000a1");
        List.of("g1", "up0", "l1").forEach(ovs::addPort); // ports 1, 2, 3
        io = host.call(() -> new IoThread(Transport.best(), () -> {}));
        controller = listen(0, Wanted.Part.MASTER, 1);
        ovs.connect(port()); // a bridge that gets its first controller loses its entries
        FOREIGN.forEach(entry -> ovs.ofctl("add-flow", entry));
    }

    @AfterEach
    void remove() {
        for (AutoCloseable each : new AutoCloseable[] {controller, io, ovs, local, client, guest, host}) {
            try {
                if (each != null) {
                    each.close();
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void join(String port, Namespace station, String mac) {
        new VethPair(
                        new VethPair.End(host, port, "fe" + mac.substring(2)),
                        new VethPair.End(station, "eth0", mac),
                        1500,
                        1)
                .create();
    }

    private static void address(Namespace station, String v4, String v6) {
        station.ip("address add %s dev eth0".formatted(v4), "address add %s dev eth0 nodad".formatted(v6));
    }

    private NodeConfig config(String text) throws Exception {
        Path file = Files.writeString(directory.resolve("node.properties"), text);
        return new ConfigLoader(new HostFacts("lb1", List.of(0, 1), Optional.empty(), Map.of()))
                .load(file)
                .node();
    }

    private Wanted wanted(String text, Wanted.Part part, long generation) throws Exception {
        return new Wanted(config(text).services(), part, generation, BALANCER, Map.of());
    }

    private HypervisorController listen(int port, Wanted.Part part, long generation) throws Exception {
        return listen(port, part, generation, TEXT);
    }

    private HypervisorController listen(int port, Wanted.Part part, long generation, String text) throws Exception {
        String placed = text.replace("127.0.0.1:0", "127.0.0.1:" + port);
        HypervisorsConfig config = config(placed).hypervisors();
        HypervisorController made = host.call(
                () -> HypervisorController.listen(config, io, reports::add, List.of(), Duration.ofMinutes(15)));
        made.want(wanted(text, part, generation));
        return made;
    }

    private int port() {
        return ((InetSocketAddress) controller.address()).getPort();
    }

    private HypervisorStatus status() {
        return controller.statuses().getFirst();
    }

    private void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(8);
        while (!condition.getAsBoolean()) {
            assertTrue(
                    deadline - System.nanoTime() > 0,
                    () -> status() + "\n" + reports + "\n" + String.join("\n", ovs.entries()) + "\n" + ovs.log());
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private void awaitInStep() throws InterruptedException {
        await(() -> status().connected() && status().wanted() > 1 && status().present() == status().wanted());
    }

    private List<String> ours() {
        return ovs.entries().stream()
                .filter(entry -> entry.contains("cookie=0x5745"))
                .toList();
    }

    @Test
    void shouldBringEntriesToSwitch() throws Exception {
        awaitInStep();
        assertEquals(status().wanted(), ours().size(), () -> String.join("\n", ovs.entries()));
        assertEquals(FOREIGN.size(), foreign().size(), () -> foreign().toString());
        assertEquals("master", status().role());
        assertEquals("", status().lastError());
        assertEquals(List.of(), status().missing());
    }

    @Test
    void shouldAnswerForVirtualAddressWithBalancersHardwareAddress() throws Exception {
        awaitInStep();
        assertEquals("10.10.1.100 dev eth0 lladdr " + BALANCER + " REACHABLE", neighbour(local, "10.10.1.100"));
        assertEquals("fd00::100 dev eth0 lladdr " + BALANCER + " REACHABLE", neighbour(local, "fd00::100"));
    }

    @Test
    void shouldLeaveQuestionsFromUplinkToBalancerAndKeepGuestMute() throws Exception {
        awaitInStep();
        assertFalse(neighbour(client, "10.10.1.100").contains("lladdr"), () -> packets("arp_op=2"));
        assertFalse(neighbour(client, "fd00::100").contains("lladdr"), () -> packets("icmp_type=136"));
        assertTrue(counted("priority=40000,arp,in_port=1,arp_spa=10.10.1.100,arp_op=2") > 0, () -> packets("arp"));
        assertTrue(counted("priority=40000,icmp6,in_port=1,icmp_type=136") > 0, () -> packets("icmp6"));
    }

    @Test
    void shouldLetGuestAskWithItsOwnAddressAsSender() throws Exception {
        awaitInStep();
        Program.attempt(guest.inside(List.of("ping", "-c", "1", "-W", "1", "-I", "10.10.1.100", "10.10.1.10")), "");
        Program.attempt(guest.inside(List.of("ping", "-c", "1", "-W", "1", "-I", "fd00::100", "fd00::10")), "");
        assertTrue(guest.run("ip", "neighbour", "show", "10.10.1.10").contains("02:00:00:00:04:0a"));
        assertTrue(guest.run("ip", "neighbour", "show", "fd00::10").contains("02:00:00:00:04:0a"));
        String learned = client.run("ip", "neighbour", "show");
        assertTrue(learned.contains("10.10.1.21 dev eth0 lladdr 02:00:00:00:03:15"), learned);
        assertTrue(learned.contains("fd00::21 dev eth0 lladdr 02:00:00:00:03:15"), learned);
        assertFalse(learned.matches("(?s).*10\\.10\\.1\\.100 dev eth0 lladdr 02:00:00:00:03:15.*"), learned);
        assertFalse(learned.matches("(?s).*fd00::100 dev eth0 lladdr 02:00:00:00:03:15.*"), learned);
    }

    @Test
    void shouldKeepGuestsAnnouncementsOnItsPort() throws Exception {
        awaitInStep();
        client.sysctl("net/ipv4/conf/eth0/arp_accept", "1");
        guest.sysctl("net/ipv4/conf/eth0/arp_notify", "1");
        guest.ip("link set eth0 down", "link set eth0 up");
        await(() -> client.run("ip", "neighbour", "show").contains("10.10.1.21 dev eth0 lladdr"));
        await(() -> counted("arp_spa=10.10.1.100,arp_tpa=10.10.1.100") > 0);
        String learned = client.run("ip", "neighbour", "show", "10.10.1.100");
        assertFalse(learned.contains("02:00:00:00:03:15"), learned);
    }

    /** The client stands for the balancer, too: it makes 8080 of the port of what it sends, and addresses the host. */
    @Test
    void shouldGiveRepliesVirtualPortAndHandFramesForHostToGuest() throws Exception {
        awaitInStep();
        client.runWith("""
                table inet balancer {
                  chain out { type filter hook output priority 0; tcp dport 80 tcp dport set 8080; }
                }
                """, "nft", "-f", "-");
        client.ip(
                "neighbour replace 10.10.1.100 lladdr " + HOST_MAC + " dev eth0",
                "neighbour replace fd00::100 lladdr " + HOST_MAC + " dev eth0");
        ServerSocket listening = guest.call(() -> new ServerSocket(8080));
        Thread server = Thread.ofPlatform().daemon().start(() -> serve(listening));
        try (listening) {
            assertEquals("10.10.1.10", ask("10.10.1.100"));
            assertEquals("fd00:0:0:0:0:0:0:10", ask("fd00::100"));
            ovs.killDaemon();
            await(() -> !status().connected());
            ovs.startDaemon();
            awaitInStep();
            assertEquals("10.10.1.10", ask("10.10.1.100"));
        }
        server.join(5_000);
    }

    private static void serve(ServerSocket listening) {
        while (true) {
            try (Socket peer = listening.accept()) {
                peer.getOutputStream()
                        .write(peer.getInetAddress().getHostAddress().getBytes(US_ASCII));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private String ask(String address) {
        return client.call(() -> {
            try (Socket socket = new Socket()) {
                socket.setSoTimeout(10_000);
                socket.connect(new InetSocketAddress(address, 80), 10_000);
                return new String(socket.getInputStream().readAllBytes(), US_ASCII);
            }
        });
    }

    @Test
    void shouldRestoreEntriesWhenSwitchReturns() throws Exception {
        awaitInStep();
        List<String> before = ours();
        ovs.killDaemon();
        await(() -> !status().connected());
        ovs.startDaemon();
        awaitInStep();
        assertEquals(before, ours());
        assertEquals(2, status().connects());
    }

    @Test
    void shouldLeaveEntriesWhenControllerGoesAndPutThemRightWhenItReturns() throws Exception {
        awaitInStep();
        List<String> before = ours();
        List<String> foreign = foreign();
        int port = port();
        controller.close();
        assertEquals(before, ours());
        String lost = before.stream()
                .filter(entry -> entry.contains("tcp"))
                .findFirst()
                .orElseThrow();
        ovs.ofctl("del-flows", lost.split(",")[0].strip() + "/-1");
        ovs.ofctl("add-flow", "cookie=0x5745000000000bad,table=0,priority=50,udp,tp_dst=1 actions=drop");
        assertEquals(before.size(), ours().size());
        controller = listen(port, Wanted.Part.MASTER, 2);
        awaitInStep();
        assertEquals(before, ours());
        assertEquals(foreign, foreign());
    }

    @Test
    void shouldRemoveExactlyWhatBelongsToServiceThatGoes() throws Exception {
        awaitInStep();
        List<String> before = ours();
        List<String> foreign = foreign();
        String without =
                TEXT.lines().filter(line -> !line.startsWith("service.six")).reduce("", (a, b) -> a + b + "\n");
        controller.want(wanted(without, Wanted.Part.MASTER, 1));
        await(() -> ours().size() < before.size());
        awaitInStep();
        assertTrue(before.containsAll(ours()));
        assertTrue(ours().stream().noneMatch(entry -> entry.contains("fd00::") || entry.contains("table=200")));
        assertEquals(foreign, foreign());
        controller.want(wanted("io.interface.front = eth0", Wanted.Part.MASTER, 1));
        await(() -> ours().size() == 1);
        assertTrue(ours().getFirst().contains("priority=0,metadata=0"), () -> ours().toString());
        assertEquals(foreign, foreign());
    }

    @Test
    void shouldOnlyLookAsSlaveAndWriteOnceMaster() throws Exception {
        awaitInStep();
        controller.want(wanted(TEXT, Wanted.Part.SLAVE, 2));
        await(() -> status().role().equals("slave"));
        String gone = ours().stream()
                .filter(entry -> entry.contains("tcp"))
                .findFirst()
                .orElseThrow();
        ovs.ofctl("del-flows", gone.split(",")[0].strip() + "/-1");
        int left = ours().size();
        controller.want(wanted(TEXT + "# again\n", Wanted.Part.SLAVE, 3));
        await(() -> status().role().equals("slave"));
        assertEquals(left, ours().size());
        controller.want(wanted(TEXT, Wanted.Part.MASTER, 1)); // a clock that is behind: the switch calls it stale
        await(() -> status().role().equals("master"));
        awaitInStep();
        assertEquals(left + 1, ours().size());
    }

    @Test
    void shouldFollowPortThatGetsAnotherNumber() throws Exception {
        awaitInStep();
        ovs.vsctl("del-port", "g1");
        await(() -> status().missing().contains("g1"));
        await(() -> ours().size() == 1);
        ovs.vsctl("add-port", OpenVSwitch.BRIDGE, "g1", "--", "set", "interface", "g1", "ofport_request=77");
        await(() -> status().missing().isEmpty() && status().present() > 1);
        awaitInStep();
        assertTrue(ours().stream().anyMatch(entry -> entry.contains("in_port=77") || entry.contains("in_port=g1")));
    }

    @Test
    void shouldLeaveLastEntryOfSomebodyElseAlone() throws Exception {
        awaitInStep();
        int port = port();
        controller.close();
        ovs.ofctl("del-flows", "cookie=0x5745000000000000/0xffff000000000000");
        ovs.ofctl("add-flow", "cookie=0x77,table=0,priority=0 actions=NORMAL");
        controller = listen(port, Wanted.Part.MASTER, 2);
        awaitInStep();
        assertTrue(ovs.entries().stream()
                .anyMatch(entry -> entry.matches("cookie=0x77, (table=0, )?priority=0 .*NORMAL")));
        assertEquals(status().wanted() - 1, ours().size());
        assertEquals("", status().lastError());
    }

    @Test
    void shouldBelieveSwitchByItsCertificateAlone() throws Exception {
        awaitInStep();
        controller.close();
        for (String name : List.of("node", "switch")) {
            Program.run(
                    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=%1$s -keyout %2$s/%1$s.key -out %2$s/%1$s.pem"
                            .formatted(name, directory)
                            .split(" "));
        }
        String tls =
                "openflow.tls.certificate = %1$s/node.pem\nopenflow.tls.key = %1$s/node.key\nopenflow.tls.ca = %1$s/switch.pem\n"
                        .formatted(directory);
        int port = port();
        controller = listen(port, Wanted.Part.MASTER, 2, TEXT + tls);
        ovs.secure(directory.resolve("switch.key"), directory.resolve("switch.pem"), directory.resolve("node.pem"));
        ovs.connect("ssl:127.0.0.1:" + port);
        awaitInStep();
        long connects = status().connects();
        ovs.connect("tcp:127.0.0.1:" + port);
        await(() -> !status().connected());
        await(() ->
                ovs.vsctl("--bare", "--columns=status", "list", "controller").contains("last_error"));
        assertEquals(connects, status().connects());
    }

    @Test
    void shouldKeepEntriesOfNodeBeforeUntilTheyAreIdle() throws Exception {
        awaitInStep();
        int port = port();
        controller.close();
        String reply =
                "cookie=0x5745800000000050,table=0,priority=38000,idle_timeout=5,send_flow_rem,in_port=1,tcp,nw_src=10.10.1.100,nw_dst=10.10.1.77,tp_src=%d,actions=set_field:80->tcp_src,normal";
        ovs.ofctl("add-flow", reply.formatted(8080));
        ovs.ofctl("add-flow", reply.formatted(9999));
        controller = listen(port, Wanted.Part.MASTER, 2, TEXT + "hypervisor.flows = client\n");
        await(() -> ours().stream().noneMatch(entry -> entry.contains("tp_src=9999")));
        awaitInStep();
        assertEquals(1, status().clients().entries());
        assertTrue(ours().stream().anyMatch(entry -> entry.contains("nw_dst=10.10.1.77,tp_src=8080")));
        await(() -> status().clients().entries() == 0);
        awaitInStep();
        assertTrue(ours().stream().noneMatch(entry -> entry.contains("10.10.1.77")));
    }

    @Test
    void shouldRefuseSwitchThatNobodyKnows() throws Exception {
        awaitInStep();
        ovs.vsctl("set", "bridge", OpenVSwitch.BRIDGE, "other-config:datapath-id=00000000000000ff");
        await(() -> reports.stream().anyMatch(line -> line.contains("00000000000000ff")));
        await(() -> !status().connected());
    }

    private List<String> foreign() {
        return ovs.entries().stream()
                .filter(entry -> !entry.contains("cookie=0x5745"))
                .toList();
    }

    private String packets(String part) {
        return ovs.ofctl("dump-flows")
                .lines()
                .filter(line -> line.contains(part))
                .reduce("", (a, b) -> a + b + "\n");
    }

    /** Packets of the entries with these fields. */
    private long counted(String fields) {
        return ovs.ofctl("dump-flows")
                .lines()
                .map(line -> line.replaceAll("in_port=\"?g1\"?", "in_port=1"))
                .filter(line -> List.of(fields.split(",")).stream().allMatch(line::contains))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*n_packets=(\\d+).*", "$1")))
                .sum();
    }

    private static String neighbour(Namespace station, String address) {
        Program.attempt(station.inside(List.of("ping", "-c", "1", "-W", "1", address)), "");
        return station.run("ip", "neighbour", "show", address).strip();
    }
}
