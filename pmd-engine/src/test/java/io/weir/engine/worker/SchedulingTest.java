package io.weir.engine.worker;

import static io.weir.engine.testing.EngineBed.BACK;
import static io.weir.engine.testing.EngineBed.FRONT;
import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.FIN;
import static io.weir.engine.testing.FrameBuilder.SYN;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.engine.testing.EngineBed;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Sent;
import io.weir.engine.testing.Services;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The example of the LVS article. */
class SchedulingTest {
    private static final Peer CLIENT = Peer.of("202.100.1.2", 3456);
    private static final Peer WEB = Peer.of("202.103.106.5", 80);
    private static final Peer FIRST = Peer.of("172.16.0.2", 80);
    private static final Peer SECOND = Peer.of("172.16.0.3", 8000);

    @RegisterExtension
    final EngineBed bed = new EngineBed(Services.ofTheArticle());

    private Peer serverOf(Peer client, Peer called) {
        return bed.one(FRONT, FrameBuilder.tcp(client, called, SYN, 1, 0).build())
                .packet()
                .to();
    }

    @Test
    void shouldRewriteTheArticlesPackets() {
        assertEquals(SECOND, serverOf(CLIENT, WEB));
        Sent reply = bed.one(
                BACK, FrameBuilder.tcp(SECOND, CLIENT, SYN | ACK, 1, 2).atBack().build());
        assertEquals(WEB, reply.packet().from());
        assertEquals(CLIENT, reply.packet().to());
        assertEquals(SECOND.withPort(21), serverOf(CLIENT.withPort(3457), WEB.withPort(21)));
    }

    @Test
    void shouldDistributeExactlyByWeight() {
        Map<Peer, Integer> shares = new HashMap<>();
        for (int n = 0; n < 300; n++) {
            shares.merge(serverOf(CLIENT.withPort(10_000 + n), WEB), 1, Integer::sum);
        }
        assertEquals(Map.of(FIRST, 100, SECOND, 200), shares);
    }

    @Test
    void shouldStayWithTheServerForAsLongAsTheConnectionLasts() {
        for (int n = 0; n < 3; n++) {
            Peer client = CLIENT.withPort(10_000 + n);
            Peer server = serverOf(client, WEB);
            assertEquals(server, serverOf(client, WEB), "the SYN again");
            for (int flags : new int[] {ACK, ACK, FIN | ACK, ACK}) {
                byte[] segment =
                        FrameBuilder.tcp(client, WEB, flags, 2, 3).payload(5).build();
                assertEquals(server, bed.one(FRONT, segment).packet().to());
            }
        }
    }

    @Test
    void shouldScheduleASynOnceWhenItIsRepeatedInOneBurst() {
        byte[] syn = FrameBuilder.tcp(CLIENT, WEB, SYN, 1, 0).build();
        byte[] data = FrameBuilder.tcp(CLIENT, WEB, ACK, 2, 0).payload(9).build();
        bed.pass(FRONT, syn, syn, data)
                .forEach(sent -> assertEquals(SECOND, sent.packet().to()));
        assertEquals(1, bed.node().table(0).size());
    }
}
