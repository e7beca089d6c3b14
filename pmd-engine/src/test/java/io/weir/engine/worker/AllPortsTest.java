package io.weir.engine.worker;

import static io.weir.engine.testing.EngineBed.BACK;
import static io.weir.engine.testing.EngineBed.FRONT;
import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.SYN;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.engine.testing.Corpus;
import io.weir.engine.testing.EngineBed;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Services;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Services that stand for all ports of their address. */
class AllPortsTest {
    private static final Peer KEEPS_PORT = Corpus.SERVICE.withPort(0);
    private static final Peer ONE_PORT = Peer.of("202.103.106.6", 0);
    private static final Peer WEB = Peer.of("202.103.106.7", 80);
    private static final Peer SERVER = Peer.of("172.16.0.4", 0);

    @RegisterExtension
    final EngineBed bed = EngineBed.serving(
            Services.tcp(KEEPS_PORT, SERVER),
            Services.tcp(ONE_PORT, SERVER.withPort(9000)),
            Services.tcp(WEB, SERVER.withPort(80)));

    private void assertForwarded(Peer client, Peer called, Peer server) {
        byte[] syn = FrameBuilder.tcp(client, called, SYN, 1, 0).build();
        assertEquals(server, bed.one(FRONT, syn).packet().to());
        byte[] reply =
                FrameBuilder.tcp(server, client, SYN | ACK, 5, 2).atBack().build();
        assertEquals(called, bed.one(BACK, reply).packet().from());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 80, 9000, 65535})
    void shouldKeepThePortWhenTheServerStandsForAllPortsToo(int port) {
        assertForwarded(Corpus.CLIENT, KEEPS_PORT.withPort(port), SERVER.withPort(port));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 80, 9000, 65535})
    void shouldTranslateEveryPortWhenTheServerHasOne(int port) {
        assertForwarded(Corpus.CLIENT, ONE_PORT.withPort(port), SERVER.withPort(9000));
    }

    @Test
    void shouldTellFlowsApartWhenOnePortOfTheServerIsAlsoOfAnotherService() {
        assertForwarded(Corpus.CLIENT, WEB, SERVER.withPort(80));
        assertForwarded(Corpus.CLIENT.withPort(4000), KEEPS_PORT.withPort(80), SERVER.withPort(80));
    }
}
