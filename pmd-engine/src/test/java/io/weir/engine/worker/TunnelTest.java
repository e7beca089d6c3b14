package io.weir.engine.worker;

import static io.weir.engine.testing.EngineBed.BACK;
import static io.weir.engine.testing.EngineBed.FRONT;
import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.SYN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.counters.Counter;
import io.weir.engine.service.NextHop;
import io.weir.engine.service.TunnelSource;
import io.weir.engine.testing.Dissection;
import io.weir.engine.testing.EngineBed;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Seeded;
import io.weir.engine.testing.Sent;
import io.weir.engine.worker.TunnelCases.Case;
import io.weir.scheduler.IpAddress;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** VS/TUN, and DR over VXLAN: what stands before the packet that the server gets, and the packet in it. */
class TunnelTest {
    private static final String CASES = "io.weir.engine.worker.TunnelCases#all";

    @RegisterExtension
    final EngineBed bed = new EngineBed(TunnelCases.services()).withKernel();

    private Sent syn(Case tunnel) {
        return bed.one(
                FRONT,
                FrameBuilder.tcp(tunnel.client(), tunnel.service(), SYN, 7, 0).build());
    }

    @ParameterizedTest
    @MethodSource(CASES)
    void shouldPutTheHeadersThatTheStandardSaysBeforeThePacket(Case tunnel) {
        Sent sent = syn(tunnel);
        Dissection outer = sent.packet();
        assertEquals(BACK, sent.port());
        assertEquals(InMemoryNode.SERVER_MAC, outer.destinationMac());
        assertEquals(InMemoryNode.BACK_MAC, outer.sourceMac());
        assertEquals(tunnel.end(), outer.to().address());
        assertEquals(
                tunnel.end().isV4() ? IsolatedWorkers.BACK_ADDRESS : IsolatedWorkers.BACK_ADDRESS6,
                outer.from().address());
        assertEquals(64, outer.ttl());
        assertEquals(tunnel.protocol(), outer.protocol());
        assertEquals(tunnel.port(), outer.to().port());
        byte[] between = tunnel.between(sent);
        assertEquals(tunnel.header(), HexFormat.of().formatHex(between));
        Dissection inner = tunnel.inner(sent).assertChecksums();
        assertEquals(tunnel.client(), inner.from());
        assertEquals(tunnel.service().withPort(8000), inner.to());
        assertEquals(63, inner.ttl());
        assertEquals(7, inner.seq());
        assertEquals(14 + outer.packetLength(), sent.frame().length, "no padding travels");
        assertEquals(1, bed.count(Counter.TUNNEL_SENT));
        assertEquals(1, bed.count(Counter.FORWARDED_TO_SERVER));
    }

    @ParameterizedTest
    @MethodSource(CASES)
    void shouldKeepEveryChecksumRightWhenPacketsAreRandom(Case tunnel) {
        SplittableRandom random = Seeded.random("TunnelTest.checksums");
        for (int n = 0; n < 1000; n++) {
            byte[] payload = new byte[random.nextInt(200)];
            random.nextBytes(payload);
            Peer client = tunnel.client().withPort(1024 + random.nextInt(200));
            boolean tcp = random.nextBoolean();
            FrameBuilder builder = tcp
                    ? FrameBuilder.tcp(client, tunnel.service(), SYN, random.nextInt(), random.nextInt())
                    : FrameBuilder.udp(client, tunnel.service(), 0);
            if (!tcp && !client.isV6() && random.nextInt(4) == 0) {
                builder.withoutChecksum();
            }
            if (!client.isV6() && random.nextInt(8) == 0) {
                builder.options(new byte[] {1, 1, 1, 0});
            }
            if (random.nextInt(4) == 0) {
                builder.tag(7);
            }
            Sent sent = bed.one(
                    FRONT,
                    builder.payload(payload)
                            .ttl(2 + random.nextInt(254))
                            .tos(random.nextInt(256))
                            .build());
            tunnel.inner(sent).assertChecksums();
        }
    }

    @ParameterizedTest
    @MethodSource(CASES)
    void shouldEncapsulateEachFragmentOfADatagram(Case tunnel) {
        List<Sent> parts = bed.pass(
                FRONT, FrameBuilder.udp(tunnel.client(), tunnel.service(), 1000).fragments(0x1234, 400));
        assertEquals(3, parts.size());
        for (Sent part : parts) {
            assertEquals(tunnel.service().address(), tunnel.inner(part).to().address());
        }
        assertEquals(800, tunnel.inner(parts.get(2)).fragmentOffset());
    }

    @ParameterizedTest
    @MethodSource(CASES)
    void shouldFinishAChecksumThatAnOffloadWasToFinish(Case tunnel) {
        Sent sent = bed.onePartial(
                FRONT,
                FrameBuilder.tcp(tunnel.client(), tunnel.service(), SYN, 7, 0)
                        .payload(41)
                        .partialChecksum()
                        .build());
        tunnel.inner(sent).assertChecksums();
    }

    @ParameterizedTest
    @MethodSource(CASES)
    void shouldCarryTypeOfServiceAndCongestionMarksOutwards(Case tunnel) {
        for (int tos : new int[] {0, 1, 2, 3, 0xb8, 0xff}) {
            Sent sent = bed.one(
                    FRONT,
                    FrameBuilder.udp(tunnel.client(), tunnel.service(), 9)
                            .tos(tos)
                            .build());
            assertEquals(tos, TunnelCases.tos(sent.packet().packet()));
            assertEquals(tos, TunnelCases.tos(tunnel.inner(sent).packet()));
        }
    }

    @ParameterizedTest
    @MethodSource(CASES)
    void shouldForbidFragmentsOutsideWhereTheyAreForbiddenInside(Case tunnel) {
        if (!tunnel.end().isV4()) {
            return; // an IPv6 router fragments nothing
        }
        boolean v6 = tunnel.client().isV6();
        for (boolean forbidden : new boolean[] {true, false, false}) {
            FrameBuilder builder = FrameBuilder.udp(tunnel.client(), tunnel.service(), v6 && forbidden ? 1300 : 1200);
            byte[] outer = bed.one(FRONT, (forbidden ? builder.dontFragment() : builder).build())
                    .packet()
                    .packet();
            assertEquals(forbidden ? 0x40 : 0, outer[6]);
            assertEquals(forbidden, (outer[4] << 8 | outer[5]) == 0, "an identification where it is needed");
        }
    }

    @ParameterizedTest
    @MethodSource(CASES)
    void shouldTellFlowsApartOutside(Case tunnel) {
        IpAddress network = IpAddress.parse(tunnel.end().isV4() ? "10.9.0.0" : "fd00:9::");
        bed.node().registry().tunnelSource(tunnel.end(), new TunnelSource(network, 4));
        bed.node().republish();
        Set<Integer> ports = new HashSet<>();
        Set<IpAddress> sources = new HashSet<>();
        Set<String> outside = new HashSet<>();
        for (int n = 0; n < 300; n++) {
            Peer client = tunnel.client().withPort(2000 + n);
            Sent first = bed.one(
                    FRONT, FrameBuilder.tcp(client, tunnel.service(), SYN, 1, 0).build());
            Sent second = bed.one(
                    FRONT, FrameBuilder.tcp(client, tunnel.service(), ACK, 2, 5).build());
            assertEquals(first.packet().from(), second.packet().from(), "a flow stays where it is");
            ports.add(first.packet().from().port());
            sources.add(first.packet().from().address());
            outside.add(first.packet().from() + HexFormat.of().formatHex(first.frame(), 14, 18));
            tunnel.inner(first).assertChecksums();
        }
        assertEquals(16, sources.size());
        for (IpAddress source : sources) {
            assertEquals(network.lo() >>> 4, source.lo() >>> 4);
            assertEquals(network.hi(), source.hi());
        }
        if (tunnel.port() != 0) {
            assertTrue(ports.size() > 200, ports.size() + " ports");
            assertTrue(ports.stream().allMatch(port -> port >= 49152), "dynamic ports");
        }
        assertTrue(tunnel.end().isV4() || outside.size() > 290, outside.size() + " flow labels and sources");
    }

    @ParameterizedTest
    @MethodSource(CASES)
    void shouldSayHowLongAPacketMayBeWhenItIsTooLongWithItsHeaders(Case tunnel) {
        boolean v6 = tunnel.client().isV6();
        int fits = 1500 - tunnel.overhead();
        int headers = v6 ? 48 : 28;
        Sent sent = bed.one(
                FRONT,
                FrameBuilder.udp(tunnel.client(), tunnel.service(), fits - headers)
                        .dontFragment()
                        .build());
        assertEquals(1500, sent.packet().packetLength());
        Sent error = bed.one(
                FRONT,
                FrameBuilder.udp(tunnel.client(), tunnel.service(), fits - headers + 1)
                        .dontFragment()
                        .build());
        assertEquals(FRONT, error.port());
        assertEquals(v6 ? 2 : 3, error.packet().icmpType());
        assertEquals(v6 ? 0 : 4, error.packet().icmpCode());
        assertEquals(fits, error.packet().icmpRest());
        assertEquals(1, bed.count(Counter.DROP_TOO_BIG));
    }

    @ParameterizedTest
    @MethodSource(CASES)
    void shouldSendAnErrorAboutTheServersReplyThroughTheTunnel(Case tunnel) {
        syn(tunnel);
        boolean v6 = tunnel.client().isV6();
        Peer called = tunnel.service().withPort(8000);
        byte[] asTheClientGotIt = FrameBuilder.tcp(tunnel.service(), tunnel.client(), ACK, 9, 8)
                .payload(77)
                .unpadded()
                .packet();
        byte[] asTheServerSentIt = FrameBuilder.tcp(called, tunnel.client(), ACK, 9, 8)
                .payload(77)
                .unpadded()
                .packet();
        Sent sent = bed.one(
                FRONT,
                FrameBuilder.icmp(tunnel.client(), tunnel.service(), v6 ? 2 : 3, v6 ? 0 : 4, 1400, asTheClientGotIt)
                        .build());
        assertEquals(BACK, sent.port());
        Dissection inner = tunnel.inner(sent).assertChecksums();
        assertEquals(tunnel.service().address(), inner.to().address());
        assertEquals(1400, inner.icmpRest());
        assertArrayEquals(asTheServerSentIt, inner.payload());
    }

    @ParameterizedTest
    @MethodSource(CASES)
    void shouldTellTheClientWhenItsPacketHasExpired(Case tunnel) {
        Sent expired = bed.one(
                FRONT,
                FrameBuilder.tcp(tunnel.client(), tunnel.service(), SYN, 7, 0)
                        .ttl(1)
                        .build());
        assertEquals(tunnel.client().isV6() ? 3 : 11, expired.packet().icmpType());
        assertEquals(1, bed.count(Counter.DROP_TTL));
    }

    @ParameterizedTest
    @MethodSource(CASES)
    void shouldDropAndSayWhyWhileTheWayIsNotKnown(Case tunnel) {
        bed.node().registry().nextHop(tunnel.end(), 0);
        bed.node().republish();
        byte[] syn =
                FrameBuilder.tcp(tunnel.client(), tunnel.service(), SYN, 7, 0).build();
        bed.none(FRONT, Counter.DROP_NO_NEIGHBOUR, syn);
        bed.node().registry().nextHop(tunnel.end(), NextHop.of(BACK, InMemoryNode.SERVER_MAC));
        bed.node().republish();
        assertEquals(1, bed.pass(FRONT, syn).size());
    }

    @ParameterizedTest
    @MethodSource(CASES)
    void shouldGoOnInAnotherTunnelWhenTheServersIsChanged(Case tunnel) {
        byte[] before = tunnel.between(syn(tunnel));
        Case other = TunnelCases.all()
                .filter(c ->
                        c.client().isV6() == tunnel.client().isV6() && !c.kind().equals(tunnel.kind()))
                .findFirst()
                .orElseThrow();
        bed.node()
                .registry()
                .apply(
                        TunnelCases.services().stream()
                                .map(service -> service.key()
                                                        .address()
                                                        .equals(tunnel.service().address())
                                                && service.port()
                                                        == tunnel.service().port()
                                                && tunnel.isTun()
                                                && other.isTun()
                                        ? service.with(List.of(
                                                service.servers().getFirst().through(other.tunnel())))
                                        : service)
                                .toList(),
                        bed.count(Counter.GENERATION));
        bed.node().republish();
        Sent after = bed.one(
                FRONT,
                FrameBuilder.tcp(tunnel.client(), tunnel.service(), ACK, 8, 9).build());
        if (tunnel.isTun() && other.isTun()) {
            assertEquals(other.protocol(), after.packet().protocol());
            assertNotEquals(
                    Arrays.toString(before) + tunnel.protocol(),
                    Arrays.toString(other.between(after)) + other.protocol());
        } else {
            assertArrayEquals(before, tunnel.between(after));
        }
        assertEquals(1, bed.count(Counter.FLOWS_CREATED));
    }
}
