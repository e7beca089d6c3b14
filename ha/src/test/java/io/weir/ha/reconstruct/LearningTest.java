package io.weir.ha.reconstruct;

import static io.weir.engine.testing.EngineBed.BACK;
import static io.weir.engine.testing.EngineBed.FRONT;
import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.PSH;
import static io.weir.engine.testing.FrameBuilder.RST;
import static io.weir.engine.testing.FrameBuilder.SYN;
import static io.weir.ha.reconstruct.ReconstructionBed.assertAt;
import static io.weir.ha.reconstruct.ReconstructionBed.assertAtClient;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.TcpState;
import io.weir.engine.packet.Transport;
import io.weir.engine.service.ReconstructionPolicy;
import io.weir.engine.service.ReconstructionPolicy.Mode;
import io.weir.engine.service.ServiceSpec;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Sent;
import io.weir.engine.testing.Services;
import io.weir.engine.worker.InMemoryNode;
import io.weir.scheduler.SchedulerKind;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Second means: the server speaks first. */
class LearningTest {
    private static final String FAMILIES = "io.weir.ha.reconstruct.Ends#families";
    private static final ReconstructionPolicy FULL = ReconstructionPolicy.of(Mode.FULL);
    private static final Peer NAMES = Peer.of("202.103.106.5", 53);
    private static final Peer NAME_SERVER = Peer.of("172.16.0.2", 53);
    private static final Peer SHARED = Peer.of("172.16.0.9", 9000);

    @RegisterExtension
    final ReconstructionBed bed = new ReconstructionBed(
            ReconstructionSettings.defaults(),
            Stream.concat(
                            Arrays.stream(Ends.services(SchedulerKind.RR, FULL)),
                            Stream.of(
                                    Services.udp(NAMES, NAME_SERVER).with(FULL),
                                    Services.tcp(NAMES.withPort(91), SHARED).with(FULL),
                                    Services.tcp(NAMES.withPort(92), SHARED).with(FULL)))
                    .toArray(ServiceSpec[]::new));

    private static byte[] data(Ends ends, int seq) {
        return ends.down(ends.servers().get(1), ACK | PSH, seq, 1000)
                .payload(900)
                .build();
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldGiveTheFlowToTheServerThatSpeaks(Ends ends) {
        Peer owner = ends.servers().get(1);
        assertEquals(List.of(), bed.engine.pass(BACK, data(ends, 2000)));
        assertEquals(1, bed.count(Counter.RECONSTRUCTED_LEARN));
        // the client is heard, and so what waited can go to it
        List<Sent> sent = bed.engine.pass(FRONT, ends.up(ACK, 1000, 2000).build());
        assertEquals(2, sent.size());
        assertAt(
                owner,
                ends,
                sent.stream().filter(s -> s.port() == BACK).findFirst().orElseThrow());
        assertAtClient(
                ends, sent.stream().filter(s -> s.port() == FRONT).findFirst().orElseThrow());
        assertEquals(TcpState.ESTABLISHED.ordinal(), bed.condition());
        assertAtClient(ends, bed.down(data(ends, 2900)));
        assertEquals(0, bed.count(Counter.PROBE_SENT));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldAskForTheWayWhenTheClientIsSilent(Ends ends) {
        assertEquals(List.of(), bed.engine.pass(BACK, data(ends, 2000), data(ends, 2900)));
        assertEquals(1, bed.answerHops(), "one question for both");
        List<Sent> sent = bed.after(6);
        assertEquals(2, sent.size());
        sent.forEach(s -> assertAtClient(ends, s));
        assertEquals(2000, sent.get(0).packet().seq());
        assertEquals(2900, sent.get(1).packet().seq());
        assertEquals(InMemoryNode.CLIENT_MAC, sent.get(0).packet().destinationMac());
        assertAtClient(ends, bed.down(data(ends, 3800)));
        assertEquals(TcpState.ESTABLISHED.ordinal() | FlowRecord.UNCONFIRMED, bed.condition(), "one end was heard");
        // other flows of the same client need not ask
        Ends other = ends.clientPort(4000);
        assertAtClient(other, bed.down(data(other, 1)));
        assertEquals(0, bed.answerHops());
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldAskAgainWhileNobodyKnowsTheWayAndGiveUpInTheEnd(Ends ends) {
        bed.engine.pass(BACK, data(ends, 2000));
        int asked = 0;
        for (int n = 0; n < 40; n++) {
            asked += bed.reconstruction.answer(clients -> Map.of());
            assertEquals(List.of(), bed.after(100));
        }
        assertTrue(asked >= 10 && asked <= 31, asked + " questions in three seconds");
        assertEquals(1, bed.count(Counter.DROP_NO_NEIGHBOUR));
        assertEquals(1, bed.count(Counter.HELD_OUT));
        // the client's own packet is as good as ever
        assertAt(ends.servers().get(1), ends, bed.up(ends.up(ACK, 1000, 2000).build()));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldForwardARealResetOfALearnedServer(Ends ends) {
        bed.engine.pass(BACK, data(ends, 2000));
        bed.answerHops();
        bed.after(6);
        Peer owner = ends.servers().get(1);
        assertAtClient(ends, bed.down(ends.down(owner, RST | ACK, 2900, 1000).build()));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldLearnNothingFromServersThatOpenConnectionsThemselves(Ends ends) {
        Peer server = ends.servers().getFirst();
        Peer elsewhere = ends.client().withPort(443);
        byte[][] own = {
            ends.down(server, SYN, 1, 0).build(),
            ends.down(server, RST, 1, 0).build(),
            FrameBuilder.tcp(server, elsewhere, ACK, 1, 1).atBack().build(),
            FrameBuilder.tcp(server, ends.client().withPort(server.port()), ACK, 1, 1)
                    .atBack()
                    .build()
        };
        assertEquals(List.of(), bed.engine.pass(BACK, own));
        assertEquals(own.length, bed.count(Counter.EXCEPTION_KERNEL));
        assertEquals(0, bed.count(Counter.FLOWS));
    }

    @ParameterizedTest
    @ValueSource(ints = {53, 123, 853})
    void shouldLeaveDatagramsToTheKernelThatServersSendToServers(int port) {
        Peer upstream = Peer.of("192.0.2.1", port);
        bed.engine.pass(
                BACK, FrameBuilder.udp(NAME_SERVER, upstream, 40).atBack().build());
        assertEquals(1, bed.count(Counter.EXCEPTION_KERNEL));
    }

    @ParameterizedTest
    @ValueSource(ints = {1024, 40_000})
    void shouldLearnFromDatagramsToo(int port) {
        Peer client = Peer.of("202.100.1.2", port);
        byte[] datagram = FrameBuilder.udp(NAME_SERVER, client, 40).atBack().build();
        bed.engine.none(BACK, Counter.DROP_NO_NEIGHBOUR, datagram);
        bed.answerHops();
        bed.after(6);
        Sent sent = bed.down(datagram);
        assertEquals(NAMES, sent.packet().from());
        assertEquals(client, sent.packet().to());
        Sent query = bed.up(FrameBuilder.udp(client, NAMES, 20).build());
        assertEquals(NAME_SERVER, query.packet().to());
        assertEquals(TcpState.UDP.ordinal(), bed.condition());
        assertEquals(Transport.UDP, FlowRecord.protocol(bed.record()));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    void shouldKeepWhatMayBeOfSeveralServicesFromTheKernelWhichWouldBreakIt(Ends ends) {
        if (ends.client().isV6()) {
            return;
        }
        bed.engine.none(
                BACK,
                Counter.DROP_AMBIGUOUS,
                FrameBuilder.tcp(SHARED, ends.client(), ACK, 1, 1).atBack().build());
        // the client's next segment tells which service it is
        Peer second = NAMES.withPort(92);
        Sent asked = bed.up(FrameBuilder.tcp(ends.client(), second, ACK | PSH, 1, 1)
                .payload(10)
                .build());
        assertEquals(SHARED, asked.packet().to());
        Sent answer = bed.down(
                FrameBuilder.tcp(SHARED, ends.client(), ACK, 1, 11).atBack().build());
        assertEquals(second, answer.packet().from());
    }
}
