package io.weir.engine.worker;

import static io.weir.engine.testing.EngineBed.BACK;
import static io.weir.engine.testing.EngineBed.FRONT;
import static io.weir.engine.testing.FrameBuilder.ACK;
import static io.weir.engine.testing.FrameBuilder.SYN;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.weir.engine.flow.TcpState;
import io.weir.engine.packet.Transport;
import io.weir.engine.service.ServiceKey;
import io.weir.engine.testing.EngineBed;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import io.weir.engine.testing.Services;
import io.weir.engine.worker.CopyFlows.Filter;
import io.weir.scheduler.IpAddress;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a walk over the table brings back, with packets in between. */
class CopyFlowsTest {
    private static final Peer CLIENT = Peer.of("202.100.1.2", 3456);
    private static final Peer CLIENT6 = Peer.of("2001:db8:1::2", 40_000);
    private static final Peer WEB = Peer.of("202.103.106.5", 80);
    private static final Peer NAMES = Peer.of("202.103.106.5", 53);
    private static final Peer WEB6 = Peer.of("2001:db8::5", 443);
    private static final Peer SERVER = Peer.of("172.16.0.2", 8000);
    private static final Peer SERVER6 = Peer.of("2001:db8:2::2", 443);

    @RegisterExtension
    final EngineBed bed =
            EngineBed.serving(Services.tcp(WEB, SERVER), Services.udp(NAMES, SERVER), Services.tcp(WEB6, SERVER6));

    private void syn(Peer client, Peer service) {
        bed.one(FRONT, FrameBuilder.tcp(client, service, SYN, 1, 0).build());
    }

    private List<CopiedFlow> copy(Filter filter, int limit) {
        CopyFlows command = new CopyFlows(filter, new long[limit * CopyFlows.ROW], 0);
        assertTrue(bed.node().worker(0).offer(command));
        bed.run();
        return rows(command);
    }

    private static List<CopiedFlow> rows(CopyFlows command) {
        assertTrue(command.isDone());
        List<CopiedFlow> rows = new ArrayList<>();
        for (int row = 0; row < command.end(); row++) {
            rows.add(command.row(row));
        }
        return rows;
    }

    private int number(Peer service, int protocol) {
        return bed.node().registry().number(new ServiceKey(service.address(), service.port(), protocol));
    }

    private int slot(Peer service, int protocol, Peer server) {
        ServiceKey key = new ServiceKey(service.address(), service.port(), protocol);
        return bed.node().registry().slot(key, server.address(), server.port());
    }

    @Test
    void shouldCopyAllOfFlowThatAnOperatorWantsToKnow() {
        syn(CLIENT, WEB);
        bed.one(BACK, FrameBuilder.tcp(SERVER, CLIENT, SYN | ACK, 1, 2).atBack().build());
        bed.one(FRONT, FrameBuilder.tcp(CLIENT, WEB, ACK, 2, 2).build());
        bed.skip(10_000);
        bed.one(FRONT, FrameBuilder.udp(CLIENT.withPort(5353), NAMES, 9).build());
        syn(CLIENT6, WEB6);
        bed.skip(2_000);
        List<CopiedFlow> flows = new ArrayList<>(copy(Filter.ALL, 10));
        flows.sort((a, b) -> Integer.compare(a.clientPort(), b.clientPort()));
        CopiedFlow web = flows.get(0);
        assertEquals(
                new CopiedFlow(
                        CLIENT.address(),
                        3456,
                        80,
                        number(WEB, Transport.TCP),
                        Transport.TCP,
                        slot(WEB, Transport.TCP, SERVER),
                        web.expiresMs(),
                        TcpState.ESTABLISHED.ordinal(),
                        0),
                web);
        assertEquals(TcpState.ESTABLISHED, web.state());
        assertExpires(TcpState.ESTABLISHED, 12_000, web);
        assertEquals(TcpState.UDP, flows.get(1).state());
        assertEquals(slot(NAMES, Transport.UDP, SERVER), flows.get(1).server());
        assertExpires(TcpState.UDP, 2_000, flows.get(1));
        assertEquals(CLIENT6.address(), flows.get(2).client());
        assertEquals(TcpState.SYN_RECV, flows.get(2).state());
        assertEquals(3, flows.size());
    }

    /** Times are even or odd, as client or server spoke: a millisecond is not known. */
    private void assertExpires(TcpState state, long after, CopiedFlow flow) {
        long expected = bed.timeoutMs(state) - after;
        assertTrue(Math.abs(flow.expiresMs() - expected) <= 2, () -> flow + ", " + expected + " expected");
    }

    @Test
    void shouldCopyWhatMatchesAndNothingElse() {
        for (int host = 0; host < 64; host++) {
            Peer client = Peer.of("10.1.%d.%d".formatted(host / 8, host % 8), 1000 + host);
            syn(client, WEB);
            bed.one(FRONT, FrameBuilder.udp(client, NAMES, 9).build());
        }
        syn(CLIENT6, WEB6);
        IpAddress subnet = IpAddress.parse("10.1.3.0");
        long allButLastByte = -1L << 8;
        assertEquals(
                16,
                copy(new Filter(subnet.hi(), subnet.lo(), -1, allButLastByte, -1, -1), 200)
                        .size());
        assertEquals(
                8,
                copy(new Filter(subnet.hi(), subnet.lo(), -1, allButLastByte, -1, number(WEB, Transport.TCP)), 200)
                        .size());
        assertEquals(
                65,
                copy(new Filter(0, 0, 0, 0, -1, number(NAMES, Transport.UDP)), 200)
                                .size()
                        + copy(new Filter(0, 0, 0, 0, -1, number(WEB6, Transport.TCP)), 200)
                                .size());
        assertEquals(2, copy(new Filter(0, 0, 0, 0, 1009, -1), 200).size());
        List<CopiedFlow> six =
                copy(new Filter(CLIENT6.address().hi(), CLIENT6.address().lo(), -1, -1, 40_000, -1), 200);
        assertEquals(1, six.size());
        assertEquals(number(WEB6, Transport.TCP), six.getFirst().service());
        assertEquals(
                List.of(),
                copy(new Filter(CLIENT6.address().hi(), CLIENT6.address().lo(), -1, -1, 40_001, -1), 200));
        assertEquals(129, copy(Filter.ALL, 200).size());
        assertEquals(7, copy(Filter.ALL, 7).size(), "no more than there is room for");
    }

    @Test
    void shouldGoOnWhereAnotherWorkersRowsEnd() {
        syn(CLIENT, WEB);
        long[] rows = new long[3 * CopyFlows.ROW];
        Arrays.fill(rows, 0, CopyFlows.ROW, 77);
        CopyFlows command = new CopyFlows(Filter.ALL, rows, 1);
        assertTrue(bed.node().worker(0).offer(command));
        assertFalse(command.isDone());
        bed.run();
        assertTrue(command.isDone());
        assertEquals(2, command.end());
        assertEquals(3456, command.row(1).clientPort());
        assertEquals(77, rows[0], "another's row");
        assertThrows(IndexOutOfBoundsException.class, () -> command.row(0));
        assertThrows(IndexOutOfBoundsException.class, () -> command.row(2));
        CopyFlows full = new CopyFlows(Filter.ALL, rows, 3);
        assertTrue(bed.node().worker(0).offer(full));
        bed.run();
        assertTrue(full.isDone());
        assertEquals(3, full.end());
    }

    @Test
    void shouldNotCopyFlowsWhoseTimeIsOver() {
        syn(CLIENT, WEB);
        bed.one(FRONT, FrameBuilder.udp(CLIENT, NAMES, 9).build());
        CopyFlows command = new CopyFlows(Filter.ALL, new long[10 * CopyFlows.ROW], 0);
        assertTrue(bed.node().worker(0).offer(command));
        bed.skip(bed.timeoutMs(TcpState.SYN_RECV) + 2);
        bed.node().worker(0).doWork();
        bed.run();
        assertEquals(
                List.of(TcpState.UDP),
                rows(command).stream().map(CopiedFlow::state).toList());
    }

    @Test
    void shouldCopyEveryFlowOnceThoughOthersComeAndExpireMeanwhile() {
        bed.capacity(24_000);
        Set<Integer> lasting = new HashSet<>();
        for (int n = 0; n < 8_000; n++) {
            Peer client = CLIENT.withPort(1000 + n);
            bed.inject(0, FRONT, 0, FrameBuilder.udp(client, NAMES, 4).build());
            bed.inject(0, FRONT, 0, FrameBuilder.tcp(client, WEB, SYN, 1, 0).build());
            lasting.add(client.port());
            if (n % 100 == 0) {
                bed.run();
            }
        }
        bed.run();
        bed.skip(bed.timeoutMs(TcpState.SYN_RECV) - 20); // the SYNs expire while the walk is under way
        CopyFlows command = new CopyFlows(
                new Filter(0, 0, 0, 0, -1, number(NAMES, Transport.UDP)), new long[20_000 * CopyFlows.ROW], 0);
        assertTrue(bed.node().worker(0).offer(command));
        int cycles = 0;
        for (; !command.isDone(); cycles++) {
            bed.skip(1);
            bed.inject(
                    0,
                    FRONT,
                    0,
                    FrameBuilder.tcp(CLIENT.withPort(30_000 + cycles), WEB, SYN, 1, 0)
                            .build());
            bed.node().worker(0).doWork();
        }
        assertTrue(cycles > 20, cycles + " cycles: bounded work in each");
        List<Integer> ports = rows(command).stream().map(CopiedFlow::clientPort).toList();
        assertEquals(8_000, ports.size(), "each once");
        assertEquals(lasting, new HashSet<>(ports));
    }

    @Test
    void shouldAllocateNothingOnTheWorker() {
        bed.capacity(4_000);
        for (int n = 0; n < 2_000; n++) {
            syn(CLIENT.withPort(1000 + n), WEB);
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        InMemoryNode node = bed.node();
        long allocated = 0;
        int warm = 2_000;
        int rounds = 5_000;
        for (int round = 0; round < warm + rounds; round++) {
            CopyFlows command = new CopyFlows(Filter.ALL, new long[2_000 * CopyFlows.ROW], 0);
            assertTrue(node.worker(0).offer(command));
            long before = threads.getCurrentThreadAllocatedBytes();
            while (!command.isDone()) {
                node.worker(0).doWork();
            }
            allocated += round < warm ? 0 : threads.getCurrentThreadAllocatedBytes() - before;
            assertEquals(2_000, command.end());
        }
        // the JVM allocates a little when it throws compiled code away; an object a walk would be sixteen bytes or more
        assertTrue(allocated < rounds, allocated + " bytes allocated in " + rounds + " walks");
    }
}
