package io.weir.engine.worker;

import static io.weir.engine.testing.EngineBed.BACK;
import static io.weir.engine.testing.EngineBed.FRONT;
import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.RST;
import static io.weir.engine.testing.FrameBuilder.SYN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.weir.engine.counters.Counter;
import io.weir.engine.flow.TcpState;
import io.weir.engine.packet.Transport;
import io.weir.engine.service.NextHop;
import io.weir.engine.service.ServiceRegistry;
import io.weir.engine.service.ServiceSpec;
import io.weir.engine.testing.EngineBed;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Services;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The control thread changes what is served while packets flow. */
class SnapshotChangeTest {
    private static final Peer CLIENT = Peer.of("202.100.1.2", 3456);
    private static final Peer WEB = Peer.of("202.103.106.5", 80);
    private static final Peer NAMES = Peer.of("202.103.106.5", 53);
    private static final Peer A = Peer.of("172.16.0.2", 80);
    private static final Peer B = Peer.of("172.16.0.3", 8000);
    private static final Peer C = Peer.of("172.16.0.4", 8001);
    private static final ServiceSpec ALL =
            Services.service(Transport.TCP, WEB, Services.server(A, 1), Services.server(B, 2));
    private static final ServiceSpec ONLY_A = Services.service(Transport.TCP, WEB, Services.server(A, 1));

    @RegisterExtension
    final EngineBed bed = EngineBed.serving(ALL);

    private int port = 10_000;

    private void apply(ServiceSpec... services) {
        ServiceRegistry registry = bed.node().registry();
        registry.apply(List.of(services), bed.count(Counter.GENERATION));
        for (ServiceSpec service : services) {
            service.servers().forEach(s -> registry.nextHop(s.address(), NextHop.of(BACK, InMemoryNode.SERVER_MAC)));
        }
        bed.node().republish();
        bed.run();
    }

    private Peer open(Peer client) {
        return bed.one(FRONT, FrameBuilder.tcp(client, WEB, SYN, 1, 1).build())
                .packet()
                .to();
    }

    private Peer openNext() {
        return open(CLIENT.withPort(port++));
    }

    @Test
    void shouldKeepThePlaceInTheRoundWhenAnotherServiceChanges() {
        assertEquals(B, openNext());
        apply(ALL, Services.udp(NAMES, C));
        assertEquals(A, openNext());
        apply(Services.udp(NAMES, A), ALL);
        assertEquals(B, openNext());
        assertEquals(B, openNext());
        bed.node().registry().nextHop(B.address(), NextHop.of(BACK, 0x02_00_00_00_02_77L));
        bed.node().republish();
        assertEquals(A, openNext());
    }

    @Test
    void shouldServeEstablishedFlowsOfARemovedServerUntilTheyEnd() {
        assertEquals(B, open(CLIENT));
        int slot = bed.node().registry().slot(ALL.key(), B.address(), B.port());
        apply(ONLY_A);
        for (int n = 0; n < 4; n++) {
            assertEquals(A, openNext());
        }
        byte[] data = FrameBuilder.tcp(CLIENT, WEB, ACK, 2, 2).payload(9).build();
        assertEquals(B, bed.one(FRONT, data).packet().to());
        byte[] reply =
                FrameBuilder.tcp(B, CLIENT, ACK, 2, 11).payload(20).atBack().build();
        assertEquals(WEB, bed.one(BACK, reply).packet().from());
        apply(ONLY_A);
        assertEquals(slot, bed.node().registry().slot(ALL.key(), B.address(), B.port()), "has a flow");
        bed.advance(bed.timeoutMs(TcpState.ESTABLISHED));
        apply(ONLY_A);
        assertEquals(-1, bed.node().registry().slot(ALL.key(), B.address(), B.port()), "drained");
    }

    @Test
    void shouldNotGiveANumberAwayBeforeEveryWorkerKnowsThatItIsRetired() {
        ServiceRegistry registry = bed.node().registry();
        int slot = registry.slot(ALL.key(), B.address(), B.port());
        long adopted = bed.count(Counter.GENERATION);
        for (int n = 0; n < 3; n++) {
            registry.apply(List.of(ONLY_A), adopted);
            bed.node().republish();
            assertEquals(slot, registry.slot(ALL.key(), B.address(), B.port()), "a worker may still schedule to it");
        }
        bed.run();
        registry.apply(List.of(ONLY_A), bed.count(Counter.GENERATION));
        assertEquals(-1, registry.slot(ALL.key(), B.address(), B.port()));
    }

    @Test
    void shouldFindItsSlotAgainWhenAServerComesBack() {
        assertEquals(B, open(CLIENT));
        int slot = bed.node().registry().slot(ALL.key(), B.address(), B.port());
        apply(ONLY_A);
        apply(ALL);
        assertEquals(slot, bed.node().registry().slot(ALL.key(), B.address(), B.port()));
        byte[] data = FrameBuilder.tcp(CLIENT, WEB, ACK, 2, 2).build();
        assertEquals(B, bed.one(FRONT, data).packet().to());
    }

    @Test
    void shouldGiveAFreedNumberToAnotherServer() {
        int slot = bed.node().registry().slot(ALL.key(), B.address(), B.port());
        apply(ONLY_A);
        apply(ONLY_A);
        apply(Services.service(Transport.TCP, WEB, Services.server(A, 1), Services.server(C, 5)));
        assertEquals(slot, bed.node().registry().slot(ALL.key(), C.address(), C.port()));
        assertEquals(C, openNext());
    }

    @Test
    void shouldRefuseClientsOfARemovedServiceWhileTheAddressIsStillOwned() {
        open(CLIENT);
        apply(Services.udp(NAMES, C));
        byte[] data = FrameBuilder.tcp(CLIENT, WEB, ACK, 2, 2).build();
        assertEquals(RST, bed.one(FRONT, data).packet().flags());
        List<Integer> retired = bed.node().registry().retiredServices();
        assertEquals(1, retired.size());
        bed.node().worker(0).offer(new EndFlowsOfService(retired.getFirst()));
        bed.run();
        assertEquals(0, bed.node().table(0).size());
        apply(Services.udp(NAMES, C));
        assertEquals(List.of(), bed.node().registry().retiredServices());
    }

    @Test
    void shouldNotOwnTheAddressOfARemovedService() {
        apply();
        bed.none(
                FRONT,
                Counter.DROP_NOT_OURS,
                FrameBuilder.tcp(CLIENT, WEB, SYN, 1, 1).build());
        bed.none(
                FRONT,
                Counter.DROP_ARP_OTHER,
                FrameBuilder.arp(1, InMemoryNode.CLIENT_MAC, CLIENT, 0, WEB, 0xffff_ffff_ffffL));
    }

    @Test
    void shouldUseTheNewNextHopFromTheNextPacketOn() {
        Peer server = open(CLIENT);
        bed.node().registry().nextHop(server.address(), NextHop.of(FRONT, 0x02_00_00_00_02_77L));
        bed.node().republish();
        byte[] data = FrameBuilder.tcp(CLIENT, WEB, ACK, 2, 2).build();
        var sent = bed.one(FRONT, data);
        assertEquals(FRONT, sent.port());
        assertEquals(0x02_00_00_00_02_77L, sent.packet().destinationMac());
        assertNotEquals(InMemoryNode.BACK_MAC, sent.packet().sourceMac());
    }
}
