package io.weir.engine.worker;

import static io.weir.engine.testing.EngineBed.BACK;
import static io.weir.engine.testing.EngineBed.FRONT;
import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.FIN;
import static io.weir.engine.testing.FrameBuilder.RST;
import static io.weir.engine.testing.FrameBuilder.SYN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.steering.NatPorts;
import io.weir.engine.counters.Counter;
import io.weir.engine.flow.LocalPorts;
import io.weir.engine.flow.TcpState;
import io.weir.engine.service.Forwarding;
import io.weir.engine.service.ServiceSpec;
import io.weir.engine.testing.Corpus;
import io.weir.engine.testing.EngineBed;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Seeded;
import io.weir.engine.testing.Sent;
import io.weir.engine.testing.Services;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Full NAT: the server talks to the node, and the client to the virtual address. */
class FullNatTest {
    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 300;
    private static final Peer LOCAL = Peer.of("172.16.0.1", 0);
    private static final Peer SECOND = Peer.of("172.16.0.200", 0);
    private static final Peer LOCAL6 = Peer.of("fd00::1", 0);
    private static final Peer NAT = Peer.of("202.103.106.6", 80);

    @RegisterExtension
    final EngineBed bed = bed().nat(
                    new NatPorts(FIRST_PORT, FIRST_PORT + PORTS - 1),
                    LOCAL.address(),
                    SECOND.address(),
                    LOCAL6.address());

    @RegisterExtension
    final EngineBed narrow = bed().nat(new NatPorts(FIRST_PORT, FIRST_PORT + 1), LOCAL.address());

    @RegisterExtension
    final EngineBed pair =
            bed().workers(2).nat(new NatPorts(FIRST_PORT, FIRST_PORT + PORTS - 1), LOCAL.address(), LOCAL6.address());

    /** A client, the service it calls, and the server that gets it. */
    record Ends(Peer client, Peer service, Peer server) {
        Ends clientPort(int port) {
            return new Ends(client.withPort(port), service, server);
        }

        byte[] up(int flags, int seq) {
            return FrameBuilder.tcp(client, service, flags, seq, 1).build();
        }
    }

    static Stream<Ends> families() {
        return Stream.of(
                new Ends(Corpus.CLIENT, Corpus.SERVICE, Corpus.SERVER),
                new Ends(Corpus.CLIENT6, Corpus.SERVICE6, Corpus.SERVER6));
    }

    private static EngineBed bed() {
        List<ServiceSpec> services = new ArrayList<>();
        Services.ofEveryKind().forEach(service -> services.add(service.with(Forwarding.FULLNAT)));
        services.add(Services.tcp(NAT, Corpus.SERVER));
        return new EngineBed(services).withKernel();
    }

    private static void assertLocal(Ends ends, Peer from) {
        Set<?> addresses = ends.client.isV6() ? Set.of(LOCAL6.address()) : Set.of(LOCAL.address(), SECOND.address());
        assertTrue(addresses.contains(from.address()), from::toString);
        assertTrue(from.port() >= FIRST_PORT && from.port() < FIRST_PORT + PORTS, from::toString);
    }

    private static byte[] down(Ends ends, Peer local, int flags) {
        return FrameBuilder.tcp(ends.server, local, flags, 9, 8)
                .payload(11)
                .atBack()
                .build();
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldExchangeBothEndsBothWaysWhenTcp(Ends ends) {
        Sent request = bed.one(FRONT, ends.up(SYN, 7));
        Peer local = request.packet().from();
        assertEquals(BACK, request.port());
        assertLocal(ends, local);
        assertEquals(ends.server, request.packet().to());
        assertEquals(7, request.packet().seq());
        assertEquals(63, request.packet().ttl());
        assertEquals(InMemoryNode.SERVER_MAC, request.packet().destinationMac());
        Sent reply = bed.one(BACK, down(ends, local, SYN | ACK));
        assertEquals(FRONT, reply.port());
        assertEquals(ends.service, reply.packet().from());
        assertEquals(ends.client, reply.packet().to());
        assertEquals(9, reply.packet().seq());
        assertEquals(8, reply.packet().ack());
        assertArrayEquals(FrameBuilder.pattern(11), reply.packet().payload());
        assertEquals(InMemoryNode.CLIENT_MAC, reply.packet().destinationMac());
        assertEquals(local, bed.one(FRONT, ends.up(ACK, 8)).packet().from(), "the flow keeps its port");
        bed.skip(60_000); // a quiet flow is no special one
        assertEquals(local, bed.one(FRONT, ends.up(ACK, 8)).packet().from());
        bed.skip(60_000);
        assertEquals(
                ends.service, bed.one(BACK, down(ends, local, ACK)).packet().from());
        assertEquals(1, bed.count(Counter.FLOWS_CREATED));
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldExchangeBothEndsBothWaysWhenUdp(Ends ends) {
        Sent request =
                bed.one(FRONT, FrameBuilder.udp(ends.client, ends.service, 33).build());
        Peer local = request.packet().from();
        assertLocal(ends, local);
        assertEquals(ends.server, request.packet().to());
        Sent reply = bed.one(
                BACK, FrameBuilder.udp(ends.server, local, 1200).atBack().build());
        assertEquals(ends.service, reply.packet().from());
        assertEquals(ends.client, reply.packet().to());
        assertArrayEquals(FrameBuilder.pattern(1200), reply.packet().payload());
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldKeepEveryChecksumRightWhenPacketsAreRandom(Ends ends) {
        SplittableRandom random = Seeded.random("FullNatTest.checksums");
        for (int n = 0; n < 3000; n++) {
            byte[] payload = new byte[random.nextInt(120)];
            random.nextBytes(payload);
            Peer client = new Peer(ends.client.address(), 1024 + random.nextInt(100));
            boolean tcp = random.nextBoolean();
            FrameBuilder builder = tcp
                    ? FrameBuilder.tcp(client, ends.service, SYN, random.nextInt(), random.nextInt())
                    : FrameBuilder.udp(client, ends.service, 0);
            Peer local = bed.one(
                            FRONT,
                            builder.payload(payload)
                                    .ttl(2 + random.nextInt(254))
                                    .build())
                    .packet()
                    .from();
            FrameBuilder answer = tcp
                    ? FrameBuilder.tcp(ends.server, local, ACK, random.nextInt(), random.nextInt())
                    : FrameBuilder.udp(ends.server, local, 0);
            assertEquals(
                    client,
                    bed.one(BACK, answer.payload(payload).atBack().build())
                            .packet()
                            .to());
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldTreatAnAbsentOrUnfinishedChecksumAsNatDoes(Ends ends) {
        FrameBuilder absent = FrameBuilder.udp(ends.client, ends.service, 20).withoutChecksum();
        assertEquals(0, bed.one(FRONT, absent.build()).packet().checksum());
        FrameBuilder partial = FrameBuilder.udp(ends.client, ends.service, 20).partialChecksum();
        bed.onePartial(FRONT, partial.build());
        assertEquals(1, bed.count(Counter.CHECKSUM_COMPLETED));
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldTranslateAllFragmentsOfADatagramBothWays(Ends ends) {
        List<Sent> request = bed.pass(
                FRONT, FrameBuilder.udp(ends.client, ends.service, 1000).fragments(0x1234, 400));
        Peer local = request.getFirst().packet().from();
        assertEquals(3, request.size());
        request.forEach(
                part -> assertEquals(local.address(), part.packet().from().address()));
        List<Sent> reply = bed.pass(
                BACK, FrameBuilder.udp(ends.server, local, 1000).atBack().fragments(0x77, 400));
        assertEquals(3, reply.size());
        reply.forEach(part -> {
            assertEquals(ends.service.address(), part.packet().from().address());
            assertEquals(ends.client.address(), part.packet().to().address());
        });
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldTellBothEndsOfErrorsAsTheySentThePacket(Ends ends) {
        bed.keepTtl();
        boolean v6 = ends.client.isV6();
        Peer router = Peer.of(v6 ? "2001:db8:99::9" : "10.9.9.9", 0);
        FrameBuilder request = FrameBuilder.udp(ends.client, ends.service, 44).unpadded();
        Sent forwarded = bed.one(FRONT, request.build());
        Peer local = forwarded.packet().from();
        Sent toClient = bed.one(
                BACK,
                FrameBuilder.icmp(
                                router,
                                local,
                                v6 ? 2 : 3,
                                v6 ? 0 : 4,
                                1400,
                                forwarded.packet().packet())
                        .atBack()
                        .build());
        assertEquals(FRONT, toClient.port());
        assertEquals(ends.service.address(), toClient.packet().from().address());
        assertEquals(ends.client.address(), toClient.packet().to().address());
        assertArrayEquals(request.packet(), toClient.packet().payload());
        FrameBuilder reply = FrameBuilder.udp(ends.server, local, 77).atBack().unpadded();
        Sent translated = bed.one(BACK, reply.build());
        Sent toServer = bed.one(
                FRONT,
                FrameBuilder.icmp(
                                router,
                                ends.service,
                                v6 ? 2 : 3,
                                v6 ? 0 : 4,
                                1400,
                                translated.packet().packet())
                        .build());
        assertEquals(BACK, toServer.port());
        assertEquals(ends.server.address(), toServer.packet().to().address());
        assertArrayEquals(reply.packet(), toServer.packet().payload());
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldDropWhatComesToAPortFromAnotherThanItsServer(Ends ends) {
        Peer local = bed.one(FRONT, ends.up(SYN, 7)).packet().from();
        Peer free = local.withPort(local.port() == FIRST_PORT ? FIRST_PORT + 1 : local.port() - 1);
        bed.none(BACK, Counter.DROP_NAT_NO_FLOW, down(ends, free, ACK));
        Ends otherProtocol = ends;
        bed.none(
                BACK,
                Counter.DROP_NAT_NO_FLOW,
                FrameBuilder.udp(otherProtocol.server, local, 5).atBack().build());
    }

    @Test
    void shouldGiveToTheKernelWhatTheServerSendsPastTheNode() {
        Ends ends = families().findFirst().orElseThrow();
        EngineBed only = bed;
        only.one(FRONT, ends.up(SYN, 7));
        assertEquals(List.of(), only.pass(BACK, down(ends, ends.client, ACK)));
        assertEquals(1, only.count(Counter.EXCEPTION_KERNEL));
    }

    @Test
    void shouldStandBesideNatOnTheSameServerForTheSameClient() {
        Ends ends = families().findFirst().orElseThrow();
        Peer local = bed.one(FRONT, ends.up(SYN, 7)).packet().from();
        Sent plain =
                bed.one(FRONT, FrameBuilder.tcp(ends.client, NAT, SYN, 1, 0).build());
        assertEquals(ends.client, plain.packet().from());
        assertEquals(
                NAT, bed.one(BACK, down(ends, ends.client, SYN | ACK)).packet().from());
        assertEquals(
                ends.service,
                bed.one(BACK, down(ends, local, SYN | ACK)).packet().from());
    }

    @Test
    void shouldRefuseWhenAllPortsAreInUseAndServeAgainWhenOneHasRested() {
        Ends ends = families().findFirst().orElseThrow();
        Set<Peer> locals = new HashSet<>();
        for (int port = 5000; port < 5002; port++) {
            locals.add(
                    narrow.one(FRONT, ends.clientPort(port).up(SYN, 7)).packet().from());
        }
        assertEquals(2, locals.size());
        Ends third = ends.clientPort(5002);
        Sent refused = narrow.one(FRONT, third.up(SYN, 7));
        assertEquals(FRONT, refused.port());
        assertEquals(RST | ACK, refused.packet().flags());
        assertEquals(1, narrow.count(Counter.DROP_NO_LOCAL_PORT));
        assertEquals(2, narrow.count(Counter.FLOWS));
        narrow.one(FRONT, ends.clientPort(5000).up(ACK, 8));
        Peer local =
                narrow.one(FRONT, ends.clientPort(5000).up(RST, 8)).packet().from();
        narrow.one(FRONT, ends.clientPort(5001).up(ACK, 8));
        narrow.advance(narrow.timeoutMs(TcpState.CLOSE) + 1);
        narrow.one(FRONT, ends.clientPort(5001).up(ACK, 8));
        assertEquals(1, narrow.pass(FRONT, third.up(SYN, 7)).size(), "refused: the port still rests");
        assertEquals(2, narrow.count(Counter.DROP_NO_LOCAL_PORT));
        narrow.advance(LocalPorts.QUARANTINE_SECONDS * 1000L);
        assertEquals(local, narrow.one(FRONT, third.up(SYN, 7)).packet().from());
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldTakeAnotherPortWhenTheClientReusesItsOwn(Ends ends) {
        Peer local = bed.one(FRONT, ends.up(SYN, 7)).packet().from();
        bed.one(BACK, down(ends, local, SYN | ACK));
        bed.one(FRONT, ends.up(FIN | ACK, 8));
        bed.one(BACK, down(ends, local, FIN | ACK));
        assertNotEquals(local, bed.one(FRONT, ends.up(SYN, 900)).packet().from());
        bed.none(BACK, Counter.DROP_NAT_NO_FLOW, down(ends, local, ACK));
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldBringAnswersToTheFlowsWorkerWhereverTheyArrive(Ends ends) {
        for (int port = 7000; port < 7020; port++) {
            for (int receiver = 0; receiver < 2; receiver++) {
                Ends one = ends.clientPort(port);
                pair.inject(receiver, FRONT, 0, one.up(SYN, 7));
                Sent request = pair.run().getFirst();
                pair.inject(1 - receiver, BACK, 0, down(ends, request.packet().from(), SYN | ACK));
                Sent reply = pair.run().getFirst();
                assertEquals(one.client, reply.packet().to());
                assertEquals(request.worker(), reply.worker());
            }
        }
    }
}
