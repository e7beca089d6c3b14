package io.weir.engine.worker;

import io.weir.engine.packet.FrameWriter;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.MemoryPort;
import io.weir.engine.service.ServerSpec;
import io.weir.engine.service.ServiceSpec;
import io.weir.scheduler.IpAddress;
import io.weir.scheduler.SchedulerKind;
import io.weir.scheduler.SchedulingPlan;
import java.util.List;
import java.util.Set;

/**
 * Drives synthetic frames through a pipeline of its own, so that the compiler has made machine code of every stage before
 * the first real frame comes: connections that open, talk and close, datagrams, both families, ports that nobody serves.
 *
 * <p>Runs on the calling thread over an {@link InMemoryNode}, and ends when the pipeline gets no faster or the time is
 * over. What stays cold are the ports: they are other classes than the memory's.
 */
public final class WarmUp {
    private static final FrameWriter.Path FROM_CLIENT =
            new FrameWriter.Path(InMemoryNode.CLIENT_MAC, InMemoryNode.FRONT_MAC);
    private static final FrameWriter.Path FROM_SERVER =
            new FrameWriter.Path(InMemoryNode.SERVER_MAC, InMemoryNode.BACK_MAC);
    private static final int BURST = 32;
    private static final int ROUND = 64;
    private static final int SETTLED = 12;
    private static final int CAPACITY = 1 << 14;
    private static final int PORTS = 1 << 12;
    private static final int FIRST_PORT = 1024;
    private static final int SERVER_PORT = 8000;
    private static final int PAYLOAD = 64;

    private final InMemoryNode node;
    private final Family[] families = {
        new Family("10.0.0.2", "203.0.113.5", "192.0.2.2"), new Family("2001:db8:c::2", "2001:db8::5", "fd00::2")
    };
    private int port;

    private record Family(IpAddress client, IpAddress virtual, IpAddress server) {
        Family(String client, String virtual, String server) {
            this(IpAddress.parse(client), IpAddress.parse(virtual), IpAddress.parse(server));
        }
    }

    private WarmUp(InMemoryNode node) {
        this.node = node;
    }

    /**
     * Warms the pipeline up.
     *
     * @param atMostNs nanoseconds after which it ends in any case
     * @return frames that it took
     */
    public static long run(long atMostNs) {
        long end = System.nanoTime() + atMostNs;
        try (InMemoryNode node = InMemoryNode.of(CAPACITY, services())) {
            return new WarmUp(node).untilSettled(end);
        }
    }

    private static List<ServiceSpec> services() {
        return List.of(
                service("203.0.113.5", "192.0.2.2", Transport.TCP),
                service("203.0.113.5", "192.0.2.2", Transport.UDP),
                service("2001:db8::5", "fd00::2", Transport.TCP),
                service("2001:db8::5", "fd00::2", Transport.UDP));
    }

    private static ServiceSpec service(String virtual, String server, int protocol) {
        return new ServiceSpec(
                "warm-up",
                IpAddress.parse(virtual),
                80,
                protocol,
                SchedulerKind.WRR,
                Set.of(),
                SchedulingPlan.DEFAULT_TABLE_SIZE,
                List.of(ServerSpec.of("a", IpAddress.parse(server), SERVER_PORT, 1)));
    }

    private long untilSettled(long end) {
        long frames = 0;
        long best = Long.MAX_VALUE;
        int without = 0;
        while (without < SETTLED && end - System.nanoTime() > 0) {
            long begin = System.nanoTime();
            for (int n = 0; n < ROUND; n++) {
                frames += connections(families[n & 1]);
                port = (port + BURST) % PORTS;
            }
            long taken = System.nanoTime() - begin;
            without = taken < best - best / 20 ? 0 : without + 1;
            best = Math.min(best, taken);
        }
        return frames;
    }

    /** A burst of connections, from the first segment to the last, with datagrams and strays in between. */
    private int connections(Family f) {
        int frames = 0;
        frames += client(f, Transport.SYN, 80, 0);
        frames += server(f, Transport.SYN | Transport.ACK);
        frames += client(f, Transport.ACK, 80, 0);
        for (int n = 0; n < 4; n++) {
            frames += client(f, Transport.ACK | Transport.PSH, 80, 400);
            frames += server(f, Transport.ACK);
        }
        frames += datagrams(f);
        frames += client(f, Transport.FIN | Transport.ACK, 80, 0);
        frames += server(f, Transport.FIN | Transport.ACK);
        frames += client(f, Transport.ACK, 80, 0);
        frames += client(f, Transport.SYN, 81, 0);
        return frames;
    }

    private int client(Family f, int flags, int virtualPort, int payload) {
        for (int i = 0; i < BURST; i++) {
            long frame = node.store().pool(0).allocate();
            inject(
                    InMemoryNode.FRONT,
                    frame,
                    segment(frame, FROM_CLIENT, f.client, from(i), f.virtual, virtualPort, flags, payload));
        }
        return cycle(InMemoryNode.FRONT);
    }

    private int server(Family f, int flags) {
        for (int i = 0; i < BURST; i++) {
            long frame = node.store().pool(0).allocate();
            inject(
                    InMemoryNode.BACK,
                    frame,
                    segment(frame, FROM_SERVER, f.server, SERVER_PORT, f.client, from(i), flags, 0));
        }
        return cycle(InMemoryNode.BACK);
    }

    private int datagrams(Family f) {
        for (int i = 0; i < BURST; i++) {
            long frame = node.store().pool(0).allocate();
            inject(InMemoryNode.FRONT, frame, datagram(frame, FROM_CLIENT, f.client, from(i), f.virtual, 80));
        }
        int frames = cycle(InMemoryNode.FRONT);
        for (int i = 0; i < BURST; i++) {
            long frame = node.store().pool(0).allocate();
            inject(InMemoryNode.BACK, frame, datagram(frame, FROM_SERVER, f.server, SERVER_PORT, f.client, from(i)));
        }
        return frames + cycle(InMemoryNode.BACK);
    }

    private int from(int i) {
        return FIRST_PORT + port + i;
    }

    private static int segment(
            long frame,
            FrameWriter.Path path,
            IpAddress source,
            int sourcePort,
            IpAddress destination,
            int destinationPort,
            int flags,
            int payload) {
        return FrameWriter.tcp(
                frame,
                path,
                source.hi(),
                source.lo(),
                sourcePort,
                destination.hi(),
                destination.lo(),
                destinationPort,
                flags,
                1,
                1,
                payload);
    }

    private static int datagram(
            long frame,
            FrameWriter.Path path,
            IpAddress source,
            int sourcePort,
            IpAddress destination,
            int destinationPort) {
        return FrameWriter.udp(
                frame,
                path,
                source.hi(),
                source.lo(),
                sourcePort,
                destination.hi(),
                destination.lo(),
                destinationPort,
                PAYLOAD);
    }

    private void inject(int at, long frame, int length) {
        node.port(0, at).inject(frame, length, 0);
    }

    /** One cycle of the worker; what it sent is thrown away. */
    private int cycle(int in) {
        node.port(0, in).publish();
        node.worker(0).doWork();
        int frames = 0;
        for (int p = 0; p < 2; p++) {
            MemoryPort out = node.port(0, p);
            for (int n = out.sent(); n > 0; n--) {
                node.store().pool(0).release(out.sentAddress());
                out.takeSent();
                frames++;
            }
        }
        return frames;
    }
}
