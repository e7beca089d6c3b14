package io.weir.engine.worker;

import static io.weir.engine.testing.EngineBed.BACK;
import static io.weir.engine.testing.EngineBed.FRONT;
import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.FIN;
import static io.weir.engine.testing.FrameBuilder.RST;
import static io.weir.engine.testing.FrameBuilder.SYN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;
import io.weir.engine.counters.ServerStats;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.FlowTable;
import io.weir.engine.flow.TcpState;
import io.weir.engine.testing.EngineBed;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Services;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** From the first packet of a flow until its record is gone. */
class FlowLifeTest {
    private static final Peer CLIENT = Peer.of("202.100.1.2", 3456);
    private static final Peer WEB = Peer.of("202.103.106.5", 80);
    private static final Peer ALIAS = Peer.of("202.103.106.9", 80);
    private static final Peer NAMES = Peer.of("202.103.106.5", 53);
    private static final Peer FIRST = Peer.of("172.16.0.2", 80);
    private static final Peer SECOND = Peer.of("172.16.0.3", 8000);

    @RegisterExtension
    final EngineBed bed = EngineBed.serving(
            Services.service(6, WEB, Services.server(FIRST, 1), Services.server(SECOND, 1)),
            Services.tcp(ALIAS, FIRST),
            Services.udp(NAMES, SECOND));

    private Peer server;

    private void client(int flags) {
        server = bed.one(FRONT, FrameBuilder.tcp(CLIENT, WEB, flags, 1, 1).build())
                .packet()
                .to();
    }

    private void server(int flags) {
        bed.one(BACK, FrameBuilder.tcp(server, CLIENT, flags, 1, 1).atBack().build());
    }

    private void establish() {
        client(SYN);
        server(SYN | ACK);
        client(ACK);
    }

    private long record() {
        FlowTable table = bed.node().table(0);
        for (long n = 0; n < table.slots(); n++) {
            if (Mem.getLong(table.slot(n) + FlowRecord.KEY) != 0) {
                return table.slot(n);
            }
        }
        return 0;
    }

    private TcpState state() {
        return TcpState.of(FlowRecord.state(record()));
    }

    private void assertConnections(int active, int inactive) {
        ServerStats stats = bed.node().stats();
        int[] sums = new int[2];
        for (int slot = 0; slot < stats.slots(); slot++) {
            sums[0] += stats.sumInt(slot, ServerStats.ACTIVE);
            sums[1] += stats.sumInt(slot, ServerStats.INACTIVE);
        }
        assertEquals(active, sums[0], "active");
        assertEquals(inactive, sums[1], "inactive");
    }

    @Test
    void shouldFollowAConnectionThatTheClientCloses() {
        client(SYN);
        assertEquals(TcpState.SYN_RECV, state());
        assertConnections(0, 1);
        server(SYN | ACK);
        client(ACK);
        assertEquals(TcpState.ESTABLISHED, state());
        assertConnections(1, 0);
        client(FIN | ACK);
        assertEquals(TcpState.CLOSE_WAIT, state());
        assertConnections(0, 1);
        server(FIN | ACK);
        assertEquals(TcpState.TIME_WAIT, state());
        client(ACK);
        assertEquals(TcpState.TIME_WAIT, state());
        assertConnections(0, 1);
    }

    @Test
    void shouldFollowAConnectionThatTheServerCloses() {
        establish();
        server(FIN | ACK);
        assertEquals(TcpState.FIN_WAIT, state());
        client(ACK);
        assertEquals(TcpState.FIN_WAIT, state());
        client(FIN | ACK);
        assertEquals(TcpState.TIME_WAIT, state());
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void shouldCloseAtOnceWhenEitherEndResets(boolean byClient) {
        establish();
        if (byClient) {
            client(RST);
        } else {
            server(RST);
        }
        assertEquals(TcpState.CLOSE, state());
        assertConnections(0, 1);
        bed.advance(bed.timeoutMs(TcpState.CLOSE));
        assertEquals(0, bed.node().table(0).size());
    }

    @Test
    void shouldFollowASimultaneousClose() {
        establish();
        client(FIN | ACK);
        server(FIN | ACK);
        server(ACK);
        client(ACK);
        assertEquals(TcpState.TIME_WAIT, state());
    }

    @ParameterizedTest
    @EnumSource(
            value = TcpState.class,
            names = {"SYN_RECV", "ESTABLISHED", "CLOSE_WAIT", "FIN_WAIT", "TIME_WAIT", "CLOSE"})
    void shouldForgetAFlowWhenItsStatesTimeIsOverAndNotBefore(TcpState wanted) {
        reach(wanted);
        assertEquals(wanted, state());
        long timeout = bed.timeoutMs(wanted);
        bed.advance(timeout - 100);
        assertEquals(1, bed.node().table(0).size());
        bed.advance(100);
        assertEquals(0, bed.node().table(0).size());
        assertEquals(1, bed.count(Counter.FLOWS_EXPIRED));
        assertConnections(0, 0);
    }

    private void reach(TcpState wanted) {
        if (wanted == TcpState.SYN_RECV) {
            client(SYN);
            return;
        }
        establish();
        switch (wanted) {
            case CLOSE_WAIT -> client(FIN | ACK);
            case FIN_WAIT -> server(FIN | ACK);
            case TIME_WAIT -> {
                server(FIN | ACK);
                client(FIN | ACK);
            }
            case CLOSE -> client(RST);
            default -> {}
        }
    }

    @Test
    void shouldLiveOnWhenPacketsKeepComing() {
        byte[] datagram = FrameBuilder.udp(CLIENT, NAMES, 4).build();
        for (int n = 0; n < 10; n++) {
            bed.one(FRONT, datagram);
            bed.advance(bed.timeoutMs(TcpState.UDP) - 1000);
        }
        assertEquals(1, bed.count(Counter.FLOWS_CREATED));
        bed.advance(1000);
        assertEquals(0, bed.node().table(0).size());
    }

    @Test
    void shouldTreatAnExpiredFlowAsGoneThoughNobodyHasSweptIt() {
        establish();
        Peer before = server;
        bed.skip(bed.timeoutMs(TcpState.ESTABLISHED));
        byte[] late = FrameBuilder.tcp(before, CLIENT, ACK, 1, 1).atBack().build();
        bed.none(BACK, Counter.DROP_NOT_OURS, late);
        byte[] data = FrameBuilder.tcp(CLIENT, WEB, ACK, 1, 5).build();
        assertEquals(RST, bed.one(FRONT, data).packet().flags());
        client(SYN);
        assertNotEquals(before, server, "the next server's turn");
        assertConnections(0, 1);
        assertEquals(1, bed.node().table(0).size());
    }

    @ParameterizedTest
    @EnumSource(
            value = TcpState.class,
            names = {"TIME_WAIT", "CLOSE"})
    void shouldScheduleAnewWhenASynReusesThePortOfAClosedConnection(TcpState closed) {
        reach(closed);
        Peer before = server;
        client(SYN);
        assertNotEquals(before, server);
        assertEquals(TcpState.SYN_RECV, state());
        assertConnections(0, 1);
        assertEquals(2, bed.count(Counter.FLOWS_CREATED));
    }

    @Test
    void shouldForgetTheTagOfTheConnectionBeforeWhenItsPortIsReused() {
        bed.one(FRONT, FrameBuilder.tcp(CLIENT, WEB, SYN, 1, 1).tag(100).build());
        bed.one(FRONT, FrameBuilder.tcp(CLIENT, WEB, RST, 1, 1).tag(100).build());
        client(SYN);
        byte[] reply =
                FrameBuilder.tcp(server, CLIENT, SYN | ACK, 1, 1).atBack().build();
        assertEquals(0, bed.one(BACK, reply).packet().tag());
    }

    @ParameterizedTest
    @EnumSource(
            value = TcpState.class,
            names = {"SYN_RECV", "ESTABLISHED", "FIN_WAIT", "CLOSE_WAIT"})
    void shouldKeepTheServerWhenASynComesIntoALivingConnection(TcpState living) {
        reach(living);
        Peer before = server;
        client(SYN);
        assertEquals(before, server);
        assertEquals(1, bed.count(Counter.FLOWS_CREATED));
    }

    @Test
    void shouldDropWhenTheTableIsFullAndGoOnWhenThereIsRoom() {
        bed.capacity(16);
        for (int n = 0; n < 16; n++) {
            bed.one(
                    FRONT,
                    FrameBuilder.tcp(CLIENT.withPort(1000 + n), WEB, SYN, 1, 1).build());
        }
        byte[] oneTooMany = FrameBuilder.tcp(CLIENT, WEB, SYN, 1, 1).build();
        bed.none(FRONT, Counter.DROP_TABLE_FULL, oneTooMany);
        bed.advance(bed.timeoutMs(TcpState.SYN_RECV));
        bed.one(FRONT, oneTooMany);
    }

    @Test
    void shouldTryAnotherServerWhenTheSameClientPortIsOnItForAnotherService() {
        Peer taken = bed.one(FRONT, FrameBuilder.tcp(CLIENT, ALIAS, SYN, 1, 1).build())
                .packet()
                .to();
        assertEquals(FIRST, taken);
        client(SYN);
        assertEquals(SECOND, server);
    }

    @Test
    void shouldDropWhenEveryServerHasTheSameClientPortForAnotherService() {
        client(SYN);
        assertEquals(FIRST, server);
        bed.none(
                FRONT,
                Counter.DROP_TUPLE_CONFLICT,
                FrameBuilder.tcp(CLIENT, ALIAS, SYN, 1, 1).build());
    }

    @Test
    void shouldDropAndCountWhenTheServersMacAddressIsNotKnown() {
        bed.node().registry().nextHop(SECOND.address(), 0);
        bed.node().republish();
        bed.none(
                FRONT,
                Counter.DROP_NO_NEIGHBOUR,
                FrameBuilder.udp(CLIENT, NAMES, 4).build());
    }

    @Test
    void shouldEndTheFlowsOfOneServiceOnly() {
        bed.capacity(3000);
        for (int n = 0; n < 1000; n++) {
            Peer client = CLIENT.withPort(1000 + n);
            bed.one(FRONT, FrameBuilder.tcp(client, WEB, SYN, 1, 1).build());
            bed.one(FRONT, FrameBuilder.udp(client, NAMES, 4).build());
        }
        assertTrue(bed.node().table(0).slots() >= 4096, "as many slots as a command looks at in one cycle");
        int service = serviceOf(CLIENT.withPort(1000), 6);
        assertTrue(bed.node().worker(0).offer(new EndFlowsOfService(service)));
        bed.run();
        assertEquals(1000, bed.node().table(0).size());
        for (int n = 0; n < 1000; n++) {
            bed.one(FRONT, FrameBuilder.udp(CLIENT.withPort(1000 + n), NAMES, 4).build());
        }
        assertEquals(2000, bed.count(Counter.FLOWS_CREATED), "no datagram needed a new flow");
    }

    @Test
    void shouldEndAllFlowsOfAServiceThoughOthersExpireMeanwhile() {
        bed.capacity(24_000);
        for (int n = 0; n < 12_000; n++) {
            Peer client = CLIENT.withPort(1000 + n);
            bed.inject(0, FRONT, 0, FrameBuilder.tcp(client, WEB, SYN, 1, 1).build());
            bed.inject(0, FRONT, 0, FrameBuilder.udp(client, NAMES, 4).build());
            if (n % 100 == 0) {
                bed.run();
            }
        }
        bed.run();
        assertEquals(24_000, bed.node().table(0).size());
        int service = serviceOf(CLIENT.withPort(1000), 17);
        bed.skip(bed.timeoutMs(TcpState.SYN_RECV)); // the other service's flows expire, the datagrams' do not
        bed.node().worker(0).doWork();
        assertTrue(bed.node().worker(0).offer(new EndFlowsOfService(service)));
        for (int cycle = 0; cycle < 100; cycle++) {
            bed.skip(2); // the sweep is about as fast as the command
            bed.node().worker(0).doWork();
        }
        FlowTable table = bed.node().table(0);
        for (long n = 0; n < table.slots(); n++) {
            long slot = table.slot(n);
            assertTrue(
                    Mem.getLong(slot + FlowRecord.KEY) == 0 || FlowRecord.protocol(slot) == 6,
                    "a datagram's flow is left in slot " + n);
        }
    }

    /** The number of the service that the client's flow belongs to. */
    private int serviceOf(Peer client, int protocol) {
        FlowTable table = bed.node().table(0);
        for (long n = 0; n < table.slots(); n++) {
            long slot = table.slot(n);
            if (Mem.getLong(slot + FlowRecord.KEY) != 0
                    && FlowRecord.protocol(slot) == protocol
                    && FlowRecord.clientPort(slot) == client.port()) {
                return FlowRecord.service(slot);
            }
        }
        throw new AssertionError("no flow of " + client);
    }

    @Test
    void shouldGoOnWhenTheProcessWasStoppedForAnHour() {
        establish();
        bed.inject(0, FRONT, 0, FrameBuilder.udp(CLIENT, NAMES, 4).build());
        bed.node().worker(0).doWork();
        bed.skip(3_600_000); // in the middle of a busy time
        assertEquals(1, bed.run().size());
        client(SYN);
        server(SYN | ACK);
    }
}
