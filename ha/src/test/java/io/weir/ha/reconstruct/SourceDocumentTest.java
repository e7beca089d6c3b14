package io.weir.ha.reconstruct;

import static io.weir.engine.testing.EngineBed.BACK;
import static io.weir.engine.testing.EngineBed.FRONT;
import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.FIN;
import static io.weir.engine.testing.FrameBuilder.PSH;
import static io.weir.engine.testing.FrameBuilder.RST;
import static io.weir.engine.testing.FrameBuilder.SYN;
import static io.weir.ha.reconstruct.ReconstructionBed.assertAt;
import static io.weir.ha.reconstruct.ReconstructionBed.assertAtClient;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.service.ReconstructionPolicy;
import io.weir.engine.service.ReconstructionPolicy.Mode;
import io.weir.engine.service.ServiceSpec;
import io.weir.engine.testing.Dissection;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Sent;
import io.weir.engine.testing.Services;
import io.weir.scheduler.SchedulerKind;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code reconstruct = replay} step by step as CN 104348637 A has it, in its words: the table of what happens to a client's
 * and a server's packet with and without a record, the two differences, and both moves between primary and backup.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SourceDocumentTest {
    private static final String FAMILIES = "io.weir.ha.reconstruct.Ends#families";
    private static final Peer NAMES = Peer.of("202.103.106.5", 53);
    private static final Peer NAME_SERVER = Peer.of("172.16.0.2", 53);

    /** The client's packet P: SEQ, ACK, and the number behind it. */
    private static final int SEQ = 70_000;

    private static final int ACKNOWLEDGED = -3;
    private static final int END = SEQ + Ends.REQUEST.length;

    /** The server's first number in the supplementary connection. */
    private static final int ISN = 1_000_000_000;

    @RegisterExtension
    final ReconstructionBed backup = node();

    @RegisterExtension
    final ReconstructionBed primaryAgain = node();

    private static ReconstructionBed node() {
        ReconstructionPolicy replay = ReconstructionPolicy.of(Mode.REPLAY);
        return new ReconstructionBed(
                ReconstructionSettings.defaults(),
                Stream.concat(
                                Arrays.stream(Ends.services(SchedulerKind.RR, replay)),
                                Stream.of(Services.udp(NAMES, NAME_SERVER).with(replay)))
                        .toArray(ServiceSpec[]::new));
    }

    /** Handshake of a supplementary connection for P; what the node sends at its end: third packet and P. */
    private static Link supplementary(ReconstructionBed node, Ends ends, byte[] packet) {
        Link link = Link.of(ends, node.up(packet));
        List<Sent> sent = node.engine.pass(BACK, link.down(SYN | ACK, ISN, SEQ).build());
        Dissection third = link.assertAtServer(sent.get(0));
        assertEquals(ACK, third.flags());
        assertEquals(SEQ, third.seq());
        assertEquals(ISN + 1, third.ack());
        assertEquals(0, third.payload().length);
        assertArrayEquals(Ends.REQUEST, link.assertAtServer(sent.get(1)).payload());
        return link;
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    @Order(1)
    void shouldSendAClientsPacketToTheServerOfItsRecord(Ends ends) {
        Peer server = backup.up(ends.up(SYN, SEQ - 1, 0).build()).packet().to();
        for (int n = 0; n < 3; n++) { // round robin would choose others
            assertAt(server, ends, backup.up(ends.request(SEQ + n, 1)));
        }
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    @Order(2)
    void shouldOpenASupplementaryConnectionForADataPacketWithoutARecord(Ends ends) {
        Link link = supplementary(backup, ends, ends.request(SEQ, ACKNOWLEDGED));
        long record = backup.record();
        assertEquals(ends.client().port(), FlowRecord.clientPort(record));
        assertEquals(link.local().port(), FlowRecord.localPort(record));
        assertEquals(0, Mem.getInt(record + FlowRecord.SEQ_DELTA));
        assertEquals(ACKNOWLEDGED - (ISN + 1), Mem.getInt(record + FlowRecord.ACK_DELTA));
        assertEquals(1, backup.count(Counter.RECONSTRUCTED_REPLAY));
    }

    @ParameterizedTest
    @ValueSource(ints = {SYN, ACK, FIN | ACK})
    @Order(3)
    void shouldStoreAPlainRecordForAnythingElse(int flags) {
        for (Ends ends : List.of(Ends.V4, Ends.V6)) {
            Sent sent = backup.up(
                    ends.up(flags, SEQ, flags == SYN ? 0 : ACKNOWLEDGED).build());
            Peer server = sent.packet().to();
            assertAt(server, ends, sent);
            assertEquals(SEQ, sent.packet().seq());
            assertAt(server, ends, backup.up(ends.up(ACK, SEQ + 1, ACKNOWLEDGED).build()));
        }
        assertEquals(2, backup.count(Counter.FLOWS));
        assertEquals(0, backup.count(Counter.REPLAY_SENT));
    }

    @ParameterizedTest
    @ValueSource(ints = {4000, 4001})
    @Order(4)
    void shouldStoreAPlainRecordForADatagram(int port) {
        Peer client = Ends.V4.client().withPort(port);
        Sent sent = backup.up(FrameBuilder.udp(client, NAMES, 20).build());
        assertEquals(client, sent.packet().from());
        assertEquals(NAME_SERVER, sent.packet().to());
        assertEquals(0, FlowRecord.localPort(backup.record()));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    @Order(5)
    void shouldSendAServersPacketToTheClientOfItsRecord(Ends ends) {
        // plain: (source, destination) is (real server, client)
        Peer server = backup.up(ends.up(SYN, SEQ - 1, 0).build()).packet().to();
        Sent plain = backup.down(ends.down(server, SYN | ACK, 5, SEQ).build());
        assertAtClient(ends, plain);
        assertEquals(5, plain.packet().seq());
        // supplementary: it is (real server, local address)
        Ends other = ends.clientPort(4000);
        Link link = supplementary(backup, other, other.request(SEQ, ACKNOWLEDGED));
        Sent answer = backup.down(link.down(ACK | PSH, ISN + 1, END).payload(50).build());
        assertAtClient(other, answer);
        assertEquals(ACKNOWLEDGED, answer.packet().seq(), "SEQ + ackDelta");
        assertEquals(END, answer.packet().ack(), "ACK + seqDelta");
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    @Order(6)
    void shouldSendNoClientAServersPacketWithoutARecord(Ends ends) {
        Peer server = ends.servers().getFirst();
        assertEquals(
                List.of(),
                backup.engine.pass(BACK, ends.down(server, ACK, 1, 1).payload(9).build()));
        Peer local = ends.local().withPort(Ends.FIRST_PORT);
        backup.engine.none(
                BACK,
                Counter.DROP_NAT_NO_FLOW,
                FrameBuilder.tcp(server, local, ACK, 1, 1).atBack().build());
        assertEquals(0, backup.count(Counter.FORWARDED_TO_CLIENT));
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    @Order(7)
    void shouldTakeTheDifferencesOfBothNumbersFromTheThirdPacket(Ends ends) {
        // an older segment comes during the handshake: it is P, and the third packet's SEQ is not its own
        int older = SEQ - 1000;
        Link link = Link.of(ends, backup.up(ends.request(SEQ, ACKNOWLEDGED)));
        backup.engine.pass(
                FRONT, ends.up(ACK | PSH, older, ACKNOWLEDGED).payload(1000).build());
        List<Sent> sent =
                backup.engine.pass(BACK, link.down(SYN | ACK, ISN, SEQ).build());
        Dissection third = link.assertAtServer(sent.get(0));
        int seqDelta = older - third.seq();
        int ackDelta = ACKNOWLEDGED - third.ack();
        assertEquals(-1000, seqDelta);
        assertEquals(seqDelta, Mem.getInt(backup.record() + FlowRecord.SEQ_DELTA));
        assertEquals(ackDelta, Mem.getInt(backup.record() + FlowRecord.ACK_DELTA));
        // client → server: SEQ −= seqDelta, ACK −= ackDelta
        Dissection up = link.assertAtServer(
                backup.up(ends.up(ACK | PSH, END, ACKNOWLEDGED + 7).payload(5).build()));
        assertEquals(END - seqDelta, up.seq());
        assertEquals(ACKNOWLEDGED + 7 - ackDelta, up.ack());
        // server → client: SEQ += ackDelta, ACK += seqDelta
        Sent down = backup.down(
                link.down(ACK | PSH, ISN + 8, END - seqDelta).payload(9).build());
        assertAtClient(ends, down);
        assertEquals(ISN + 8 + ackDelta, down.packet().seq());
        assertEquals(END, down.packet().ack());
    }

    @ParameterizedTest
    @MethodSource(FAMILIES)
    @Order(8)
    void shouldGoOnWhenThePrimaryIsBackToo(Ends ends) {
        Link first = supplementary(backup, ends, ends.request(SEQ, ACKNOWLEDGED));
        backup.down(first.down(ACK | PSH, ISN + 1, END).payload(300).build());
        // the primary takes over again, and knows nothing either
        byte[] next = ends.up(ACK | PSH, END, ACKNOWLEDGED + 300)
                .payload(Ends.REQUEST)
                .build();
        Link second = Link.of(ends, primaryAgain.up(next));
        int otherIsn = -9;
        List<Sent> sent = primaryAgain.engine.pass(
                BACK, second.down(SYN | ACK, otherIsn, END).build());
        assertEquals(END, second.assertAtServer(sent.get(1)).seq());
        Sent answer = primaryAgain.down(second.down(ACK | PSH, otherIsn + 1, END + Ends.REQUEST.length)
                .payload(20)
                .build());
        assertAtClient(ends, answer);
        assertEquals(ACKNOWLEDGED + 300, answer.packet().seq(), "the client notices nothing");
        assertNotEquals(
                Mem.getInt(backup.record() + FlowRecord.ACK_DELTA),
                Mem.getInt(primaryAgain.record() + FlowRecord.ACK_DELTA));
        primaryAgain.up(ends.up(RST, END + Ends.REQUEST.length, 0).build());
    }
}
