package io.weir.engine.worker;

import static io.weir.engine.testing.EngineBed.BACK;
import static io.weir.engine.testing.EngineBed.FRONT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FragmentTable;
import io.weir.engine.testing.Corpus;
import io.weir.engine.testing.Dissection;
import io.weir.engine.testing.EngineBed;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Sent;
import io.weir.engine.testing.Services;
import io.weir.engine.testing.Sums;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FragmentTest {
    @RegisterExtension
    final EngineBed bed = new EngineBed(Services.ofEveryKind());

    /** A client, the service it calls, and the server. */
    record Ends(Peer client, Peer service, Peer server) {}

    static Stream<Ends> families() {
        return Stream.of(
                new Ends(Corpus.CLIENT, Corpus.SERVICE, Corpus.SERVER),
                new Ends(Corpus.CLIENT6, Corpus.SERVICE6, Corpus.SERVER6));
    }

    /** Puts the datagram together again and checks that it is whole. */
    private static void assertReassembles(List<Sent> parts, Peer from, Peer to, int length) {
        ByteBuffer datagram = ByteBuffer.allocate(8 + length);
        int bytes = 0;
        for (Sent part : parts) {
            Dissection packet = part.packet();
            assertEquals(from.address(), packet.from().address());
            assertEquals(to.address(), packet.to().address());
            datagram.put(packet.fragmentOffset(), packet.transport());
            bytes += packet.transport().length;
        }
        assertEquals(8 + length, bytes);
        assertEquals(from.port() << 16 | to.port(), datagram.getInt(0));
        assertEquals(0xffff, Sums.transportSum(from, to, FrameBuilder.UDP, datagram.array(), 0, bytes));
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldTranslateAllFragmentsOfADatagramBothWays(Ends ends) {
        List<Sent> request = bed.pass(
                FRONT, FrameBuilder.udp(ends.client, ends.service, 1000).fragments(0x1234, 400));
        assertReassembles(request, ends.client, ends.server, 1000);
        List<Sent> reply = bed.pass(
                BACK, FrameBuilder.udp(ends.server, ends.client, 3000).atBack().fragments(0x1234, 1024));
        assertReassembles(reply, ends.service, ends.client, 3000);
        assertEquals(2 + 2, bed.count(Counter.FRAGMENTS));
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldTellDatagramsApartWhenTheirFragmentsAreMixed(Ends ends) {
        Peer other = ends.client.withPort(999);
        byte[][] first = FrameBuilder.udp(ends.client, ends.service, 200).fragments(1, 160);
        byte[][] second = FrameBuilder.udp(other, ends.service, 200).fragments(2, 160);
        List<Sent> sent = bed.pass(FRONT, first[0], second[0], second[1], first[1]);
        assertReassembles(List.of(sent.get(0), sent.get(3)), ends.client, ends.server, 200);
        assertReassembles(List.of(sent.get(1), sent.get(2)), other, ends.server, 200);
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldDropALaterFragmentWhenTheFirstWasNotSeenOrIsForgotten(Ends ends) {
        byte[][] parts = FrameBuilder.udp(ends.client, ends.service, 200).fragments(7, 160);
        bed.none(FRONT, Counter.DROP_FRAGMENT, parts[1]);
        bed.one(FRONT, parts[0]);
        bed.skip(FragmentTable.LIFETIME_MS - 1);
        bed.one(FRONT, parts[1]);
        bed.skip(1);
        bed.none(FRONT, Counter.DROP_FRAGMENT, parts[1]);
    }

    @Test
    void shouldGiveOthersFragmentsToTheKernel() {
        bed.withKernel();
        byte[][] parts =
                FrameBuilder.udp(Corpus.CLIENT, Peer.of("9.9.9.9", 53), 200).fragments(7, 160);
        assertEquals(List.of(), bed.pass(FRONT, parts));
        assertEquals(2, bed.kernel().frames().size());
    }
}
