package io.weir.appliance.hypervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.appliance.bed.KeepAliveFleet;
import io.weir.appliance.bed.WebConnection;
import io.weir.appliance.e2e.Capture;
import io.weir.appliance.guest.GuestMachine;
import io.weir.appliance.hypervisor.Balancers.Member;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Entries for single clients: two virtual ports on one port of a guest, TCP and UDP, IPv4 and IPv6, and failures. */
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ClientEntriesTest {
    private static final String SERVICES = """
            hypervisor.flows = client
            timeout.tcp.close = 2s
            timeout.tcp.fin = 2s
            timeout.tcp.time-wait = 2s
            timeout.tcp.close-wait = 2s
            timeout.tcp.last-ack = 2s
            timeout.udp = 2s
            service.web.address = 10.10.1.100:80
            service.web.forward = dr
            service.web.scheduler = mh
            service.web.scheduler-flags = mh-port
            service.web.server.a = 10.10.1.31:8080 host=h20 port=g31
            service.web.server.d = 10.10.1.34:8080 host=h21 port=g34
            service.alt.address = 10.10.1.100:8000
            service.alt.forward = dr
            service.alt.scheduler = mh
            service.alt.scheduler-flags = mh-port
            service.alt.server.a = 10.10.1.31:8080 host=h20 port=g31
            service.alt.server.d = 10.10.1.34:8080 host=h21 port=g34
            service.six.address = [fd00::100]:80
            service.six.forward = dr
            service.six.server.a = [fd00::1f]:8080 host=h20 port=g31
            service.names.address = 10.10.1.100:53
            service.names.protocol = udp
            service.names.forward = dr
            service.names.server.a = 10.10.1.31:5353 host=h20 port=g31
            """;

    private static final Pattern SEGMENT = Pattern.compile("(\\S+ > \\S+): Flags \\[(\\S+)]");

    @TempDir
    private static Path directory;

    private static Overlay bed;
    private static DatagramSocket names;

    @BeforeAll
    static void build() throws Exception {
        bed = new Overlay(directory);
        GuestMachine guest = bed.guest(Overlay.SERVERS, 31, List.of(8080));
        bed.guest(Overlay.MORE_SERVERS, 34, List.of(8080));
        bed.serve(SERVICES);
        names = guest.namespace().call(() -> new DatagramSocket(new InetSocketAddress(Overlay.VIP, 5353)));
        Thread.ofPlatform().daemon().start(ClientEntriesTest::answerNames);
    }

    private static void answerNames() {
        DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
        try {
            while (true) {
                names.receive(packet);
                names.send(packet);
            }
        } catch (java.io.IOException e) {
            // closed
        }
    }

    @AfterAll
    static void remove() {
        if (names != null) {
            names.close();
        }
        if (bed != null) {
            bed.close();
        }
    }

    private static InetSocketAddress web() {
        return new InetSocketAddress(Overlay.VIP, 80);
    }

    private static InetSocketAddress alt() {
        return new InetSocketAddress(Overlay.VIP, 8000);
    }

    private static List<String> forClients(int host) {
        return bed.ours(host).stream()
                .filter(entry -> entry.contains("priority=38000") || entry.contains("priority=38100"))
                .toList();
    }

    @Test
    @Order(1)
    void shouldServeTwoVirtualPortsOnOnePortOfGuest() throws Exception {
        int rounds = 250;
        try (Capture capture = Capture.on(bed.client, "eth0", "tcp or udp")) {
            bed.client.call(() -> {
                // a port of the client's that both ports are called from would find the guest's socket in TIME_WAIT
                for (InetSocketAddress target : List.of(web(), alt())) {
                    Files.writeString(
                            Path.of("/proc/sys/net/ipv4/ip_local_port_range"),
                            target.getPort() == 80 ? "20000 29999" : "30000 39999");
                    for (int n = 0; n < rounds; n++) {
                        assertTrue(WebConnection.fetch(target, "/").startsWith("g3"));
                    }
                }
                for (int n = 0; n < 20; n++) {
                    assertEquals("g31", WebConnection.fetch(new InetSocketAddress("fd00::100", 80), "/"));
                    try (DatagramSocket socket = new DatagramSocket()) {
                        socket.setSoTimeout(10_000);
                        DatagramPacket packet =
                                new DatagramPacket(new byte[] {(byte) n}, 1, InetAddress.getByName(Overlay.VIP), 53);
                        socket.send(packet);
                        socket.receive(packet);
                        assertEquals(53, packet.getPort());
                    }
                }
                return null;
            });
            List<String> syns = capture.lines("tcp[tcpflags] & (tcp-syn|tcp-ack) == tcp-syn");
            JsonNode hypervisors = bed.balancers.ask(Member.A, "/v1/hypervisors");
            System.out.println("measured: %d connections, %d SYNs, %d RSTs; %s"
                    .formatted(
                            2 * rounds,
                            syns.size(),
                            capture.lines("tcp[tcpflags] & tcp-rst != 0").size(),
                            hypervisors));
            assertEquals(List.of(), resets(capture));
            assertEquals(List.of(), capture.complaints());
            assertEquals(
                    List.of(),
                    capture.lines("src host 10.10.1.100").stream()
                            .filter(line -> !line.matches(".* 10\\.10\\.1\\.100\\.(80|8000|53) > .*"))
                            .toList());
        }
        bed.await(() -> forClients(Overlay.SERVERS).isEmpty()
                && forClients(Overlay.MORE_SERVERS).isEmpty());
    }

    /**
     * The client's RSTs, but for those of connections that it has ended: a reply that went by the controller may come after
     * those that went by the entry, and after the end.
     */
    private static List<String> resets(Capture capture) {
        Set<String> ended = new HashSet<>();
        List<String> resets = new ArrayList<>();
        for (String line : capture.lines("tcp and src host 10.10.1.10")) {
            Matcher segment = SEGMENT.matcher(line);
            assertTrue(segment.find(), line);
            String connection = segment.group(1);
            String flags = segment.group(2);
            if (flags.contains("S")) {
                ended.remove(connection);
            } else if (flags.contains("F")) {
                ended.add(connection);
            } else if (flags.contains("R") && !ended.contains(connection)) {
                resets.add(line);
            }
        }
        return resets;
    }

    @Test
    @Order(2)
    void shouldCarryConnectionsThroughFailures() throws Exception {
        bed.await(() -> forClients(Overlay.SERVERS).isEmpty()
                && forClients(Overlay.MORE_SERVERS).isEmpty());
        try (KeepAliveFleet fleet = KeepAliveFleet.start(bed.client, 40, Duration.ofMillis(400), web(), alt())) {
            fleet.awaitRound();
            assertExact(Member.A, fleet);
            bed.restart(Overlay.MORE_SERVERS, Member.A);
            fleet.awaitRound();
            assertExact(Member.A, fleet);
            measured("the switch was killed and restarted", fleet);

            bed.balancers.node(Member.A).kill();
            fleet.awaitRound();
            bed.balancers.awaitInStep(Member.B);
            assertExact(Member.B, fleet);
            measured("the master and controller was killed", fleet);

            bed.balancers.start(Member.A, SERVICES);
            bed.balancers.awaitMaster(Member.A);
            fleet.awaitRound();
            assertExact(Member.A, fleet);
            measured("it returned", fleet);
            assertEquals(0, fleet.summary().broken(), () -> fleet.summary() + "\n" + bed.story());
            assertEquals(0, fleet.summary().moved());
        }
    }

    /** On each switch one entry for each connection to its guest, and no other. */
    private static void assertExact(Member master, KeepAliveFleet fleet) {
        List<String> servers = fleet.servers();
        for (JsonNode hypervisor : bed.balancers.ask(master, "/v1/hypervisors")) {
            boolean first = hypervisor.get("name").asText().equals("h20");
            List<String> entries = forClients(first ? Overlay.SERVERS : Overlay.MORE_SERVERS);
            long calls =
                    servers.stream().filter((first ? "g31" : "g34")::equals).count();
            assertEquals(calls, entries.size(), bed::story);
            assertEquals(calls, hypervisor.get("clients").get("entries").asInt());
            // the fleet calls both ports in turn
            long toWeb = IntStream.range(0, servers.size())
                    .filter(n -> n % 2 == 0 && servers.get(n).equals(first ? "g31" : "g34"))
                    .count();
            assertEquals(
                    toWeb,
                    entries.stream()
                            .filter(entry -> entry.contains("set_field:80->"))
                            .count());
        }
    }

    private static void measured(String what, KeepAliveFleet fleet) {
        System.out.println("measured: " + what + ": " + fleet.summary());
        fleet.mark();
    }
}
