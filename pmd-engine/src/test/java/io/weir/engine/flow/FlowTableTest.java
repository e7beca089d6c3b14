package io.weir.engine.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import io.weir.engine.packet.Ipv4;
import io.weir.engine.testing.Seeded;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The table against a {@link HashMap}. */
class FlowTableTest {
    private static final int SERVERS = 7;
    private static final int[] ENDPOINT_OF = {0, 1, 1, 3, 4, 3, 6};

    /** All that tells one flow from another. */
    private record Flow(long hi, long lo, int clientPort, int virtualPort, int service) {
        long key() {
            return FlowRecord.key(clientPort, virtualPort, service, 6);
        }
    }

    private final List<NativeBlock> blocks = new ArrayList<>();
    private final FlowHasher hasher = new FlowHasher(0x1234_5678_9abcL);
    private final Map<Flow, Integer> model = new HashMap<>();
    private FlowTable table;

    @AfterEach
    void release() {
        blocks.forEach(NativeBlock::close);
    }

    private void open(int capacity) {
        NativeBlock block = new NativeBlock(FlowTable.byteSize(capacity));
        blocks.add(block);
        table = new FlowTable(block.address(), capacity);
    }

    private long hash(Flow flow) {
        return hasher.hash(flow.hi, flow.lo, flow.clientPort);
    }

    private long find(Flow flow) {
        return table.find(hash(flow), flow.hi, flow.lo, flow.key());
    }

    private boolean hasSibling(Flow flow) {
        return model.keySet().stream()
                .anyMatch(other -> other.hi == flow.hi && other.lo == flow.lo && other.clientPort == flow.clientPort);
    }

    private void insert(Flow flow, int server) {
        long probed = table.probe(hash(flow), flow.hi, flow.lo, flow.key());
        assertTrue(FlowTable.isFree(probed));
        assertEquals(hasSibling(flow), (probed & FlowTable.SHARED) != 0, "another flow of the client's endpoint");
        long record = table.insert(probed, flow.hi, flow.lo, flow.key());
        if (model.size() == table.capacity()) {
            assertEquals(0, record, "a full table");
            return;
        }
        assertNotEquals(0, record);
        for (int at = FlowRecord.SERVER; at < FlowRecord.BYTES; at += 4) {
            assertEquals(0, Mem.getInt(record + at), "field at " + at);
        }
        Mem.putInt(record + FlowRecord.SERVER, server);
        Mem.putInt(record + FlowRecord.REPLAY_POINT, (int) flow.lo ^ flow.clientPort);
        model.put(flow, server);
    }

    private void remove(Flow flow) {
        table.remove(find(flow), hasher);
        model.remove(flow);
    }

    private void assertSame(Flow flow) {
        long record = find(flow);
        Integer server = model.get(flow);
        if (server == null) {
            assertEquals(0, record);
            return;
        }
        assertNotEquals(0, record, flow::toString);
        assertEquals(record, table.probe(hash(flow), flow.hi, flow.lo, flow.key()));
        assertEquals(server, FlowRecord.server(record));
        assertEquals((int) flow.lo ^ flow.clientPort, Mem.getInt(record + FlowRecord.REPLAY_POINT));
    }

    private void assertAllThere() {
        assertEquals(model.size(), table.size());
        model.keySet().forEach(this::assertSame);
        int used = 0;
        for (long n = 0; n < table.slots(); n++) {
            used += Mem.getLong(table.slot(n) + FlowRecord.KEY) != 0 ? 1 : 0;
        }
        assertEquals(model.size(), used, "slots in use");
    }

    private static Flow random(SplittableRandom random, int clients) {
        boolean v6 = random.nextBoolean();
        long host = random.nextInt(clients);
        return new Flow(
                v6 ? 0x2001_0db8_0000_0000L : 0,
                v6 ? host : Ipv4.mapped((int) host),
                1 + random.nextInt(3),
                80 + random.nextInt(2),
                random.nextInt(2));
    }

    @ParameterizedTest
    @CsvSource({"1,4", "12,8", "100,30", "1000,200", "1000,100000"})
    void shouldEqualAHashMapWhenOperationsAreRandom(int capacity, int clients) {
        open(capacity);
        SplittableRandom random = Seeded.random("FlowTableTest " + capacity);
        int appetite = 0;
        for (int n = 0; n < 100_000; n++) {
            if (n % 5000 == 0) {
                appetite = random.nextInt(1, 10); // fills up for a while, runs empty for a while
            }
            Flow flow = random(random, clients);
            assertSame(flow);
            boolean known = model.containsKey(flow);
            if (random.nextInt(10) < appetite) {
                if (!known) {
                    insert(flow, random.nextInt(SERVERS));
                }
            } else if (known) {
                remove(flow);
            }
            if (n % 1000 == 0) {
                assertAllThere();
            }
        }
        List.copyOf(model.keySet()).forEach(this::remove);
        assertAllThere();
    }

    @Test
    void shouldKeepClustersWholeWhenTheyWrapAroundTheEnd() {
        open(48);
        SplittableRandom random = Seeded.random("FlowTableTest.wrap");
        long slots = table.slots();
        for (int round = 0; round < 2000; round++) {
            List<Flow> cluster = new ArrayList<>();
            while (cluster.size() < 12) { // homes in the last three slots and the first
                Flow flow = random(random, 1_000_000);
                long home = hash(flow) + 3 & slots - 1;
                if (home < 4 && !model.containsKey(flow)) {
                    insert(flow, random.nextInt(SERVERS));
                    cluster.add(flow);
                }
            }
            assertAllThere();
            while (!cluster.isEmpty()) {
                remove(cluster.remove(random.nextInt(cluster.size())));
                assertAllThere();
            }
        }
    }

    @Test
    void shouldFindTheFlowOfAServersPacketByItsClientAndEndpoint() {
        open(1000);
        SplittableRandom random = Seeded.random("FlowTableTest.server");
        for (int n = 0; n < 20_000; n++) {
            Flow flow = random(random, 100);
            if (model.containsKey(flow)) {
                remove(flow);
            } else {
                insert(flow, random.nextInt(SERVERS));
            }
            int endpoint = ENDPOINT_OF[random.nextInt(SERVERS)];
            int virtualPort = random.nextBoolean() ? -1 : flow.virtualPort;
            long found = table.findByServer(
                    hash(flow), flow.hi, flow.lo, flow.clientPort, endpoint, ENDPOINT_OF, virtualPort);
            boolean expected = model.entrySet().stream()
                    .anyMatch(e -> e.getKey().hi == flow.hi
                            && e.getKey().lo == flow.lo
                            && e.getKey().clientPort == flow.clientPort
                            && ENDPOINT_OF[e.getValue()] == endpoint
                            && (virtualPort < 0 || e.getKey().virtualPort == virtualPort));
            assertEquals(expected, found != 0);
            if (found != 0) {
                assertEquals(flow.clientPort, FlowRecord.clientPort(found));
                assertEquals(endpoint, ENDPOINT_OF[FlowRecord.server(found)]);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 17, 1000, 65536, 1_000_000, 100_000_000})
    void shouldStayAtThreeQuartersOrBelowWhenFull(int capacity) {
        long slots = FlowTable.slots(capacity);
        assertEquals(1, Long.bitCount(slots));
        assertTrue(capacity <= slots * 3 / 4 && capacity < slots, slots + " slots");
        assertEquals(slots * 64, FlowTable.byteSize(capacity));
    }

    @Test
    void shouldVisitEverySlotWhenSweeping() {
        open(10);
        for (long n = 0; n < 3 * table.slots(); n++) {
            assertEquals(table.slot(Math.floorMod(-n, table.slots())), table.sweepSlot());
            table.sweepNext();
        }
    }
}
