package io.weir.scheduler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LookupTableTest {
    private static final int SIZE = 65537;

    /** Of the tables that an independent program computes for the same three servers. */
    private static final int MAGLEV_HASH = 72608192;

    private static final int PLAIN_HASH = -873411582;

    @Test
    void shouldReproduceTableOneOfMaglevPaper() {
        assertArrayEquals(
                new int[] {1, 0, 1, 0, 2, 2, 0},
                ints(LookupTable.populate(7, new int[] {3, 0, 3}, new int[] {4, 2, 1}, new int[] {1, 1, 1})));
        final int[] withoutOne = ints(LookupTable.populate(7, new int[] {3, 3}, new int[] {4, 1}, new int[] {1, 1}));
        assertArrayEquals(
                new int[] {0, 0, 0, 0, 2, 2, 2},
                Arrays.stream(withoutOne).map(i -> i == 1 ? 2 : i).toArray());
    }

    @Test
    void shouldGiveEachServerSameNumberOfSlotsButOne() {
        for (final int servers : new int[] {1, 2, 3, 10, 100, 655}) {
            final int[] slots = count(maglev(Pools.equal(servers)), servers);
            final int min = Arrays.stream(slots).min().orElseThrow();
            final int max = Arrays.stream(slots).max().orElseThrow();
            assertTrue(max - min <= 1, servers + " servers: " + min + " to " + max);
        }
    }

    @Test
    void shouldGiveSlotsByWeight() {
        final SplittableRandom random = Seeded.random("maglev weights");
        for (int run = 0; run < 20; run++) {
            final int[] weights = random.ints(random.nextInt(1, 60), 1, 1000).toArray();
            final long sum = Arrays.stream(weights).sum();
            final ServerPool pool = Pools.weights(weights);
            for (final char[] table : List.of(maglev(pool), LookupTable.plain(pool, weights))) {
                final int[] slots = count(table, weights.length);
                for (int i = 0; i < weights.length; i++) {
                    final double share = (double) table.length * weights[i] / sum;
                    assertEquals(share, slots[i], 2 + share * 0.01, "weights " + Arrays.toString(weights));
                }
            }
        }
    }

    @Test
    void shouldGiveEvenLightestServerSlot() {
        final int[] slots = count(maglev(Pools.weights(1, RealServer.MAX_WEIGHT, RealServer.MAX_WEIGHT)), 3);
        assertTrue(slots[0] >= 1);
    }

    @Test
    void shouldNotDependOnOrderOfConfiguration() {
        final Random random = new Random(Seeded.random("maglev order").nextLong());
        final List<RealServer> servers =
                new ArrayList<>(Pools.weights(5, 1, 3, 9, 2, 2, 7, 4).servers());
        servers.add(RealServer.of(IpAddress.parse("2001:db8::1"), 443, 3));
        servers.add(RealServer.of(IpAddress.parse("2001:db8::1"), 444, 3));
        final ServerPool first = ServerPool.of(servers);
        for (int run = 0; run < 10; run++) {
            Collections.shuffle(servers, random);
            final ServerPool shuffled = ServerPool.of(servers);
            assertArrayEquals(identities(first, maglev(first)), identities(shuffled, maglev(shuffled)));
            assertArrayEquals(
                    identities(first, LookupTable.plain(first, weights(first))),
                    identities(shuffled, LookupTable.plain(shuffled, weights(shuffled))));
        }
    }

    @Test
    void shouldDisturbFewOthersWhenServerLeaves() {
        final SplittableRandom random = Seeded.random("maglev disruption");
        for (final int servers : new int[] {3, 10, 100}) {
            final ServerPool before = Pools.equal(servers);
            final int gone = random.nextInt(servers);
            final List<RealServer> rest = new ArrayList<>(before.servers());
            rest.set(gone, rest.get(gone).withUsable(false));
            final char[] old = maglev(before);
            final int[] weights = weights(before);
            weights[gone] = 0;
            final char[] now = LookupTable.maglev(ServerPool.of(rest), weights, SIZE);
            int disturbed = 0;
            for (int slot = 0; slot < SIZE; slot++) {
                disturbed += old[slot] != gone && old[slot] != now[slot] ? 1 : 0;
            }
            final double share = (double) disturbed / SIZE;
            System.out.printf("%d servers, one leaves: %.2f %% of the others' slots move%n", servers, share * 100);
            assertTrue(share < 0.03, servers + " servers: " + share);
        }
    }

    @Test
    void shouldDisturbFewOthersWhenWeightChanges() {
        final int[] weights = {10, 10, 10, 10, 10, 10, 10, 10, 10, 10};
        final ServerPool pool = Pools.weights(weights);
        final char[] old = maglev(pool);
        weights[4] = 5;
        final char[] now = LookupTable.maglev(pool, weights, SIZE);
        int disturbed = 0;
        for (int slot = 0; slot < SIZE; slot++) {
            disturbed += old[slot] != 4 && old[slot] != now[slot] ? 1 : 0;
        }
        assertTrue(disturbed < SIZE * 0.03, disturbed + " slots");
    }

    @Test
    void shouldStayTheSameAcrossVersions() {
        final ServerPool pool = ServerPool.of(
                RealServer.of(IpAddress.parse("172.16.0.2"), 80, 1),
                RealServer.of(IpAddress.parse("172.16.0.3"), 8000, 2),
                RealServer.of(IpAddress.parse("2001:db8::7"), 8080, 4));
        assertEquals(MAGLEV_HASH, Arrays.hashCode(maglev(pool)));
        assertEquals(PLAIN_HASH, Arrays.hashCode(LookupTable.plain(pool, weights(pool))));
    }

    @Test
    void shouldRefuseSizeThatDoesNotFit() {
        assertThrows(IllegalArgumentException.class, () -> LookupTable.requireFit(65536, 1));
        assertThrows(IllegalArgumentException.class, () -> LookupTable.requireFit(1, 1));
        assertThrows(IllegalArgumentException.class, () -> LookupTable.requireFit(65537, 656));
        LookupTable.requireFit(65537, 655);
        LookupTable.requireFit(655373, 6553);
    }

    @Test
    void shouldBuildTableOfManyServersInReasonableTime() {
        final int[] weights =
                IntStream.range(0, 655).map(i -> i == 0 ? 1000 : 1).toArray();
        final long start = System.nanoTime();
        maglev(Pools.weights(weights));
        final long millis = (System.nanoTime() - start) / 1_000_000;
        System.out.println("655 servers of very different weight: " + millis + " ms");
        assertTrue(millis < 10_000);
    }

    private static char[] maglev(ServerPool pool) {
        return LookupTable.maglev(pool, weights(pool), SIZE);
    }

    private static int[] weights(ServerPool pool) {
        return pool.servers().stream().mapToInt(RealServer::weight).toArray();
    }

    private static int[] count(char[] table, int servers) {
        final int[] slots = new int[servers];
        for (final char position : table) {
            slots[position]++;
        }
        return slots;
    }

    private static RealServer[] identities(ServerPool pool, char[] table) {
        final RealServer[] identities = new RealServer[table.length];
        Arrays.setAll(identities, slot -> pool.get(table[slot]));
        return identities;
    }

    private static int[] ints(char[] table) {
        return IntStream.range(0, table.length).map(i -> table[i]).toArray();
    }
}
