package io.weir.appliance.ha;

import static io.weir.appliance.ha.ScaleOutStage.Member.A;
import static io.weir.appliance.ha.ScaleOutStage.Member.B;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.NodeProcess;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.WebConnection;
import io.weir.appliance.ha.ScaleOutStage.Member;
import io.weir.engine.counters.Counter;
import io.weir.engine.counters.CountersReader;
import io.weir.ha.HaBlock;
import io.weir.ha.HaCounter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes announced by FRR and BIRD to a router with multipath. */
class ScaleOutTest {
    private static final int CONNECTIONS = 40;

    @TempDir
    private static Path directory;

    private static ScaleOutStage stage;

    @BeforeAll
    static void build() {
        stage = new ScaleOutStage(directory);
    }

    @AfterEach
    void endNodes() {
        stage.killNodes();
        stage.awaitNextHops();
    }

    @AfterAll
    static void takeDown() {
        if (stage != null) {
            stage.close();
        }
    }

    private static void startBoth(String... more) {
        for (Member member : Member.values()) {
            stage.configure(member, 1, 1, more);
        }
        stage.start(A, B);
        stage.awaitNextHops(A, B);
    }

    /** How many connections each server gets. */
    private static Map<String, Integer> spread(IpFamily family) {
        Map<String, Integer> served = new TreeMap<>();
        for (int n = 0; n < CONNECTIONS; n++) {
            served.merge(stage.fetch(family), 1, Integer::sum);
        }
        return served;
    }

    private static long count(Member member, HaCounter counter) {
        try (CountersReader reader = CountersReader.open(stage.counters(member))) {
            return new HaBlock(reader.node()).counters().get(counter);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldShareClientsAmongNodesThatAreAnnounced() {
        startBoth();
        assertTrue(stage.node(A).readyLine().endsWith(" ha=master"), stage.node(A)::readyLine);
        for (IpFamily family : IpFamily.values()) {
            Map<String, Integer> served = spread(family);
            assertEquals(List.of("a", "b"), List.copyOf(served.keySet()), served::toString);
        }
        String ha = stage.admin(B, "GET", "/v1/ha");
        assertTrue(ha.contains("\"mode\":\"bgp\"") && ha.contains("\"state\":\"master\""), ha);
        for (IpFamily family : IpFamily.values()) {
            assertTrue(ha.contains('"' + family.vip() + '"'), ha);
        }
    }

    @Test
    void shouldWithdrawAReleasedNodeThatStillForwards() throws IOException {
        startBoth();
        for (Member member : Member.values()) {
            List<WebConnection> open = openThrough(member);
            assertTrue(stage.admin(member, "POST", "/v1/ha/release").contains("\"released\":true"));
            stage.awaitNextHops(member == A ? B : A);
            for (WebConnection connection : open) {
                assertEquals(member == A ? "a" : "b", connection.get("/"), "a connection that goes on through it");
                connection.close();
            }
            assertEquals(Map.of(member == A ? "b" : "a", CONNECTIONS), spread(IpFamily.IPV4));
            assertEquals("", stage.routes(member));
            assertTrue(stage.admin(member, "GET", "/v1/ha").contains("\"state\":\"backup\""));
            stage.admin(member, "POST", "/v1/ha/resume");
            stage.awaitNextHops(A, B);
        }
    }

    /** Connections of a client in the nodes' own network, which does not go by the router. */
    private static List<WebConnection> openThrough(Member member) {
        List<WebConnection> open = new ArrayList<>();
        for (IpFamily family : IpFamily.values()) {
            ScaleOutStage.ip(
                    stage.bed().client(),
                    family,
                    "route replace %s via %s"
                            .formatted(family.alone(family.vip()), family.front(member == A ? 11 : 12)));
            open.add(stage.bed().client().call(() -> {
                WebConnection connection = new WebConnection(family.vip(VirtualService.WEB));
                connection.get("/");
                return connection;
            }));
        }
        return open;
    }

    @Test
    void shouldForwardUntilRoutersKnowThatItEnds() throws Exception {
        startBoth("ha.bgp.drain = 5s");
        for (Member member : Member.values()) {
            List<WebConnection> open = openThrough(member);
            NodeProcess node = stage.node(member);
            node.signal("TERM");
            stage.awaitNextHops(member == A ? B : A);
            assertTrue(node.isAlive(), "its routes go first");
            for (WebConnection connection : open) {
                assertEquals(member == A ? "a" : "b", connection.get("/"));
                connection.close();
            }
            assertEquals(0, node.terminate(), node::log);
            stage.start(member);
            stage.awaitNextHops(A, B);
        }
    }

    @Test
    void shouldLeaveNothingThatAttractsTrafficWhenKilled() {
        startBoth();
        for (Member member : Member.values()) {
            stage.node(member).kill();
            stage.awaitNextHops(member == A ? B : A);
            assertEquals("", stage.routes(member));
            assertFalse(stage.namespace(member).devices().contains("weir-x"));
            assertEquals(Map.of(member == A ? "b" : "a", CONNECTIONS), spread(IpFamily.IPV6));
            stage.start(member);
            stage.awaitNextHops(A, B);
        }
    }

    @Test
    void shouldWithdrawOnlyTheAddressThatHasNoServer() {
        startBoth();
        for (Member member : Member.values()) {
            Member other = member == A ? B : A;
            stage.configure(member, 1, 0);
            stage.node(member).signal("HUP");
            stage.awaitNextHops(IpFamily.IPV6, other);
            stage.awaitNextHops(IpFamily.IPV4, A, B);
            stage.configure(member, 1, 1);
            stage.node(member).signal("HUP");
            stage.awaitNextHops(A, B);
        }
    }

    @Test
    void shouldServeFromAllServersByAllNodesWhereServersAnswerByTheWayOfTheRequest() throws IOException {
        stage.share();
        try {
            startBoth("service.web.scheduler-flags = mh-port", "service.web6.scheduler-flags = mh-port");
            for (IpFamily family : IpFamily.values()) {
                for (Member member : Member.values()) {
                    long before = forwarded(member);
                    Map<String, Integer> served = spread(family);
                    assertEquals(List.of("a", "b"), List.copyOf(served.keySet()), served::toString);
                    assertTrue(forwarded(member) > before, member::toString);
                }
            }
            for (Member member : Member.values()) {
                stage.admin(member, "POST", "/v1/ha/release");
                stage.awaitNextHops(member == A ? B : A);
                Map<String, Integer> served = spread(IpFamily.IPV4);
                assertEquals(List.of("a", "b"), List.copyOf(served.keySet()), served::toString);
                stage.admin(member, "POST", "/v1/ha/resume");
                stage.awaitNextHops(A, B);
            }
        } finally {
            stage.split();
        }
    }

    private static long forwarded(Member member) throws IOException {
        try (CountersReader reader = CountersReader.open(stage.counters(member))) {
            return reader.sum(Counter.FORWARDED_TO_SERVER);
        }
    }

    @Test
    void shouldPutBackRoutesThatSomebodyRemoves() {
        startBoth();
        for (Member member : Member.values()) {
            for (IpFamily family : IpFamily.values()) {
                ScaleOutStage.ip(
                        stage.namespace(member),
                        family,
                        "route delete %s table %s proto 87".formatted(family.alone(family.vip()), stage.table(member)));
            }
            stage.await(() -> count(member, HaCounter.ROUTES_RESTORED) == 2, () -> "not put back");
            assertEquals(2, stage.routes(member).lines().count(), stage.routes(member));
        }
        stage.awaitNextHops(A, B);
    }
}
