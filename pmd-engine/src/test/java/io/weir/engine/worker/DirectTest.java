package io.weir.engine.worker;

import static io.weir.engine.testing.EngineBed.BACK;
import static io.weir.engine.testing.EngineBed.FRONT;
import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.FIN;
import static io.weir.engine.testing.FrameBuilder.RST;
import static io.weir.engine.testing.FrameBuilder.SYN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.FlowTable;
import io.weir.engine.flow.TcpState;
import io.weir.engine.packet.Transport;
import io.weir.engine.service.Forwarding;
import io.weir.engine.service.NextHop;
import io.weir.engine.service.ServiceRegistry;
import io.weir.engine.service.ServiceSpec;
import io.weir.engine.testing.Corpus;
import io.weir.engine.testing.EngineBed;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Seeded;
import io.weir.engine.testing.Sent;
import io.weir.engine.testing.Services;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** VS/DR: the virtual address stays, the frame goes to the server, and its answers are never seen. */
class DirectTest {
    private static final Peer TWIN = Corpus.SERVICE.withPort(81);
    private static final Peer NAT = Peer.of("202.103.106.6", 80);

    @RegisterExtension
    final EngineBed bed = new EngineBed(services()).withKernel();

    /** A client, the service it calls, and the server that gets it. */
    record Ends(Peer client, Peer service, Peer server) {
        /** What the server is called under: the virtual address and its own port. */
        Peer called() {
            return service.withPort(server.port());
        }
    }

    static Stream<Ends> families() {
        return Stream.of(
                new Ends(Corpus.CLIENT, Corpus.SERVICE, Corpus.SERVER),
                new Ends(Corpus.CLIENT6, Corpus.SERVICE6, Corpus.SERVER6),
                new Ends(Corpus.CLIENT, Corpus.SERVICE.withPort(21), Corpus.SERVER.withPort(21)),
                new Ends(Corpus.CLIENT6, Corpus.SERVICE6.withPort(21), Corpus.SERVER6.withPort(21)));
    }

    private static List<ServiceSpec> services() {
        List<ServiceSpec> services = families()
                .flatMap(ends -> Stream.of(
                        Services.tcp(ends.service, ends.server).with(Forwarding.DR),
                        Services.udp(ends.service, ends.server).with(Forwarding.DR)))
                .collect(java.util.stream.Collectors.toList());
        services.add(Services.tcp(TWIN, Corpus.SERVER).with(Forwarding.DR));
        services.add(Services.tcp(NAT, Corpus.SERVER.withPort(9000)));
        return services;
    }

    private static void assertSentTo(Ends ends, Sent sent) {
        assertEquals(BACK, sent.port());
        assertEquals(InMemoryNode.SERVER_MAC, sent.packet().destinationMac());
        assertEquals(InMemoryNode.BACK_MAC, sent.packet().sourceMac());
        assertEquals(ends.client, sent.packet().from());
        assertEquals(ends.called(), sent.packet().to());
        assertEquals(63, sent.packet().ttl());
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldKeepTheVirtualAddressAndGoToTheServersMac(Ends ends) {
        Sent opening = bed.one(
                FRONT, FrameBuilder.tcp(ends.client, ends.service, SYN, 7, 0).build());
        assertSentTo(ends, opening);
        assertEquals(7, opening.packet().seq());
        Sent request = bed.one(
                FRONT,
                FrameBuilder.tcp(ends.client, ends.service, ACK, 8, 9)
                        .payload(300)
                        .build());
        assertSentTo(ends, request);
        assertArrayEquals(FrameBuilder.pattern(300), request.packet().payload());
        assertSentTo(
                ends,
                bed.one(FRONT, FrameBuilder.udp(ends.client, ends.service, 1200).build()));
        assertEquals(3, bed.count(Counter.FORWARDED_TO_SERVER));
        assertEquals(2, bed.count(Counter.FLOWS_CREATED));
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldKeepEveryChecksumRightWhenPacketsAreRandom(Ends ends) {
        SplittableRandom random = Seeded.random("DirectTest.checksums");
        for (int n = 0; n < 3000; n++) {
            byte[] payload = new byte[random.nextInt(120)];
            random.nextBytes(payload);
            Peer client = new Peer(ends.client.address(), 1024 + random.nextInt(200));
            FrameBuilder builder = random.nextBoolean()
                    ? FrameBuilder.tcp(client, ends.service, SYN, random.nextInt(), random.nextInt())
                    : FrameBuilder.udp(client, ends.service, 0);
            bed.one(FRONT, builder.payload(payload).ttl(2 + random.nextInt(254)).build());
        }
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldFinishAChecksumThatAnOffloadWasToFinish(Ends ends) {
        FrameBuilder request = FrameBuilder.tcp(ends.client, ends.service, SYN, 7, 0)
                .payload(40)
                .partialChecksum();
        assertSentTo(ends, bed.onePartial(FRONT, request.build()));
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldSendAllFragmentsOfADatagramTheSameWay(Ends ends) {
        List<Sent> parts = bed.pass(
                FRONT, FrameBuilder.udp(ends.client, ends.service, 1000).fragments(0x1234, 400));
        assertEquals(3, parts.size());
        for (Sent part : parts) {
            assertEquals(InMemoryNode.SERVER_MAC, part.packet().destinationMac());
            assertEquals(ends.service.address(), part.packet().to().address());
        }
        assertEquals(ends.called(), parts.getFirst().packet().to());
        assertEquals(2, bed.count(Counter.FRAGMENTS));
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldTellTheServerOfAnErrorAboutItsReplyAsItSentIt(Ends ends) {
        bed.one(FRONT, FrameBuilder.tcp(ends.client, ends.service, SYN, 7, 0).build());
        byte[] asTheClientGotIt = FrameBuilder.tcp(ends.service, ends.client, ACK, 9, 8)
                .payload(77)
                .unpadded()
                .packet();
        byte[] asTheServerSentIt = FrameBuilder.tcp(ends.called(), ends.client, ACK, 9, 8)
                .payload(77)
                .unpadded()
                .packet();
        boolean v6 = ends.client.isV6();
        Peer router = Peer.of(v6 ? "2001:db8:99::9" : "10.9.9.9", 0);
        Sent sent = bed.one(
                FRONT,
                FrameBuilder.icmp(router, ends.service, v6 ? 2 : 3, v6 ? 0 : 4, 1400, asTheClientGotIt)
                        .build());
        assertEquals(BACK, sent.port());
        assertEquals(InMemoryNode.SERVER_MAC, sent.packet().destinationMac());
        assertEquals(router.address(), sent.packet().from().address());
        assertEquals(ends.service.address(), sent.packet().to().address());
        assertEquals(1400, sent.packet().icmpRest());
        assertArrayEquals(asTheServerSentIt, sent.packet().payload());
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldTellTheClientWhatKeepsItsPacketsFromTheServer(Ends ends) {
        boolean v6 = ends.client.isV6();
        Sent expired = bed.one(
                FRONT,
                FrameBuilder.tcp(ends.client, ends.service, SYN, 7, 0).ttl(1).build());
        assertEquals(FRONT, expired.port());
        assertEquals(v6 ? 3 : 11, expired.packet().icmpType());
        assertEquals(1, bed.count(Counter.DROP_TTL));
        bed.one(FRONT, FrameBuilder.ping(ends.client, ends.service, 57).build());
        assertEquals(1, bed.count(Counter.REPLY_ECHO));
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldLeaveWhatTheServerSaysOfItsOwnToTheKernel(Ends ends) {
        bed.one(FRONT, FrameBuilder.tcp(ends.client, ends.service, SYN, 7, 0).build());
        assertEquals(
                List.of(),
                bed.pass(
                        BACK,
                        FrameBuilder.tcp(ends.server, ends.client, SYN | ACK, 9, 8)
                                .atBack()
                                .build()));
        assertEquals(1, bed.count(Counter.EXCEPTION_KERNEL));
    }

    private void client(int flags) {
        bed.one(
                FRONT,
                FrameBuilder.tcp(Corpus.CLIENT, Corpus.SERVICE, flags, 1, 1).build());
    }

    private TcpState state() {
        FlowTable table = bed.node().table(0);
        for (long n = 0; n < table.slots(); n++) {
            if (Mem.getLong(table.slot(n) + FlowRecord.KEY) != 0) {
                return TcpState.of(FlowRecord.state(table.slot(n)));
            }
        }
        throw new AssertionError("there is no flow");
    }

    @Test
    void shouldFollowAConnectionByItsClientAlone() {
        client(SYN);
        assertEquals(TcpState.SYN_RECV, state());
        client(ACK);
        assertEquals(TcpState.ESTABLISHED, state());
        client(FIN | ACK);
        assertEquals(TcpState.FIN_WAIT, state(), "where NAT, which waits for the server's FIN, says CLOSE_WAIT");
        client(ACK);
        assertEquals(TcpState.FIN_WAIT, state());
        client(RST);
        assertEquals(TcpState.CLOSE, state());
        client(SYN);
        assertEquals(TcpState.SYN_RECV, state(), "the port is used again");
    }

    @Test
    void shouldRefuseTheSecondOfTwoFlowsThatTheServerCouldNotTellApart() {
        client(SYN);
        bed.none(
                FRONT,
                Counter.DROP_TUPLE_CONFLICT,
                FrameBuilder.tcp(Corpus.CLIENT, TWIN, SYN, 1, 0).build());
    }

    @Test
    void shouldServeByNatBesideItAsBefore() {
        Sent request =
                bed.one(FRONT, FrameBuilder.tcp(Corpus.CLIENT, NAT, SYN, 7, 0).build());
        assertEquals(Corpus.SERVER.withPort(9000), request.packet().to());
        Sent reply = bed.one(
                BACK,
                FrameBuilder.tcp(Corpus.SERVER.withPort(9000), Corpus.CLIENT, SYN | ACK, 9, 8)
                        .atBack()
                        .build());
        assertEquals(NAT, reply.packet().from());
    }

    @Test
    void shouldGoOnByNatWithConnectionsThatBeganSoWhenTheServiceChanges() {
        Sent before =
                bed.one(FRONT, FrameBuilder.tcp(Corpus.CLIENT, NAT, SYN, 7, 0).build());
        apply(Services.tcp(NAT, Corpus.SERVER.withPort(9000)).with(Forwarding.DR));
        Sent request =
                bed.one(FRONT, FrameBuilder.tcp(Corpus.CLIENT, NAT, ACK, 8, 9).build());
        assertEquals(before.packet().to(), request.packet().to());
        assertEquals(
                NAT,
                bed.one(
                                BACK,
                                FrameBuilder.tcp(Corpus.SERVER.withPort(9000), Corpus.CLIENT, ACK, 9, 8)
                                        .atBack()
                                        .build())
                        .packet()
                        .from());
        Peer next = Corpus.CLIENT.withPort(77);
        assertEquals(
                NAT.withPort(9000),
                bed.one(FRONT, FrameBuilder.tcp(next, NAT, SYN, 7, 0).build())
                        .packet()
                        .to());
    }

    private void apply(ServiceSpec... services) {
        ServiceRegistry registry = bed.node().registry();
        registry.apply(Arrays.asList(services), bed.count(Counter.GENERATION));
        for (ServiceSpec service : services) {
            assertEquals(Transport.TCP, service.protocol());
            service.servers().forEach(s -> registry.nextHop(s.address(), NextHop.of(BACK, InMemoryNode.SERVER_MAC)));
        }
        bed.node().republish();
        bed.run();
    }
}
