package io.weir.engine.worker;

import static io.weir.engine.testing.EngineBed.BACK;
import static io.weir.engine.testing.EngineBed.FRONT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.engine.counters.Counter;
import io.weir.engine.testing.Corpus;
import io.weir.engine.testing.Dissection;
import io.weir.engine.testing.EngineBed;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Sent;
import io.weir.engine.testing.Services;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ARP, neighbour discovery and ping for the addresses that the engine owns. */
class OwnedAddressTest {
    private static final long BROADCAST = 0xffff_ffff_ffffL;
    private static final Peer GATEWAY = Peer.of("172.16.0.254", 0);
    private static final Peer GATEWAY6 = Peer.of("fd00::fe", 0);

    @RegisterExtension
    final EngineBed bed = new EngineBed(Services.ofEveryKind());

    /** Who asks, and what for. */
    record Ends(Peer client, Peer service) {}

    static Stream<Ends> families() {
        return Stream.of(new Ends(Corpus.CLIENT, Corpus.SERVICE), new Ends(Corpus.CLIENT6, Corpus.SERVICE6));
    }

    private void ownGateways() {
        bed.node().registry().gateway(GATEWAY.address(), BACK);
        bed.node().registry().gateway(GATEWAY6.address(), BACK);
        bed.node().republish();
    }

    private static byte[] whoHas(Peer asker, Peer target) {
        return FrameBuilder.arp(1, InMemoryNode.CLIENT_MAC, asker, 0, target, BROADCAST);
    }

    @Test
    void shouldAnswerArpForAVirtualAddress() {
        Sent sent = bed.one(FRONT, whoHas(Corpus.CLIENT, Corpus.SERVICE));
        assertEquals(FRONT, sent.port());
        assertEquals(InMemoryNode.CLIENT_MAC, sent.packet().destinationMac());
        assertEquals(InMemoryNode.FRONT_MAC, sent.packet().sourceMac());
        byte[] expected = FrameBuilder.arp(
                2,
                InMemoryNode.FRONT_MAC,
                Corpus.SERVICE,
                InMemoryNode.CLIENT_MAC,
                Corpus.CLIENT,
                InMemoryNode.CLIENT_MAC);
        assertArrayEquals(expected, sent.frame());
    }

    @Test
    void shouldAnswerArpBehindATagBehindTheSameTag() {
        byte[] plain = whoHas(Corpus.CLIENT, Corpus.SERVICE);
        ByteBuffer tagged = ByteBuffer.allocate(64);
        tagged.put(plain, 0, 12).putInt(0x8100_0007).put(plain, 12, 48);
        Sent sent = bed.one(FRONT, tagged.array());
        assertEquals(0x8100_0007, sent.packet().tag());
        assertEquals(2, sent.packet().arp().getShort(6));
    }

    @Test
    void shouldAnswerAnArpProbe() {
        Sent sent = bed.one(FRONT, whoHas(Peer.of("0.0.0.0", 0), Corpus.SERVICE));
        assertEquals(0, sent.packet().arp().getInt(24));
        assertEquals(1, bed.count(Counter.REPLY_ARP));
    }

    @Test
    void shouldLetOtherArpBe() {
        Peer other = Peer.of("202.103.106.77", 0);
        bed.none(
                FRONT,
                Counter.DROP_ARP_OTHER,
                whoHas(Corpus.CLIENT, other),
                whoHas(Corpus.SERVICE, Corpus.SERVICE),
                FrameBuilder.arp(2, InMemoryNode.CLIENT_MAC, Corpus.CLIENT, 0, Corpus.SERVICE, InMemoryNode.FRONT_MAC));
    }

    @Test
    void shouldAnswerForAGatewayOnItsOwnPortAlone() {
        ownGateways();
        Sent sent = bed.one(BACK, whoHas(Corpus.SERVER, GATEWAY));
        assertEquals(InMemoryNode.BACK_MAC, sent.packet().sourceMac());
        bed.none(FRONT, Counter.DROP_ARP_OTHER, whoHas(Corpus.CLIENT, GATEWAY));
        byte[] solicitation = Corpus.solicitation(Corpus.SERVER6, GATEWAY6).build();
        assertEquals(136, bed.one(BACK, solicitation).packet().icmpType());
        bed.none(FRONT, Counter.DROP_ARP_OTHER, solicitation);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 0x2007})
    void shouldAnswerASolicitation(int tag) {
        FrameBuilder solicitation = Corpus.solicitation(Corpus.CLIENT6, Corpus.SERVICE6);
        Sent sent = bed.one(FRONT, (tag == 0 ? solicitation : solicitation.tag(tag)).build());
        Dissection advertisement = sent.packet();
        assertEquals(tag == 0 ? 0 : 0x8100_0000 | tag, advertisement.tag());
        assertEquals(InMemoryNode.FRONT_MAC, advertisement.sourceMac());
        assertEquals(InMemoryNode.CLIENT_MAC, advertisement.destinationMac());
        assertEquals(Corpus.SERVICE6.address(), advertisement.from().address());
        assertEquals(Corpus.CLIENT6.address(), advertisement.to().address());
        assertEquals(255, advertisement.ttl());
        assertEquals(136, advertisement.icmpType());
        assertEquals(0xe000_0000, advertisement.icmpRest(), "router, solicited, override");
        ByteBuffer body = ByteBuffer.wrap(advertisement.payload());
        assertArrayEquals(Corpus.SERVICE6.wire(), Arrays.copyOf(advertisement.payload(), 16));
        assertEquals(0x0201_0000_0000_0000L | InMemoryNode.FRONT_MAC, body.getLong(16));
        assertEquals(24, body.capacity());
    }

    @Test
    void shouldTellAllNodesWhenAnotherProbesForTheAddress() {
        Sent sent = bed.one(
                FRONT, Corpus.solicitation(Peer.of("::", 0), Corpus.SERVICE6).build());
        assertEquals(Peer.of("ff02::1", 0), sent.packet().to());
        assertEquals(0x3333_0000_0001L, sent.packet().destinationMac());
        assertEquals(0xa000_0000, sent.packet().icmpRest(), "router, override, not solicited");
    }

    @Test
    void shouldNotBelieveASolicitationFromBehindARouterOrWithErrors() {
        FrameBuilder good = Corpus.solicitation(Corpus.CLIENT6, Corpus.SERVICE6);
        byte[] routed =
                Corpus.solicitation(Corpus.CLIENT6, Corpus.SERVICE6).ttl(254).build();
        byte[] damaged = good.build();
        damaged[84] ^= 1;
        byte[] body = Arrays.copyOfRange(good.build(), 62, 86);
        body[17] = 0;
        byte[] emptyOption = FrameBuilder.icmp(Corpus.CLIENT6, Corpus.SERVICE6, 135, 0, 0, body)
                .ttl(255)
                .build();
        byte[] cut = FrameBuilder.icmp(Corpus.CLIENT6, Corpus.SERVICE6, 135, 0, 0, Arrays.copyOf(body, 15))
                .ttl(255)
                .build();
        bed.none(FRONT, Counter.DROP_BAD_ND, routed, damaged, emptyOption, cut);
    }

    @Test
    void shouldLetOtherNeighbourDiscoveryBe() {
        bed.none(
                FRONT,
                Counter.DROP_ARP_OTHER,
                Corpus.solicitation(Corpus.CLIENT6, Peer.of("2001:db8::77", 0)).build());
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldAnswerAPing(Ends ends) {
        for (int bytes : new int[] {0, 1, 56, 57, 1400}) {
            FrameBuilder ping =
                    FrameBuilder.ping(ends.client, ends.service, bytes).ttl(3);
            Sent sent = bed.one(FRONT, ping.build());
            Dissection reply = sent.packet();
            assertEquals(ends.service.address(), reply.from().address());
            assertEquals(ends.client.address(), reply.to().address());
            assertEquals(ends.client.isV6() ? 129 : 0, reply.icmpType());
            assertEquals(0x1234_0001, reply.icmpRest());
            assertArrayEquals(FrameBuilder.pattern(bytes), reply.payload());
            assertEquals(64, reply.ttl());
            assertEquals(InMemoryNode.CLIENT_MAC, reply.destinationMac());
        }
        assertEquals(5, bed.count(Counter.REPLY_ECHO));
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldAnswerAPingBehindATagWithOptionsAndUnfinishedChecksum(Ends ends) {
        Sent tagged = bed.one(
                FRONT,
                FrameBuilder.ping(ends.client, ends.service, 9).tag(0x6123).build());
        assertEquals(0x8100_6123, tagged.packet().tag());
        if (!ends.client.isV6()) {
            bed.one(
                    FRONT,
                    FrameBuilder.ping(ends.client, ends.service, 9)
                            .options(new byte[12])
                            .build());
        }
        bed.onePartial(
                FRONT,
                FrameBuilder.ping(ends.client, ends.service, 33)
                        .partialChecksum()
                        .build());
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldAnswerAFragmentedPing(Ends ends) {
        FrameBuilder ping = FrameBuilder.ping(ends.client, ends.service, 100);
        byte[][] parts = ping.fragments(0x77, 48);
        ByteBuffer reply = ByteBuffer.allocate(108);
        for (Sent sent : bed.pass(FRONT, parts)) {
            assertEquals(ends.client.address(), sent.packet().to().address());
            reply.put(sent.packet().fragmentOffset(), sent.packet().transport());
        }
        byte[] whole = ping.unpadded().build();
        byte[] request = Arrays.copyOfRange(whole, whole.length - 108, whole.length);
        assertArrayEquals(Arrays.copyOfRange(request, 4, 108), Arrays.copyOfRange(reply.array(), 4, 108));
        assertEquals(ends.client.isV6() ? 129 : 0, reply.get(0) & 0xff);
        int change = ends.client.isV6() ? 0x0100 : -0x0800;
        int before = (request[2] & 0xff) << 8 | request[3] & 0xff;
        int after = reply.getShort(2) & 0xffff;
        assertEquals(0, Math.floorMod(before - change - after, 0xffff), "checksum of the whole");
    }

    @ParameterizedTest
    @MethodSource("families")
    void shouldNotAnswerOtherIcmp(Ends ends) {
        boolean v6 = ends.client.isV6();
        byte[] reply = FrameBuilder.icmp(ends.client, ends.service, v6 ? 129 : 0, 0, 1, new byte[20])
                .build();
        byte[] odd = FrameBuilder.icmp(ends.client, ends.service, v6 ? 139 : 13, 0, 1, new byte[20])
                .build();
        bed.none(FRONT, Counter.DROP_ICMP_TYPE, reply, odd);
    }

    @Test
    void shouldNotAnswerAPingToEverybodyOrFromNobody() {
        List<byte[]> frames = List.of(
                FrameBuilder.ping(Corpus.CLIENT, Corpus.SERVICE, 9)
                        .macs(InMemoryNode.CLIENT_MAC, BROADCAST)
                        .build(),
                FrameBuilder.ping(Peer.of("224.0.0.1", 0), Corpus.SERVICE, 9).build(),
                FrameBuilder.ping(Peer.of("255.255.255.255", 0), Corpus.SERVICE, 9)
                        .build(),
                FrameBuilder.ping(Peer.of("::", 0), Corpus.SERVICE6, 9).build(),
                FrameBuilder.ping(Peer.of("ff02::2", 0), Corpus.SERVICE6, 9).build());
        bed.none(FRONT, Counter.DROP_MARTIAN, frames.toArray(byte[][]::new));
    }
}
