package io.weir.appliance.hypervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.appliance.bed.KeepAliveFleet;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.Program;
import io.weir.appliance.bed.WebConnection;
import io.weir.appliance.e2e.Capture;
import io.weir.appliance.hypervisor.Overlay.Member;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
    private static final int REQUESTS = 1_000;
    private static final List<String> FOREIGN = List.of(
            "cookie=0xabc,table=0,priority=100,tcp,tp_dst=25 actions=drop",
            "cookie=0x5744000000000001,table=0,priority=38000,udp,tp_dst=9999 actions=drop",
            "cookie=0x5,table=7,priority=0 actions=NORMAL");
    private static final String SERVICES = """
            service.web.address = 10.10.1.100:80
            service.web.forward = dr
            service.web.scheduler = mh
            service.web.server.a = 10.10.1.31:8080 host=h20 port=g31
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
    private static List<String> foreign;

    @BeforeAll
    static void build() throws Exception {
        bed = new Overlay(directory);
        bed.guest(Overlay.SERVERS, 31, List.of(8080, 80), Overlay.VIP, FARM);
        bed.guest(Overlay.SERVERS, 32, List.of(8080), FARM);
        bed.guest(Overlay.MORE_SERVERS, 33, List.of(8081), FARM);
        bed.guest(Overlay.MORE_SERVERS, 34, List.of(9090), FARM);
        bed.connect();
        FOREIGN.forEach(entry -> bed.ovs(Overlay.SERVERS).ofctl("add-flow", entry));
        foreign = bed.foreign(Overlay.SERVERS);
        bed.start(Member.B, SERVICES);
        bed.start(Member.A, SERVICES);
        bed.awaitInStep(Member.A);
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
        return bed.ask(Member.A, "/v1/services/" + name);
    }

    @Test
    @Order(1)
    void shouldServeThousandRequestsWhoseRepliesPassTheBalancer() throws Exception {
        Namespace balancer = bed.host(Member.A);
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
                    bed.client.run(
                            "curl", "-sS", "-m", "10", "--local-port", "36000", "http://" + Overlay.VIP + "/"));
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
        assertEquals(REQUESTS + 1, web.get("servers").get(0).get("active").asInt() + web.get("servers").get(0).get("inactive").asInt());
        assertEquals(0, web.get("packetsOut").asLong());
        assertEquals(0, web.get("bytesOut").asLong());
    }
}
