package io.weir.engine.worker;

import static io.weir.engine.testing.EngineBed.BACK;
import static io.weir.engine.testing.EngineBed.FRONT;
import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.SYN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.counters.Counter;
import io.weir.engine.testing.Dissection;
import io.weir.engine.testing.EngineBed;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Seeded;
import io.weir.engine.testing.Sent;
import io.weir.engine.worker.TunnelCases.Case;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What routers say about encapsulated packets: the path's MTU falls, and the client hears of it. */
class TunnelErrorTest {
    private static final String CASES = "io.weir.engine.worker.TunnelCases#all";
    private static final int TEN_MINUTES_MS = 600_000;

    @RegisterExtension
    final EngineBed bed = new EngineBed(TunnelCases.services()).withKernel();

    private byte[] request(Case tunnel, int flags, int payload) {
        return FrameBuilder.tcp(tunnel.client(), tunnel.service(), flags, 7, 8)
                .payload(payload)
                .dontFragment()
                .build();
    }

    private Sent encapsulated(Case tunnel, int payload) {
        bed.one(FRONT, request(tunnel, SYN, 0));
        return bed.one(FRONT, request(tunnel, ACK, payload));
    }

    /** What a router on the way says about an encapsulated packet. */
    private static byte[] error(Case tunnel, Sent about, int type, int code, int rest, int quoted) {
        boolean v6 = !tunnel.end().isV4();
        byte[] packet = about.packet().packet();
        Peer router = Peer.of(v6 ? "2001:db8:99::9" : "10.9.9.9", 0);
        return FrameBuilder.icmp(
                        router,
                        about.packet().from().withPort(0),
                        type,
                        code,
                        rest,
                        Arrays.copyOf(packet, Math.min(quoted, packet.length)))
                .atBack()
                .build();
    }

    private static byte[] tooBig(Case tunnel, Sent about, int mtu, int quoted) {
        boolean v6 = !tunnel.end().isV4();
        return error(tunnel, about, v6 ? 2 : 3, v6 ? 0 : 4, mtu, quoted);
    }

    private static void assertTooBig(Case tunnel, Sent sent, int mtu) {
        boolean v6 = tunnel.client().isV6();
        assertEquals(FRONT, sent.port());
        assertEquals(InMemoryNode.CLIENT_MAC, sent.packet().destinationMac());
        assertEquals(tunnel.client().address(), sent.packet().to().address());
        assertEquals(v6 ? 2 : 3, sent.packet().icmpType());
        assertEquals(v6 ? 0 : 4, sent.packet().icmpCode());
        assertEquals(mtu, sent.packet().icmpRest());
    }

    @ParameterizedTest
    @MethodSource(CASES)
    void shouldTellTheClientAndRememberWhatARouterSays(Case tunnel) {
        int before = 1400 - tunnel.overhead();
        Sent about = encapsulated(tunnel, 1360);
        Sent told = bed.one(BACK, tooBig(tunnel, about, 1400, 548));
        assertTooBig(tunnel, told, before);
        assertEquals(tunnel.service().address(), told.packet().from().address());
        byte[] sentByTheClient = Dissection.of(request(tunnel, ACK, 1360)).packet();
        byte[] quoted = told.packet().payload();
        int ttl = tunnel.client().isV6() ? 7 : 8;
        assertEquals(63, quoted[ttl]);
        int transport = tunnel.client().isV6() ? 40 : 20;
        assertArrayEquals(
                Arrays.copyOfRange(sentByTheClient, transport, quoted.length),
                Arrays.copyOfRange(quoted, transport, quoted.length),
                "with the port that the client called");
        assertEquals(1, bed.count(Counter.TUNNEL_MTU));
        assertEquals(1, bed.count(Counter.TUNNEL_ICMP));

        int headers = tunnel.client().isV6() ? 60 : 40;
        Sent fits = bed.one(FRONT, request(tunnel, ACK, before - headers));
        assertEquals(1400, fits.packet().packetLength());
        assertTooBig(tunnel, bed.one(FRONT, request(tunnel, ACK, before - headers + 1)), before);
        bed.skip(TEN_MINUTES_MS);
        bed.one(FRONT, request(tunnel, SYN, 0)); // the flow is over, too
        assertEquals(BACK, bed.one(FRONT, request(tunnel, ACK, 1360)).port());
    }

    @ParameterizedTest
    @MethodSource(CASES)
    void shouldLearnFromAnErrorThatQuotesLittleAndLeaveItToTheKernel(Case tunnel) {
        Sent about = encapsulated(tunnel, 1360);
        assertEquals(
                List.of(),
                bed.pass(BACK, tooBig(tunnel, about, 1400, tunnel.end().isV4() ? 28 : 48)));
        assertEquals(1, bed.count(Counter.EXCEPTION_KERNEL));
        assertTooBig(tunnel, bed.one(FRONT, request(tunnel, ACK, 1360)), 1400 - tunnel.overhead());
    }

    @ParameterizedTest
    @MethodSource(CASES)
    void shouldBelieveNoNumberThatCannotBe(Case tunnel) {
        Sent about = encapsulated(tunnel, 1360);
        int length = about.packet().packetLength();
        for (int mtu : new int[] {length, 1500, 0xffff}) {
            bed.pass(BACK, tooBig(tunnel, about, mtu, 548));
        }
        assertEquals(0, bed.count(Counter.TUNNEL_MTU));
        assertEquals(BACK, bed.one(FRONT, request(tunnel, ACK, 1360)).port());
        bed.pass(BACK, tooBig(tunnel, about, 1, 548));
        int least = tunnel.client().isV6() ? 1280 : 552 - tunnel.overhead();
        assertTooBig(tunnel, bed.one(FRONT, request(tunnel, ACK, 1360)), least);
        bed.pass(BACK, tooBig(tunnel, about, 1300, 548));
        assertTooBig(tunnel, bed.one(FRONT, request(tunnel, ACK, 1360)), least); // it grows by time alone
    }

    @ParameterizedTest
    @MethodSource(CASES)
    void shouldTellTheClientThatTheServerCannotBeReached(Case tunnel) {
        Sent about = encapsulated(tunnel, 100);
        boolean outer6 = !tunnel.end().isV4();
        boolean inner6 = tunnel.client().isV6();
        for (int type : outer6 ? new int[] {1, 3} : new int[] {3, 11}) {
            Sent told = bed.one(BACK, error(tunnel, about, type, 0, 0, 548));
            assertEquals(FRONT, told.port());
            assertEquals(inner6 ? 1 : 3, told.packet().icmpType());
            assertEquals(inner6 ? 3 : 1, told.packet().icmpCode());
        }
        assertEquals(0, bed.count(Counter.TUNNEL_MTU));
    }

    @ParameterizedTest
    @MethodSource(CASES)
    void shouldLeaveWhatIsAboutNoTunnelOfItsOwnToTheKernel(Case tunnel) {
        Sent about = encapsulated(tunnel, 1360);
        byte[] packet = about.packet().packet();
        boolean v6 = !tunnel.end().isV4();
        int[] spoiled = v6 ? new int[] {23, 39, 6} : new int[] {15, 19, 9}; // source, destination, protocol
        for (int at : spoiled) {
            byte[] other = packet.clone();
            other[at] ^= 1;
            byte[] frame = FrameBuilder.icmp(
                            Peer.of(v6 ? "2001:db8:99::9" : "10.9.9.9", 0),
                            about.packet().from().withPort(0),
                            v6 ? 2 : 3,
                            v6 ? 0 : 4,
                            1400,
                            Arrays.copyOf(other, 548))
                    .atBack()
                    .build();
            bed.inject(0, BACK, 0, frame);
            assertEquals(List.of(), bed.run());
        }
        assertEquals(0, bed.count(Counter.TUNNEL_MTU));
        assertEquals(3, bed.count(Counter.EXCEPTION_KERNEL));
        byte[] damaged = tooBig(tunnel, about, 1400, 548);
        damaged[damaged.length - 1] ^= 1;
        bed.inject(0, BACK, 0, damaged);
        bed.run();
        assertEquals(1, bed.count(Counter.DROP_BAD_ICMP));
        assertEquals(0, bed.count(Counter.TUNNEL_MTU));
    }

    /** Accounting and memory are checked by the bed, whatever comes. */
    @ParameterizedTest
    @MethodSource(CASES)
    void shouldSurviveWhateverIsQuoted(Case tunnel) {
        SplittableRandom random = Seeded.random("TunnelErrorTest.quotes");
        Sent about = encapsulated(tunnel, 300);
        byte[] packet = about.packet().packet();
        for (int n = 0; n < 2000; n++) {
            byte[] quote = Arrays.copyOf(packet, random.nextInt(packet.length + 1));
            for (int flips = random.nextInt(4); flips > 0 && quote.length > 0; flips--) {
                quote[random.nextInt(quote.length)] = (byte) random.nextInt();
            }
            boolean v6 = !tunnel.end().isV4();
            byte[] frame = FrameBuilder.icmp(
                            Peer.of(v6 ? "2001:db8:99::9" : "10.9.9.9", 0),
                            about.packet().from().withPort(0),
                            v6 ? 1 + random.nextInt(4) : new int[] {3, 11, 12}[random.nextInt(3)],
                            random.nextInt(6),
                            random.nextInt(),
                            quote)
                    .atBack()
                    .unpadded()
                    .build();
            bed.inject(0, BACK, 0, frame);
            bed.run();
        }
        assertTrue(bed.count(Counter.TUNNEL_ICMP) > 0);
    }
}
