package io.weir.engine.worker;

import static io.weir.engine.testing.EngineBed.BACK;
import static io.weir.engine.testing.EngineBed.FRONT;
import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.SYN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.weir.bindings.steering.FlowHash;
import io.weir.engine.counters.Counter;
import io.weir.engine.counters.ServerStats;
import io.weir.engine.flow.FlowHasher;
import io.weir.engine.testing.Corpus;
import io.weir.engine.testing.EngineBed;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Seeded;
import io.weir.engine.testing.Sent;
import io.weir.engine.testing.Services;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NatTest {
    @RegisterExtension
    final EngineBed bed = new EngineBed(Services.ofEveryKind());

    /** A client, the service it calls, and the server that must get it. */
    record Ends(Peer client, Peer service, Peer server) {}

    static Stream<Ends> families() {
        return Stream.of(
                new Ends(Corpus.CLIENT, Corpus.SERVICE, Corpus.SERVER),
                new Ends(Corpus.CLIENT6, Corpus.SERVICE6, Corpus.SERVER6));
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldTranslateBothWaysWhenTcp(Ends ends) {
        Sent request = bed.one(
                FRONT, FrameBuilder.tcp(ends.client, ends.service, SYN, 7, 0).build());
        assertEquals(BACK, request.port());
        assertEquals(ends.client, request.packet().from());
        assertEquals(ends.server, request.packet().to());
        assertEquals(7, request.packet().seq());
        assertEquals(SYN, request.packet().flags());
        assertEquals(63, request.packet().ttl());
        assertEquals(InMemoryNode.BACK_MAC, request.packet().sourceMac());
        assertEquals(InMemoryNode.SERVER_MAC, request.packet().destinationMac());
        Sent reply = bed.one(
                BACK,
                FrameBuilder.tcp(ends.server, ends.client, SYN | ACK, 9, 8)
                        .payload(11)
                        .atBack()
                        .build());
        assertEquals(FRONT, reply.port());
        assertEquals(ends.service, reply.packet().from());
        assertEquals(ends.client, reply.packet().to());
        assertArrayEquals(FrameBuilder.pattern(11), reply.packet().payload());
        assertEquals(InMemoryNode.FRONT_MAC, reply.packet().sourceMac());
        assertEquals(InMemoryNode.CLIENT_MAC, reply.packet().destinationMac());
        assertEquals(1, bed.count(Counter.FORWARDED_TO_SERVER));
        assertEquals(1, bed.count(Counter.FORWARDED_TO_CLIENT));
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldTranslateBothWaysWhenUdp(Ends ends) {
        Sent request =
                bed.one(FRONT, FrameBuilder.udp(ends.client, ends.service, 33).build());
        assertEquals(ends.server, request.packet().to());
        assertArrayEquals(FrameBuilder.pattern(33), request.packet().payload());
        Sent reply = bed.one(
                BACK, FrameBuilder.udp(ends.server, ends.client, 1200).atBack().build());
        assertEquals(ends.service, reply.packet().from());
        assertEquals(ends.client, reply.packet().to());
        assertArrayEquals(FrameBuilder.pattern(1200), reply.packet().payload());
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldKeepEveryChecksumRightWhenPacketsAreRandom(Ends ends) {
        SplittableRandom random = Seeded.random("NatTest.checksums");
        for (int n = 0; n < 5000; n++) {
            byte[] payload = new byte[random.nextInt(120)];
            random.nextBytes(payload);
            Peer client = new Peer(ends.client.address(), 1024 + random.nextInt(200));
            boolean tcp = random.nextBoolean();
            FrameBuilder builder = tcp
                    ? FrameBuilder.tcp(client, ends.service, SYN, random.nextInt(), random.nextInt())
                    : FrameBuilder.udp(client, ends.service, 0);
            bed.one(FRONT, builder.payload(payload).ttl(2 + random.nextInt(254)).build());
            FrameBuilder answer = tcp
                    ? FrameBuilder.tcp(ends.server, client, ACK, random.nextInt(), random.nextInt())
                    : FrameBuilder.udp(ends.server, client, 0);
            bed.one(BACK, answer.payload(payload).atBack().build());
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldLeaveAUdpChecksumOfZeroAlone(Ends ends) {
        Sent request = bed.one(
                FRONT,
                FrameBuilder.udp(ends.client, ends.service, 20)
                        .withoutChecksum()
                        .build());
        assertEquals(0, request.packet().checksum());
    }

    @Test
    void shouldNeverSendAUdpChecksumOfZeroForOneThatWasThere() {
        for (int value = 0; value < 65536; value++) {
            byte[] payload = {(byte) (value >>> 8), (byte) value};
            Sent sent = bed.one(
                    FRONT,
                    FrameBuilder.udp(Corpus.CLIENT, Corpus.SERVICE, 0)
                            .payload(payload)
                            .build());
            assertNotEquals(0, sent.packet().checksum());
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldFinishAChecksumThatTheSenderLeftUnfinished(Ends ends) {
        bed.onePartial(
                FRONT,
                FrameBuilder.udp(ends.client, ends.service, 33)
                        .partialChecksum()
                        .build());
        bed.onePartial(
                FRONT,
                FrameBuilder.tcp(ends.client, ends.service, SYN, 1, 2)
                        .payload(7)
                        .partialChecksum()
                        .build());
        bed.onePartial(
                BACK,
                FrameBuilder.tcp(ends.server, ends.client, ACK, 1, 2)
                        .payload(1000)
                        .partialChecksum()
                        .atBack()
                        .build());
        assertEquals(3, bed.count(Counter.CHECKSUM_COMPLETED));
    }

    @Test
    void shouldKeepIpOptionsAndTcpOptions() {
        byte[] options = {1, 1, 1, 1, 1, 1, 1, 0};
        byte[] mss = {2, 4, 5, (byte) 0xb4};
        Sent sent = bed.one(
                FRONT,
                FrameBuilder.tcp(Corpus.CLIENT, Corpus.SERVICE, SYN, 1, 0)
                        .options(options)
                        .tcpOptions(mss)
                        .payload(3)
                        .build());
        assertEquals(28 + 24 + 3, sent.packet().packetLength());
        assertArrayEquals(FrameBuilder.pattern(3), sent.packet().payload());
    }

    @Test
    void shouldTranslateBehindIpv6ExtensionHeaders() {
        byte[] chain = {60, 0, 1, 4, 0, 0, 0, 0, 6, 0, 1, 4, 0, 0, 0, 0};
        Sent sent = bed.one(
                FRONT,
                FrameBuilder.tcp(Corpus.CLIENT6, Corpus.SERVICE6, SYN, 1, 0)
                        .extensions(0, chain)
                        .payload(5)
                        .build());
        assertEquals(Corpus.SERVER6, sent.packet().to());
        assertArrayEquals(FrameBuilder.pattern(5), sent.packet().payload());
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldKeepTheTtlWhenToldSo(Ends ends) {
        bed.keepTtl();
        byte[] syn =
                FrameBuilder.tcp(ends.client, ends.service, SYN, 7, 0).ttl(1).build();
        assertEquals(1, bed.one(FRONT, syn).packet().ttl());
        byte[] reply = FrameBuilder.tcp(ends.server, ends.client, SYN | ACK, 7, 0)
                .ttl(200)
                .atBack()
                .build();
        assertEquals(200, bed.one(BACK, reply).packet().ttl());
    }

    @Test
    void shouldCountPacketsAndBytesOfTheServer() {
        bed.one(FRONT, FrameBuilder.udp(Corpus.CLIENT, Corpus.SERVICE, 100).build());
        bed.one(FRONT, FrameBuilder.udp(Corpus.CLIENT, Corpus.SERVICE, 1).build());
        bed.one(
                BACK,
                FrameBuilder.udp(Corpus.SERVER, Corpus.CLIENT, 10).atBack().build());
        int slot = bed.node()
                .registry()
                .slot(Services.udp(Corpus.SERVICE, Corpus.SERVER).key(), Corpus.SERVER.address(), 8000);
        ServerStats stats = bed.node().stats();
        assertEquals(2, stats.sum(slot, ServerStats.PACKETS_IN));
        assertEquals(128 + 29, stats.sum(slot, ServerStats.BYTES_IN));
        assertEquals(1, stats.sum(slot, ServerStats.PACKETS_OUT));
        assertEquals(38, stats.sum(slot, ServerStats.BYTES_OUT));
        assertEquals(1, stats.sum(slot, ServerStats.CONNECTIONS));
        assertEquals(1, stats.sumInt(slot, ServerStats.ACTIVE));
    }

    @Test
    void shouldCountAFrameOnceWhenTheTransmitRingIsFull() {
        bed.workers(2);
        int owner = 0;
        Peer client = clientOf(owner);
        byte[] datagram = FrameBuilder.udp(client, Corpus.SERVICE, 10).build();
        int ring = 1024;
        for (int n = 0; n < ring; n++) {
            bed.inject(owner, FRONT, 0, datagram);
        }
        for (int cycle = 0; cycle < ring / 64; cycle++) {
            bed.node().worker(owner).doWork();
        }
        bed.injectFrom(1, owner, FRONT, 0, datagram);
        bed.injectFrom(
                1,
                owner,
                BACK,
                0,
                FrameBuilder.udp(Corpus.SERVER, client, 10).atBack().build());
        bed.node().worker(owner).doWork();
        assertEquals(1, bed.count(Counter.DROP_TX_FULL));
        assertEquals(ring, bed.count(Counter.FORWARDED_TO_SERVER));
        assertEquals(1, bed.count(Counter.FORWARDED_TO_CLIENT));
        assertEquals(ring + 1, bed.run().size());
    }

    /** A client whose flows this worker of two owns. */
    private static Peer clientOf(int owner) {
        FlowHasher hasher = new FlowHasher(InMemoryNode.HASH_SEED);
        Peer client = Corpus.CLIENT;
        while (FlowHash.owner(
                        hasher.hash(client.address().hi(), client.address().lo(), client.port()), 2)
                != owner) {
            client = client.withPort(client.port() + 1);
        }
        return client;
    }
}
