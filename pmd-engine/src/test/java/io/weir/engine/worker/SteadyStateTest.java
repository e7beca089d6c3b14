package io.weir.engine.worker;

import static io.weir.engine.worker.InMemoryNode.BACK;
import static io.weir.engine.worker.InMemoryNode.FRONT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.forward.ForwardSettings;
import io.weir.engine.packet.FrameWriter;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.FramePool;
import io.weir.engine.port.MemoryPort;
import io.weir.engine.service.ServiceSpec;
import io.weir.engine.testing.Corpus;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Services;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a worker needs while it works: nothing more than it had at the start. */
class SteadyStateTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final FrameWriter.Path FROM_CLIENT =
            new FrameWriter.Path(InMemoryNode.CLIENT_MAC, InMemoryNode.FRONT_MAC);
    private static final int BURST = 64;
    private static final long MS = 1_000_000L;

    private long nowNs = 1_000_000_000L;
    private InMemoryNode node;
    private int client;

    @AfterEach
    void close() {
        node.close();
    }

    private void open(int capacity) {
        open(capacity, Services.ofEveryKind());
    }

    private void open(int capacity, List<ServiceSpec> services) {
        ForwardSettings settings =
                new ForwardSettings(ForwardSettings.defaults().timeoutMs(), true, true, 1_000_000);
        node = new InMemoryNode(1, capacity, BURST, services, settings, (frame, length) -> true, 1500, () -> nowNs);
    }

    /** Every kind of packet that the worker tells apart, of both sides. */
    private static byte[][][] traffic() {
        List<byte[]> front = new ArrayList<>(Corpus.frames().values());
        List<byte[]> back = new ArrayList<>();
        for (Peer[] ends : new Peer[][] {
            {Corpus.CLIENT, Corpus.SERVICE, Corpus.SERVER}, {Corpus.CLIENT6, Corpus.SERVICE6, Corpus.SERVER6}
        }) {
            front.add(FrameBuilder.tcp(ends[0], ends[1], FrameBuilder.SYN, 1, 0).build());
            front.add(FrameBuilder.tcp(ends[0], ends[1], FrameBuilder.ACK, 1, 0)
                    .tag(9)
                    .build());
            front.add(FrameBuilder.tcp(ends[0], ends[1], FrameBuilder.ACK, 1, 0)
                    .ttl(1)
                    .build());
            front.add(FrameBuilder.udp(ends[0], ends[1].withPort(53), 9).build());
            front.add(FrameBuilder.tcp(ends[0], ends[1].withPort(81), FrameBuilder.SYN, 1, 0)
                    .build());
            front.add(FrameBuilder.tcp(ends[0].withPort(9), ends[1], FrameBuilder.ACK, 1, 0)
                    .build());
            front.add(FrameBuilder.udp(ends[0], ends[2].withPort(53), 9).build());
            back.add(FrameBuilder.tcp(ends[2], ends[0], FrameBuilder.SYN | FrameBuilder.ACK, 1, 0)
                    .atBack()
                    .build());
            back.add(FrameBuilder.udp(ends[2], ends[0], 100).atBack().build());
            byte[] quote = FrameBuilder.udp(ends[0], ends[2], 100).packet();
            int type = ends[0].isV6() ? 1 : 3;
            back.add(FrameBuilder.icmp(ends[2], ends[0], type, 3, 0, quote)
                    .atBack()
                    .build());
            back.addAll(Arrays.asList(
                    FrameBuilder.udp(ends[2], ends[0], 100).atBack().fragments(7, 48)));
        }
        front.add(new byte[10]);
        return new byte[][][] {front.toArray(byte[][]::new), back.toArray(byte[][]::new)};
    }

    private void inject(int port, byte[] frame) {
        long at = node.store().pool(0).allocate();
        Mem.copy(frame, 0, at, frame.length);
        node.port(0, port).inject(at, frame.length, 0);
    }

    /** A SYN of a client that has not been here before. */
    private void injectNewClient() {
        client++;
        long at = node.store().pool(0).allocate();
        int length = FrameWriter.tcp(
                at,
                FROM_CLIENT,
                0,
                Corpus.CLIENT.address().lo() + (client >>> 14),
                1024 + (client & 0x3fff),
                0,
                Corpus.SERVICE.address().lo(),
                80,
                Transport.SYN,
                1,
                0,
                0);
        node.port(0, FRONT).inject(at, length, 0);
    }

    private void turn() {
        node.port(0, FRONT).publish();
        node.port(0, BACK).publish();
        nowNs += MS / 10;
        node.worker(0).doWork();
        FramePool pool = node.store().pool(0);
        for (int index = 0; index < 2; index++) {
            MemoryPort port = node.port(0, index);
            for (int n = port.sent(); n > 0; n--) {
                pool.release(port.sentAddress());
                port.takeSent();
            }
        }
    }

    private void mix(byte[][][] traffic, int packets) {
        for (int n = 0; n < packets; ) {
            for (int i = 0; i < 20; i++, n += 2) {
                inject(FRONT, traffic[FRONT][n / 2 % traffic[FRONT].length]);
                inject(BACK, traffic[BACK][n / 2 % traffic[BACK].length]);
            }
            for (int i = 0; i < 4; i++, n++) {
                injectNewClient();
            }
            turn();
            if (n % 4400 == 0) {
                nowNs += 61_000 * MS; // SYNs expire
            }
        }
    }

    /** Until the compilers have nothing left to do, on a busy machine too: what is interpreted may allocate. */
    private void warm(byte[][][] traffic) {
        mix(traffic, 300_000);
        for (int idle = 0, round = 0; idle < 3 && round < 100; round++) {
            mix(traffic, 22_000);
            idle = CompilerThreads.areIdle() ? idle + 1 : 0;
        }
    }

    @Test
    void shouldAllocateNothingWhateverPacketsCome() {
        open(10_000);
        byte[][][] traffic = traffic();
        warm(traffic);
        long received = node.counters(0).get(Counter.RX_FRAMES);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        mix(traffic, 1_100_000);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertEquals(0, allocated, "bytes allocated");
        assertTrue(node.counters(0).get(Counter.RX_FRAMES) - received >= 1_000_000);
        for (Counter kind : new Counter[] {
            Counter.FORWARDED_TO_SERVER,
            Counter.FORWARDED_TO_CLIENT,
            Counter.FLOWS_EXPIRED,
            Counter.FRAGMENTS,
            Counter.ICMP_TRANSLATED,
            Counter.REPLY_ARP,
            Counter.REPLY_ND,
            Counter.REPLY_ECHO,
            Counter.REPLY_RST,
            Counter.REPLY_ICMP,
            Counter.EXCEPTION_KERNEL,
            Counter.DROP_NO_FLOW,
            Counter.DROP_NO_SERVICE,
            Counter.DROP_TTL,
            Counter.DROP_PROTOCOL,
            Counter.DROP_SHORT
        }) {
            assertTrue(node.counters(0).get(kind) > 1000, kind.label() + " was part of the mix");
        }
    }

    /** Packets of clients through each tunnel, some too long for it, and what routers and clients have to say about them. */
    private static byte[][][] tunnelTraffic() {
        List<byte[]> front = new ArrayList<>();
        List<byte[]> back = new ArrayList<>();
        TunnelCases.all().forEach(tunnel -> {
            boolean v6 = tunnel.client().isV6();
            Peer called = tunnel.service();
            front.add(FrameBuilder.tcp(tunnel.client(), called, FrameBuilder.SYN, 1, 0)
                    .build());
            front.add(FrameBuilder.tcp(tunnel.client(), called, FrameBuilder.ACK, 1, 0)
                    .payload(700)
                    .build());
            front.add(FrameBuilder.udp(tunnel.client(), called, 1460 - (v6 ? 20 : 0))
                    .build());
            front.add(FrameBuilder.udp(tunnel.client(), called, 90).build());
            byte[] answer = FrameBuilder.tcp(called, tunnel.client(), FrameBuilder.ACK, 1, 0)
                    .packet();
            front.add(FrameBuilder.icmp(tunnel.client(), called, v6 ? 2 : 3, v6 ? 0 : 4, 1400, answer)
                    .build());
            boolean outer6 = !tunnel.end().isV4();
            Peer source = new Peer(outer6 ? IsolatedWorkers.BACK_ADDRESS6 : IsolatedWorkers.BACK_ADDRESS, 50_000);
            Peer end = new Peer(tunnel.end(), tunnel.port());
            byte[] inner = FrameBuilder.tcp(tunnel.client(), called.withPort(8000), FrameBuilder.ACK, 1, 0)
                    .payload(700)
                    .packet();
            byte[] header = HexFormat.of().parseHex(tunnel.header());
            byte[] body = Arrays.copyOf(header, header.length + inner.length);
            System.arraycopy(inner, 0, body, header.length, inner.length);
            byte[] outer = (tunnel.port() == 0
                            ? FrameBuilder.ip(source, end, tunnel.protocol(), body)
                            : FrameBuilder.udp(source, end, 0).payload(body))
                    .packet();
            back.add(FrameBuilder.icmp(end, source.withPort(0), outer6 ? 2 : 3, outer6 ? 0 : 4, 700, outer)
                    .atBack()
                    .build());
        });
        return new byte[][][] {front.toArray(byte[][]::new), back.toArray(byte[][]::new)};
    }

    @Test
    void shouldAllocateNothingForTunnels() {
        open(10_000, TunnelCases.services());
        byte[][][] traffic = tunnelTraffic();
        mix(traffic, 300_000);
        long sent = node.counters(0).get(Counter.TUNNEL_SENT);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        mix(traffic, 600_000);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertEquals(0, allocated, "bytes allocated");
        assertTrue(node.counters(0).get(Counter.TUNNEL_SENT) - sent > 50_000);
        for (Counter kind :
                new Counter[] {Counter.TUNNEL_ICMP, Counter.ICMP_TRANSLATED, Counter.DROP_TOO_BIG, Counter.REPLY_ICMP
                }) {
            assertTrue(node.counters(0).get(kind) > 1000, kind.label() + " was part of the mix");
        }
    }

    /** Opens flows until the table is full, and lets them expire. */
    private void fillAndExpire() {
        int capacity = node.table(0).capacity();
        for (int n = 0; n < capacity; n += BURST) {
            for (int i = 0; i < BURST; i++) {
                injectNewClient();
            }
            turn();
        }
        assertEquals(capacity, node.table(0).size());
        nowNs += 61_000 * MS;
        long looks = node.table(0).slots() + capacity; // after a removal the slot is looked at again
        for (long swept = 0; swept < looks + 8192; swept += 8192) {
            nowNs += 5 * MS;
            turn();
        }
        assertEquals(0, node.table(0).size());
    }

    @Test
    void shouldSweepAsFastAsFlowsComeInBusyCycles() {
        open(10_000);
        int living = 5_000;
        for (int n = 0; n < 100_000; n += BURST) {
            for (int i = 0; i < BURST; i++) {
                injectNewClient();
            }
            nowNs += 60_000 * MS * BURST / living;
            turn();
        }
        assertEquals(0, node.counters(0).get(Counter.DROP_TABLE_FULL), "there is room for those that live");
        assertTrue(node.counters(0).get(Counter.FLOWS_EXPIRED) > 80_000);
        long most = living + BURST + node.table(0).slots() / 4;
        assertTrue(node.table(0).size() <= most, node.table(0).size() + " flows, most of them over");
    }

    private boolean tableIsZero() {
        return LongStream.range(0, node.table(0).slots())
                .allMatch(n -> Mem.getLong(node.table(0).slot(n) + FlowRecord.KEY) == 0);
    }

    private static long residentKib() {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldLeaveNothingBehindWhenAMillionFlowsHaveExpired() {
        open(250_000);
        fillAndExpire();
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        long resident = residentKib();
        for (int wave = 0; wave < 4; wave++) {
            fillAndExpire();
        }
        assertEquals(5L * 250_000, node.counters(0).get(Counter.FLOWS_EXPIRED));
        assertTrue(tableIsZero(), "every slot is free");
        assertEquals(node.store().framesPerWorker(), node.store().pool(0).available(), "free frames");
        long grown = residentKib() - resident;
        assertTrue(grown < 32 << 10, grown + " KiB more are resident: 32 bytes a flow or more");
        long heap = THREADS.getCurrentThreadAllocatedBytes() - allocated;
        assertTrue(heap < 1 << 20, heap + " bytes of heap for a million flows");
    }
}
