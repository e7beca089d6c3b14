package io.weir.appliance.hypervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.appliance.bed.KeepAliveFleet;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.Program;
import io.weir.appliance.bed.WebConnection;
import io.weir.appliance.cli.ExitCode;
import io.weir.appliance.e2e.Capture;
import io.weir.appliance.guest.GuestMachine;
import io.weir.appliance.hypervisor.Balancers.Member;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * DR with another port as published: client 10.10.1.10, virtual address 10.10.1.100:80, servers on port 8080 of guests, hosts
 * 172.24.1.10, .100 and .20 (and .21), entries for all clients.
 */
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WorkedExampleTest {
    private static final String FARM = "10.10.1.110";
    private static final String BOTH = "10.10.1.120";
    private static final String OWN = "10.10.1.31/24";
    private static final int REQUESTS = 1_000;
    private static final List<String> FOREIGN = List.of(
            "cookie=0xabc,table=0,priority=100,tcp,tp_dst=25 actions=drop",
            "cookie=0x5744000000000001,table=0,priority=38000,udp,tp_dst=9999 actions=drop",
            "cookie=0x5,table=7,priority=0 actions=NORMAL");
    private static final String SERVICES = """
            service.web.address = 10.10.1.100:80
            service.web.forward = dr
            service.web.scheduler = mh
            service.web.scheduler-flags = mh-port
            service.web.server.a = 10.10.1.31:8080 host=h20 port=g31
            service.both.address = 10.10.1.120:80
            service.both.forward = dr
            service.both.scheduler = mh
            service.both.scheduler-flags = mh-port
            service.both.server.a = 10.10.1.31:8080 host=h20 port=g31
            service.both.server.d = 10.10.1.34:9090 host=h21 port=g34
            gateway.front = 10.10.1.254
            service.nat.address = 10.10.1.130:80
            service.nat.server.a = 10.10.1.31:8080
            service.farm.address = 10.10.1.110:80
            service.farm.forward = dr
            service.farm.scheduler = wrr
            service.farm.server.a = 10.10.1.31:80 host=h20 port=g31 weight=1
            service.farm.server.b = 10.10.1.32:8080 host=h20 port=g32 weight=2
            service.farm.server.c = 10.10.1.33:8081 host=h21 port=g33 weight=3
            service.farm.server.d = 10.10.1.34:9090 host=h21 port=g34 weight=4
            """;

    @TempDir
    private static Path directory;

    private static Overlay bed;
    private static GuestMachine guest;
    private static List<String> foreign;

    @BeforeAll
    static void build() throws Exception {
        bed = new Overlay(directory);
        guest = bed.guest(Overlay.SERVERS, 31, List.of(8080, 80));
        bed.guest(Overlay.SERVERS, 32, List.of(8080));
        bed.guest(Overlay.MORE_SERVERS, 33, List.of(8081));
        bed.guest(Overlay.MORE_SERVERS, 34, List.of(9090));
        FOREIGN.forEach(entry -> bed.ovs(Overlay.SERVERS).ofctl("add-flow", entry));
        foreign = bed.foreign(Overlay.SERVERS);
        bed.serve(SERVICES);
    }

    @AfterAll
    static void remove() {
        if (bed != null) {
            bed.close();
        }
    }

    private static InetSocketAddress at(String address) {
        return new InetSocketAddress(address, 80);
    }

    private static JsonNode service(String name) {
        return bed.balancers.ask(Member.A, "/v1/services/" + name);
    }

    @Test
    @Order(1)
    void shouldServeThousandRequestsWhoseRepliesPassTheBalancer() throws Exception {
        Namespace balancer = bed.balancers.host(Member.A);
        try (Capture atClient = Capture.on(bed.client, "eth0", "tcp or arp");
                Capture atBalancer = Capture.on(balancer, "eth0", "tcp")) {
            bed.client.call(() -> {
                for (int n = 0; n < REQUESTS; n++) {
                    assertEquals("g31", WebConnection.fetch(at(Overlay.VIP), "/"));
                }
                return null;
            });
            assertEquals(
                    "g31",
                    bed.client.run("curl", "-sS", "-m", "10", "--local-port", "36000", "http://" + Overlay.VIP + "/"));
            List<String> replies = atClient.lines("tcp and dst host 10.10.1.10");
            assertTrue(replies.size() > 4 * REQUESTS, replies.size() + " replies");
            assertEquals(
                    List.of(),
                    replies.stream()
                            .filter(line -> !line.contains(" 10.10.1.100.80 > 10.10.1.10."))
                            .toList());
            assertEquals(List.of(), atClient.lines("tcp[tcpflags] & tcp-rst != 0"));
            assertEquals(List.of(), atClient.complaints());
            assertEquals(List.of(), atBalancer.lines("src host 10.10.1.100"), "no reply passes here");
            assertEquals(
                    List.of(),
                    atBalancer.lines("tcp dst port 8080 and not (src host 10.10.1.10 and dst host 10.10.1.100)"));
            List<String> answers = atClient.lines("arp and arp[6:2] == 2 and arp[14:4] == 0x0a0a0164");
            assertTrue(
                    !answers.isEmpty() && answers.stream().allMatch(line -> line.contains("is-at 02:00:00:00:01:01")),
                    answers::toString);
        }
        JsonNode web = service("web");
        assertTrue(web.get("packetsIn").asLong() > 4 * REQUESTS, web::toString);
        assertEquals(0, web.get("packetsOut").asLong());
        assertEquals(0, web.get("bytesOut").asLong());
    }

    /** {@code weir host} is off meanwhile: what the guest has is from its own files. */
    @Test
    @Order(2)
    void shouldServeAgainWhenGuestHasRestarted() throws Exception {
        GuestHost host = bed.guests(Overlay.SERVERS);
        List<String> entries = bed.ours(Overlay.SERVERS);
        Set<String> addresses = Set.of(OWN, Overlay.VIP + "/32", FARM + "/32", BOTH + "/32");
        assertEquals(addresses, addresses());
        assertEquals(ExitCode.OK, host.end());
        String kept = guest.read("network/interfaces.d/weir");
        host.stop("g31");
        host.start("g31");
        assertEquals(addresses, addresses());
        bed.await(() -> withoutCookies(bed.ours(Overlay.SERVERS)).equals(withoutCookies(entries)));
        bed.client.call(() -> {
            for (int n = 0; n < 100; n++) {
                assertEquals("g31", WebConnection.fetch(at(Overlay.VIP), "/"));
            }
            return null;
        });
        host.launch(SERVICES);
        host.awaitConfigured();
        assertEquals(kept, guest.read("network/interfaces.d/weir"));
    }

    private static Set<String> addresses() {
        return guest.addresses()
                .lines()
                .map(line -> line.replaceFirst(".* inet6? (\\S+) .*", "$1"))
                .filter(address -> !address.contains(":")) // the kernel takes these when a device goes down
                .collect(Collectors.toSet());
    }

    @Test
    @Order(3)
    void shouldKeepGuestsMute() throws Exception {
        Namespace inGuest = guest.namespace();
        try (Capture atClient = Capture.on(bed.client, "eth0", "arp");
                Capture atBalancer = Capture.on(bed.balancers.host(Member.A), "eth0", "arp")) {
            for (int round = 0; round < 3; round++) {
                bed.client.ip("neighbour flush dev eth0");
                assertEquals("g31", bed.client.call(() -> WebConnection.fetch(at(Overlay.VIP), "/")));
            }
            inGuest.sysctl("net/ipv4/conf/eth0/arp_notify", "1"); // announces its addresses when its device comes up
            inGuest.ip("link set eth0 down", "link set eth0 up", "neighbour flush dev eth0");
            assertEquals("g31", bed.client.call(() -> WebConnection.fetch(at(Overlay.VIP), "/")));
            String claims = "arp[14:4] == 0x0a0a0164";
            List<String> answers = atClient.lines("arp[6:2] == 2 and " + claims);
            long questions = atClient.lines(
                            "arp[6:2] == 1 and arp[24:4] == 0x0a0a0164 and ether src 02:00:00:00:01:0a and ether broadcast")
                    .size();
            assertEquals(
                    questions,
                    answers.stream().filter(line -> line.contains("is-at")).count(),
                    "one answer each");
            assertTrue(questions >= 3, questions + " questions");
            for (Capture capture : List.of(atClient, atBalancer)) {
                assertEquals(
                        List.of(),
                        capture.lines(claims + " and not ether src 02:00:00:00:01:01"),
                        "from whom but the balancer?");
                assertTrue(
                        capture.lines("arp[6:2] == 1 and ether src 02:00:00:00:02:1f").stream()
                                .allMatch(line -> line.contains("tell 10.10.1.31")),
                        "a guest asks under its own address");
            }
        }
    }

    @Test
    @Order(4)
    void shouldShareRequestsAmongGuestsOfTwoHypervisorsByWeight() {
        Map<String, Integer> shares = new TreeMap<>();
        bed.client.call(() -> {
            // all are kept: a connection from the port of one that was just closed goes where that one went
            List<WebConnection> connections = new ArrayList<>();
            try {
                for (int n = 0; n < REQUESTS; n++) {
                    connections.add(new WebConnection(at(FARM)));
                    shares.merge(connections.getLast().get("/"), 1, Integer::sum);
                }
            } finally {
                for (WebConnection connection : connections) {
                    connection.close();
                }
            }
            return null;
        });
        assertEquals(Map.of("g31", 100, "g32", 200, "g33", 300, "g34", 400), shares);
    }

    @Test
    @Order(5)
    void shouldCarryConnectionsThroughFailuresOfSwitchControllerAndMaster() throws Exception {
        List<String> before = bed.ours(Overlay.SERVERS);
        List<String> others = bed.ours(Overlay.MORE_SERVERS);
        try (KeepAliveFleet fleet = KeepAliveFleet.start(bed.client, 40, Duration.ofMillis(400), at(BOTH))) {
            fleet.awaitRound();
            assertEquals(2, Set.copyOf(fleet.servers()).size());
            bed.restart(Overlay.MORE_SERVERS, Member.A);
            fleet.awaitRound();
            measured("the switch was killed and restarted", fleet);
            assertEquals(others, bed.ours(Overlay.MORE_SERVERS));

            bed.balancers.node(Member.A).kill();
            fleet.awaitRound();
            bed.balancers.awaitInStep(Member.B);
            measured("the master and controller was killed", fleet);
            List<String> answering = before.stream()
                    .map(entry -> entry.replace("02:00:00:00:01:01", "02:00:00:00:01:02"))
                    .toList();
            assertEquals(withoutCookies(answering), withoutCookies(bed.ours(Overlay.SERVERS)));

            bed.balancers.start(Member.A, SERVICES);
            bed.balancers.awaitMaster(Member.A);
            fleet.awaitRound();
            measured("it returned", fleet);
            assertEquals(before, bed.ours(Overlay.SERVERS));
            assertEquals(others, bed.ours(Overlay.MORE_SERVERS));
            assertEquals(0, fleet.summary().broken(), () -> fleet.summary() + "\n" + bed.story());
            assertEquals(0, fleet.summary().moved());
        }
        assertEquals(foreign, bed.foreign(Overlay.SERVERS));
    }

    /** Its entries without their cookies, in which a port's number and the answers are. */
    private static List<String> withoutCookies(List<String> entries) {
        return entries.stream()
                .map(entry -> entry.replaceFirst("cookie=\\w+", ""))
                .sorted()
                .toList();
    }

    private static void measured(String what, KeepAliveFleet fleet) {
        System.out.println("measured: " + what + ": " + fleet.summary());
        fleet.mark();
    }

    /** The same guest, the same network; the balancer's device counts what it carries, both ways. */
    @Test
    @Order(6)
    void shouldCarryRequestsAloneWhereNatCarriesAll() {
        guest.namespace().ip("route add 10.10.9.0/24 via 10.10.1.254");
        bed.client.ip("address add 10.10.9.10/24 dev eth0", "route add 10.10.1.130/32 dev eth0 src 10.10.9.10");
        // little is carried for what is asked, be the machine busy or not; how fast, is for people to read
        assertTrue(carried("dr", Overlay.VIP, "/large", 20) < 0.1);
        assertTrue(carried("nat", "10.10.1.130", "/large", 20) > 1);
        assertTrue(carried("dr", Overlay.VIP, "/", 1_000) < 0.6);
        assertTrue(carried("nat", "10.10.1.130", "/", 1_000) > 1);
    }

    /** Bytes that the balancer sends for each byte that the client gets. */
    private static double carried(String how, String address, String path, int requests) {
        long balancer = bytes(bed.balancers.host(Member.A), "tx");
        long client = bytes(bed.client, "rx");
        bed.client.call(() -> {
            try (WebConnection connection = new WebConnection(at(address))) {
                for (int n = 0; n < requests; n++) {
                    connection.get(path);
                }
            }
            return null;
        });
        double share =
                (double) (bytes(bed.balancers.host(Member.A), "tx") - balancer) / (bytes(bed.client, "rx") - client);
        String wrk = bed.client.run("wrk", "-t1", "-c16", "-d1s", "http://" + address + path);
        System.out.println("measured: %s %s: %s, balancer sends %.1f %% of what the client receives"
                .formatted(
                        how,
                        path,
                        wrk.lines()
                                .filter(line -> line.matches("(Requests|Transfer)/sec.*|.*Socket errors.*"))
                                .map(line -> line.strip().replaceAll(" +", " "))
                                .toList(),
                        100 * share));
        return share;
    }

    private static long bytes(Namespace namespace, String direction) {
        return Long.parseLong(namespace
                .call(() -> Files.readString(Path.of("/proc/thread-self/net/dev")))
                .lines()
                .filter(line -> line.strip().startsWith("eth0:"))
                .map(line -> line.strip().split("[: ]+")[direction.equals("rx") ? 1 : 9])
                .findFirst()
                .orElseThrow());
    }

    @Test
    @Order(7)
    void shouldRemoveExactlyWhatWasItsOwn() throws Exception {
        List<String> before = bed.ours(Overlay.SERVERS);
        bed.balancers.reload(Member.A, SERVICES.replaceAll("(?m)^service\\.farm.*\n", ""));
        bed.await(() -> bed.ours(Overlay.SERVERS).size() < before.size());
        bed.await(() -> bed.ours(Overlay.SERVERS).stream().noneMatch(entry -> entry.contains(FARM)));
        assertEquals(before.stream().filter(entry -> !entry.contains(FARM)).toList(), bed.ours(Overlay.SERVERS));
        bed.balancers.reload(Member.A, "gateway.front = 10.10.1.254\nservice.other.address = 10.10.1.140:80\n");
        bed.await(() -> bed.ours(Overlay.SERVERS).size() == 1);
        assertEquals(foreign, bed.foreign(Overlay.SERVERS));
    }

    @Test
    @Order(8)
    void shouldTakeAddressesFromGuestWithTheirServices() throws Exception {
        GuestHost host = bed.guests(Overlay.SERVERS);
        host.reload(SERVICES.replaceAll("(?m)^service\\.farm.*\n", ""));
        bed.await(() -> addresses().equals(Set.of(OWN, Overlay.VIP + "/32", BOTH + "/32"))
                && !guest.read("network/interfaces.d/weir").contains(FARM));
        assertEquals(ExitCode.OK, host.end());
        Program.run(bed.host(Overlay.SERVERS).inside(host.command("remove")), "");
        assertEquals(Set.of(OWN), addresses());
        host.stop("g31");
        host.start("g31");
        assertEquals(Set.of(OWN), addresses());
    }
}
