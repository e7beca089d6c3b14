package io.weir.ha.reconstruct;

import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.PSH;

import io.weir.engine.packet.Transport;
import io.weir.engine.service.ReconstructionPolicy;
import io.weir.engine.service.ServiceSpec;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Services;
import io.weir.scheduler.SchedulerKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** A client, a service of three servers, and the node's own address towards them, of one family. */
record Ends(Peer client, Peer service, List<Peer> servers, Peer local) {
    static final int FIRST_PORT = 20_000;
    static final int LAST_PORT = 20_999;
    static final byte[] REQUEST = "GET /index.html HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    static final Ends V4 = new Ends(
            Peer.of("202.100.1.2", 3456),
            Peer.of("202.103.106.5", 80),
            List.of(Peer.of("172.16.0.2", 8000), Peer.of("172.16.0.3", 8000), Peer.of("172.16.0.4", 8000)),
            Peer.of("172.16.0.1", 0));
    static final Ends V6 = new Ends(
            Peer.of("2001:db8:c::2", 3456),
            Peer.of("2001:db8::5", 80),
            List.of(Peer.of("fd00::2", 8000), Peer.of("fd00::3", 8000), Peer.of("fd00::4", 8000)),
            Peer.of("fd00::1", 0));

    static Stream<Ends> families() {
        return Stream.of(V4, V6);
    }

    /** The services of both families. */
    static ServiceSpec[] services(SchedulerKind kind, ReconstructionPolicy policy) {
        return families()
                .map(ends -> Services.service(
                                kind,
                                Transport.TCP,
                                ends.service,
                                ends.servers.stream()
                                        .map(s -> Services.server(s, 1))
                                        .toArray(io.weir.engine.service.ServerSpec[]::new))
                        .with(policy))
                .toArray(ServiceSpec[]::new);
    }

    /** The same with another client. */
    Ends clientPort(int port) {
        return new Ends(client.withPort(port), service, servers, local);
    }

    int family() {
        return client.isV6() ? 1 : 0;
    }

    /** A segment of the client. */
    FrameBuilder up(int flags, int seq, int ack) {
        return FrameBuilder.tcp(client, service, flags, seq, ack);
    }

    /** A request of the client. */
    byte[] request(int seq, int ack) {
        return up(ACK | PSH, seq, ack).payload(REQUEST).build();
    }

    /** A segment of a server to the client itself. */
    FrameBuilder down(Peer server, int flags, int seq, int ack) {
        return FrameBuilder.tcp(server, client, flags, seq, ack).atBack();
    }

    /** Options with timestamps alone. */
    static byte[] timestamps(int tsVal, int tsEcr) {
        return ByteBuffer.allocate(12)
                .putInt(0x0101_080a)
                .putInt(tsVal)
                .putInt(tsEcr)
                .array();
    }
}
