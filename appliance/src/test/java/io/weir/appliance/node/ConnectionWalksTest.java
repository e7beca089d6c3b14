package io.weir.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.admin.Connection;
import io.weir.appliance.admin.ConnectionQuery;
import io.weir.appliance.admin.Unavailable;
import io.weir.bindings.Mem;
import io.weir.engine.forward.ForwardSettings;
import io.weir.engine.port.KernelPort;
import io.weir.engine.port.MemoryPort;
import io.weir.engine.service.ServiceKey;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Services;
import io.weir.engine.worker.InMemoryNode;
import io.weir.engine.worker.Mastership;
import io.weir.engine.worker.UnknownFlows;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Queries over two workers' tables; the test turns the workers' cranks, and the control thread's, and makes the time. */
class ConnectionWalksTest {
    private static final Peer WEB = Peer.of("202.103.106.5", 80);
    private static final Peer NAMES = Peer.of("202.103.106.5", 53);
    private static final Peer SERVER = Peer.of("172.16.0.2", 8000);
    private static final long MS = 1_000_000L;

    private long now = 77_000 * MS;
    private final InMemoryNode node = new InMemoryNode(
            2,
            4096,
            64,
            List.of(Services.tcp(WEB, SERVER), Services.udp(NAMES, SERVER)),
            ForwardSettings.defaults(),
            KernelPort.NONE,
            1500,
            () -> now,
            UnknownFlows.REFUSED,
            Mastership.permanent(2));
    private final ConnectionWalks walks =
            new ConnectionWalks(node.registry(), List.of(node.worker(0), node.worker(1)), now);

    @AfterEach
    void close() {
        node.close();
    }

    /** Flows of clients 10.0.0.1 to 10.0.0.n, to either service. */
    private void flows(int clients) {
        for (int n = 1; n <= clients; n++) {
            Peer client = Peer.of("10.0.0." + n, 1000 + n);
            receive(FrameBuilder.tcp(client, WEB, FrameBuilder.SYN, 1, 0).build());
            receive(FrameBuilder.udp(client, NAMES, 9).build());
        }
    }

    private void receive(byte[] frame) {
        long at = node.store().pool(0).allocate();
        Mem.copy(frame, 0, at, frame.length);
        MemoryPort port = node.port(0, InMemoryNode.FRONT);
        assertTrue(port.inject(at, frame.length, 0));
        port.publish();
        turnWorkers();
    }

    private void turnWorkers() {
        for (int turn = 0; turn < 2; turn++) {
            for (int worker = 0; worker < 2; worker++) {
                node.worker(worker).doWork();
                for (int index = 0; index < 2; index++) {
                    MemoryPort port = node.port(worker, index);
                    for (int n = port.sent(); n > 0; n--) {
                        node.store().pool(worker).release(port.sentAddress());
                        port.takeSent();
                    }
                }
            }
        }
    }

    private static ConnectionQuery all(int limit) {
        return new ConnectionQuery(limit, Optional.empty(), 0, -1, Optional.empty());
    }

    private CompletableFuture<List<Connection>> begin(ConnectionQuery query, int service) {
        CompletableFuture<List<Connection>> result = new CompletableFuture<>();
        walks.begin(query, service, result);
        return result;
    }

    private List<Connection> find(ConnectionQuery query, int service) throws Exception {
        CompletableFuture<List<Connection>> result = begin(query, service);
        for (int turn = 0; turn < 1000 && !result.isDone(); turn++) {
            walks.turn(now += MS);
            turnWorkers();
        }
        return result.get(0, TimeUnit.SECONDS);
    }

    @Test
    void shouldFindConnectionsOfAllWorkers() throws Exception {
        flows(100);
        assertTrue(node.table(0).size() > 20 && node.table(1).size() > 20, "both have some");
        List<Connection> found = find(all(1000), -1);
        assertEquals(200, found.size());
        Set<String> clients = new HashSet<>();
        for (Connection connection : found) {
            clients.add(connection.protocol() + connection.client());
            assertEquals("172.16.0.2:8000", connection.server().toString());
            assertEquals(
                    connection.protocol().equals("tcp") ? 80 : 53,
                    connection.virtual().port());
        }
        assertEquals(200, clients.size(), "each once");
        assertEquals(90, find(all(90), -1).size(), "a limit over all workers");
        int service = node.registry().number(new ServiceKey(NAMES.address(), 53, 17));
        assertEquals(100, find(all(1000), service).size());
        assertEquals(List.of(), find(all(1000), Integer.MAX_VALUE));
        ConnectionQuery client =
                new ConnectionQuery(1000, Optional.of(Peer.of("10.0.0.7", 1).address()), 128, 1007, Optional.empty());
        assertEquals(2, find(client, -1).size());
    }

    @Test
    void shouldServeQueriesOneByOneWithPausesAndRefuseTooMany() throws Exception {
        flows(10);
        List<CompletableFuture<List<Connection>>> results = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            results.add(begin(all(100), -1));
        }
        ExecutionException refused = assertThrows(ExecutionException.class, begin(all(100), -1)::get);
        assertInstanceOf(Unavailable.class, refused.getCause());
        int turns = 0;
        while (!results.getFirst().isDone()) {
            turns++;
            walks.turn(now += MS);
            turnWorkers();
        }
        int pause = 0;
        while (walks.turn(now += MS) == 0) {
            pause++;
            assertFalse(results.get(1).isDone());
        }
        assertTrue(pause >= turns - 2, () -> "a pause of as long as the walk took");
        for (int turn = 0; turn < 1000 && !results.getLast().isDone(); turn++) {
            walks.turn(now += MS);
            turnWorkers();
        }
        for (CompletableFuture<List<Connection>> result : results) {
            assertEquals(20, result.get(0, TimeUnit.SECONDS).size());
        }
    }

    @Test
    void shouldGiveUpWhenWorkerStandsStillAndGoOnWhenItGoesOn() throws Exception {
        flows(10);
        CompletableFuture<List<Connection>> stuck = begin(all(100), -1);
        for (int turn = 0; turn < 6_000 && !stuck.isDone(); turn++) {
            walks.turn(now += MS);
        }
        ExecutionException failed = assertThrows(ExecutionException.class, stuck::get);
        assertInstanceOf(Unavailable.class, failed.getCause());
        now += 6_000 * MS;
        assertEquals(20, find(all(100), -1).size());
    }
}
