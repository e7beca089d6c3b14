package io.weir.appliance.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.PatternBytes;
import io.weir.appliance.bed.VirtualService;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** ICMP errors about balanced traffic, in both directions: time exceeded, and packets too big for a link on the way. */
abstract class IcmpContract extends Contract {
    private static final long LENGTH = 3_000_000;

    /** Below the kernel's own choice; never the same twice, because a closed connection keeps its port for a while. */
    private static final AtomicInteger SOURCE_PORTS = new AtomicInteger(20_000);

    @ParameterizedTest
    @EnumSource
    void shouldAnswerTimeExceededWhenAProbeEndsAtTheNode(IpFamily family) {
        assertTimeExceeded(family, Frame.TCP, VirtualService.WEB, 1, Set.of(family.front(1), family.vip()));
        assertTimeExceeded(family, Frame.TCP, VirtualService.FAR_WEB, 1, Set.of(family.front(1), family.vip()));
        assertTimeExceeded(family, Frame.UDP, VirtualService.FAR_ECHO, 1, Set.of(family.front(1), family.vip()));
    }

    @ParameterizedTest
    @EnumSource
    void shouldPassTimeExceededOnWhenAProbeEndsAtARouterBehindTheNode(IpFamily family) {
        Set<String> routerOrVip = Set.of(family.back(9), family.vip());
        assertTimeExceeded(family, Frame.TCP, VirtualService.FAR_WEB, 2, routerOrVip);
        assertTimeExceeded(family, Frame.UDP, VirtualService.FAR_ECHO, 2, routerOrVip);
    }

    @ParameterizedTest
    @EnumSource
    void shouldReachTheServerWhenAProbeLivesLongEnough(IpFamily family) {
        assertReaches(family, Frame.TCP, VirtualService.WEB, 2);
        assertReaches(family, Frame.TCP, VirtualService.FAR_WEB, 3);
        assertReaches(family, Frame.UDP, VirtualService.FAR_ECHO, 3);
    }

    private void assertTimeExceeded(IpFamily family, int protocol, int port, int ttl, Set<String> senders) {
        int sourcePort = SOURCE_PORTS.incrementAndGet();
        try (Capture capture = Capture.on(bed().client(), Bed.HOST_DEVICE, "icmp or icmp6")) {
            TtlProbe.Sent probe =
                    bed().client().call(() -> TtlProbe.send(family, protocol, family.vip(port), sourcePort, ttl));
            try (probe) {
                Frame answer = capture.await(
                        "time exceeded for a probe of TTL " + ttl + " to port " + port,
                        frame -> frame.icmpType() == (family == IpFamily.IPV4 ? 11 : 3)
                                && about(family, frame, port, sourcePort));
                assertTrue(senders.stream().anyMatch(answer::from), answer + " comes from none of " + senders);
                assertEquals(Bed.FRONT_MAC, answer.sourceMac());
            }
        }
    }

    /** Whether an ICMP error quotes a packet from the client's port to a port of the virtual address. */
    private static boolean about(IpFamily family, Frame error, int port, int sourcePort) {
        byte[] message = error.payload();
        byte[] quoted = new byte[message.length - 8];
        System.arraycopy(message, 8, quoted, 0, quoted.length);
        int header = family == IpFamily.IPV4 ? (quoted[0] & 15) * 4 : 40;
        int addresses = family == IpFamily.IPV4 ? 12 : 8;
        byte[] client = IpFamily.address(family.front(2)).getAddress();
        byte[] vip = IpFamily.address(family.vip()).getAddress();
        return Arrays.equals(client, 0, client.length, quoted, addresses, addresses + client.length)
                && Arrays.equals(vip, 0, vip.length, quoted, addresses + client.length, addresses + 2 * client.length)
                && ((quoted[header] & 0xff) << 8 | quoted[header + 1] & 0xff) == sourcePort
                && ((quoted[header + 2] & 0xff) << 8 | quoted[header + 3] & 0xff) == port;
    }

    private void assertReaches(IpFamily family, int protocol, int port, int ttl) {
        int sourcePort = SOURCE_PORTS.incrementAndGet();
        try (Capture capture = Capture.on(bed().client(), Bed.HOST_DEVICE, "ip or ip6")) {
            TtlProbe.Sent probe =
                    bed().client().call(() -> TtlProbe.send(family, protocol, family.vip(port), sourcePort, ttl));
            try (probe) {
                Frame answer = capture.await(
                        "an answer to a probe of TTL " + ttl + " to port " + port,
                        frame -> frame.is(family)
                                && frame.from(family.vip())
                                && frame.sourcePort() == port
                                && frame.destinationPort() == sourcePort);
                assertTrue(!answer.isReset(), answer.toString());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldUploadEveryByteWhenALinkBehindTheNodeIsNarrow(IpFamily family) {
        bed().forgetPaths();
        assertEquals(PatternBytes.sha256(LENGTH), upload(bed().client(), family, VirtualService.FAR_WEB, LENGTH));
        assertEquals(Bed.FAR_MTU, pathMtu(bed().client(), family, family.vip()), "the client learned the path's MTU");
    }

    @ParameterizedTest
    @EnumSource
    void shouldDownloadEveryByteWhenTheServersLinkIsNarrow(IpFamily family) {
        bed().forgetPaths();
        assertEquals(PatternBytes.sha256(LENGTH), download(bed().client(), family, VirtualService.FAR_WEB, LENGTH));
    }

    @ParameterizedTest
    @EnumSource
    void shouldDownloadEveryByteWhenTheClientsLinkIsNarrow(IpFamily family) {
        bed().forgetPaths();
        assertEquals(PatternBytes.sha256(LENGTH), download(bed().farClient(), family, VirtualService.WEB, LENGTH));
        int learned = Math.min(
                pathMtu(bed().serverA(), family, family.farFront(2)),
                pathMtu(bed().serverB(), family, family.farFront(2)));
        assertEquals(Bed.FAR_MTU, learned, "the server learned the path's MTU");
    }

    /** What a host believes to be the MTU towards an address. */
    static int pathMtu(Namespace host, IpFamily family, String address) {
        String route = host.run("ip", family.option(), "route", "get", address);
        return route.contains(" mtu ") ? Integer.parseInt(route.replaceAll("(?s).* mtu (\\d+).*", "$1")) : 1500;
    }
}
