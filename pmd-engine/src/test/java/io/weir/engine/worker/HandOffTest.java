package io.weir.engine.worker;

import static io.weir.engine.testing.EngineBed.BACK;
import static io.weir.engine.testing.EngineBed.FRONT;
import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.SYN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.steering.FlowHash;
import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowHasher;
import io.weir.engine.testing.Corpus;
import io.weir.engine.testing.EngineBed;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Seeded;
import io.weir.engine.testing.Sent;
import io.weir.engine.testing.Services;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several workers, and frames that arrive at any of them. */
class HandOffTest {
    private static final Peer WEB = Peer.of("202.103.106.5", 80);
    private static final Peer NAMES = Peer.of("202.103.106.5", 53);
    private static final Peer A = Peer.of("172.16.0.2", 80);
    private static final Peer B = Peer.of("172.16.0.3", 8000);

    @RegisterExtension
    final EngineBed bed = EngineBed.serving(
                    Services.service(6, WEB, Services.server(A, 1), Services.server(B, 2)),
                    Services.service(17, NAMES, Services.server(A.withPort(53), 1), Services.server(B, 2)))
            .workers(2);

    private final FlowHasher hasher = new FlowHasher(InMemoryNode.HASH_SEED);

    private int owner(Peer client, int workers) {
        return FlowHash.owner(
                hasher.hash(client.address().hi(), client.address().lo(), client.port()), workers);
    }

    /** A client whose flows this worker of two owns. */
    private Peer clientOf(int worker) {
        Peer client = Corpus.CLIENT;
        while (owner(client, 2) != worker) {
            client = client.withPort(client.port() + 1);
        }
        return client;
    }

    private Sent arrive(int worker, int port, byte[] frame) {
        bed.inject(worker, port, 0, frame);
        List<Sent> sent = bed.run();
        assertEquals(1, sent.size(), sent::toString);
        sent.getFirst().packet().assertChecksums();
        return sent.getFirst();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldBeForwardedByTheOwnerWhereverTheFramesArrive(int receiver) {
        for (int owner = 0; owner < 2; owner++) {
            Peer client = clientOf(owner);
            Sent request = arrive(
                    receiver, FRONT, FrameBuilder.tcp(client, WEB, SYN, 1, 0).build());
            assertEquals(owner, request.worker());
            Peer server = request.packet().to();
            for (int at = 0; at < 2; at++) {
                byte[] reply = FrameBuilder.tcp(server, client, SYN | ACK, 5, 2)
                        .atBack()
                        .build();
                assertEquals(owner, arrive(at, BACK, reply).worker());
                byte[] data =
                        FrameBuilder.tcp(client, WEB, ACK, 2, 6).payload(33).build();
                assertEquals(server, arrive(at, FRONT, data).packet().to());
            }
            assertEquals(1, bed.node().table(owner).size());
        }
        assertEquals(1 + 2 + 2, bed.count(Counter.HANDOFF_OUT));
    }

    @Test
    void shouldFinishUnfinishedChecksumsAtTheOwner() {
        Peer client = clientOf(1);
        bed.inject(
                0,
                FRONT,
                1,
                FrameBuilder.udp(client, NAMES, 55).partialChecksum().build());
        bed.run().forEach(sent -> sent.packet().assertChecksums());
        assertEquals(1, bed.node().counters(1).get(Counter.CHECKSUM_COMPLETED));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldTranslateFragmentsThatArriveTogetherWhoeverOwnsTheFlow(int receiver) {
        for (int owner = 0; owner < 2; owner++) {
            Peer client = clientOf(owner);
            for (byte[] part : FrameBuilder.udp(client, NAMES, 500).fragments(77 + owner, 200)) {
                Sent sent = arrive(receiver, FRONT, part);
                assertEquals(owner, sent.worker());
                assertEquals(client.address(), sent.packet().from().address());
            }
        }
        assertEquals(0, bed.count(Counter.DROP_FRAGMENT));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void shouldTranslateIcmpErrorsWhereverTheyArrive(int receiver) {
        for (int owner = 0; owner < 2; owner++) {
            Peer client = clientOf(owner);
            FrameBuilder request = FrameBuilder.udp(client, NAMES, 30).ttl(9).unpadded();
            byte[] forwarded = arrive(receiver, FRONT, request.build()).packet().packet();
            byte[] error =
                    FrameBuilder.icmp(A, client, 3, 3, 0, forwarded).atBack().build();
            Sent sent = arrive(receiver, BACK, error);
            assertEquals(owner, sent.worker());
            assertEquals(NAMES, sent.packet().quoted().to());
        }
        assertEquals(2, bed.count(Counter.ICMP_TRANSLATED));
    }

    @Test
    void shouldStayConsistentWhenEveryFrameArrivesAnywhere() {
        SplittableRandom random = Seeded.random("HandOffTest");
        Map<Peer, Peer> serverOf = new HashMap<>();
        for (int n = 0; n < 20_000; n++) {
            Peer client = Corpus.CLIENT.withPort(2000 + random.nextInt(500));
            boolean tcp = client.port() % 2 == 0;
            Peer service = tcp ? WEB : NAMES;
            Peer server = serverOf.get(client);
            boolean reply = server != null && random.nextBoolean();
            FrameBuilder frame = tcp
                    ? FrameBuilder.tcp(
                            reply ? server : client, reply ? client : service, server == null ? SYN : ACK, n, n)
                    : FrameBuilder.udp(reply ? server : client, reply ? client : service, 0);
            byte[] bytes =
                    (reply ? frame.atBack() : frame).payload(random.nextInt(64)).build();
            Sent sent = arrive(random.nextInt(2), reply ? BACK : FRONT, bytes);
            assertEquals(owner(client, 2), sent.worker());
            if (reply) {
                assertEquals(service, sent.packet().from());
                assertEquals(client, sent.packet().to());
            } else {
                assertEquals(client, sent.packet().from());
                serverOf.merge(client, sent.packet().to(), (before, now) -> {
                    assertEquals(before, now);
                    return now;
                });
            }
        }
        assertEquals(500, bed.count(Counter.FLOWS));
        assertTrue(bed.count(Counter.HANDOFF_OUT) > 8000);
    }

    @Test
    void shouldKeepTheOrderOfAFlowsPackets() {
        bed.workers(3);
        SplittableRandom random = Seeded.random("HandOffTest.order");
        List<Peer> clients = new ArrayList<>();
        for (int n = 0; n < 30; n++) {
            clients.add(Corpus.CLIENT.withPort(2000 + n));
        }
        Map<Peer, Integer> next = new HashMap<>();
        Map<Peer, Integer> seen = new HashMap<>();
        for (int round = 0; round < 200; round++) {
            for (int n = 0; n < 100; n++) {
                Peer client = clients.get(random.nextInt(clients.size()));
                int seq = next.merge(client, 1, Integer::sum);
                // a device sends a flow to one queue, whichever that is
                byte[] frame = FrameBuilder.tcp(client, WEB, seq == 1 ? SYN : ACK, seq, 0)
                        .build();
                bed.inject(client.port() % 3, FRONT, 0, frame);
            }
            for (Sent sent : bed.run()) {
                assertEquals(
                        seen.merge(sent.packet().from(), 1, Integer::sum),
                        sent.packet().seq());
            }
        }
        assertEquals(next, seen);
    }

    @Test
    void shouldCountWhatAFullRingToTheOwnerDoesNotTake() {
        Peer client = clientOf(1);
        byte[] datagram = FrameBuilder.udp(client, NAMES, 9).build();
        int ring = 1024;
        for (int n = 0; n < ring; n++) {
            bed.inject(0, FRONT, 0, datagram);
            if (n % 64 == 63) {
                bed.node().worker(0).doWork(); // the owner does nothing meanwhile
            }
        }
        bed.injectFrom(1, 0, FRONT, 0, datagram);
        bed.node().worker(0).doWork();
        assertEquals(1, bed.count(Counter.DROP_HANDOFF_FULL));
        assertEquals(ring, bed.run().size());
    }

    @Test
    void shouldAnswerForAddressesAtWhicheverWorkerIsAsked() {
        byte[] question = Corpus.frames().get("arp-request");
        byte[] ping = FrameBuilder.ping(Corpus.CLIENT, WEB, 9).build();
        for (int worker = 0; worker < 2; worker++) {
            assertEquals(worker, arrive(worker, FRONT, question).worker());
            Sent reply = arrive(worker, FRONT, ping);
            assertEquals(worker, reply.worker());
            assertArrayEquals(FrameBuilder.pattern(9), reply.packet().payload());
        }
    }
}
