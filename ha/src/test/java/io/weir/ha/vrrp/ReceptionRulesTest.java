package io.weir.ha.vrrp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.NativeBlock;
import io.weir.ha.HaCounter;
import io.weir.ha.HaCounters;
import io.weir.scheduler.IpAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReceptionRulesTest {
    private static final byte[] GOOD = Packets.hex(Packets.KEEPALIVED_V4);
    private static final IpAddress OWN = IpAddress.parse("192.0.2.2");
    private static final List<IpAddress> SAME = List.of(IpAddress.parse("192.0.2.11"), IpAddress.parse("192.0.2.10"));

    private final NativeBlock block = new NativeBlock(HaCounters.byteSize());
    private final HaCounters counters = new HaCounters(block.address());
    private final Packets packets = new Packets();

    @AfterEach
    void close() {
        packets.close();
        block.close();
    }

    private ReceptionRules rules(int vrid, int centiseconds, List<IpAddress> addresses, IpAddress... peers) {
        VirtualRouterConfig config = new VirtualRouterConfig(vrid, 100, centiseconds, true, 0);
        ReceptionRules rules = new ReceptionRules(config, List.of(peers), counters);
        rules.update(List.of(OWN), addresses, List.of());
        return rules;
    }

    private ReceptionRules matching(IpAddress... peers) {
        return rules(51, 10, SAME, peers);
    }

    private void assertCounted(HaCounter... expected) {
        Map<HaCounter, Long> wanted = new EnumMap<>(HaCounter.class);
        wanted.put(HaCounter.RECEIVED, 1L);
        for (HaCounter counter : expected) {
            wanted.put(counter, 1L);
        }
        Map<HaCounter, Long> counted = counters.all();
        counted.values().removeIf(n -> n == 0);
        assertEquals(wanted, counted);
    }

    @Test
    void shouldHeedAnAdvertisementOfItsVirtualRouter() {
        assertTrue(matching().judge(packets.of(GOOD, Packets.SENDER_V4), 100).isPresent());
        assertCounted(HaCounter.HEARD);
    }

    @Test
    void shouldHeedFarewells() {
        byte[] farewell = GOOD.clone();
        farewell[2] = 0;
        farewell[6] = (byte) 0xa8; // 0x1215 + 0x9600
        assertTrue(
                matching().judge(packets.of(farewell, Packets.SENDER_V4), 100).isPresent());
        assertCounted(HaCounter.HEARD, HaCounter.HEARD_PRIORITY_ZERO);
    }

    @Test
    void shouldHeedMastersWithAnotherConfigurationButCountThem() {
        List<IpAddress> others = List.of(IpAddress.parse("192.0.2.10"));
        assertTrue(rules(51, 100, others)
                .judge(packets.of(GOOD, Packets.SENDER_V4), 100)
                .isPresent());
        assertCounted(HaCounter.HEARD, HaCounter.INTERVAL_MISMATCH, HaCounter.ADDRESS_MISMATCH);
    }

    @Test
    void shouldIgnoreOtherVirtualRouters() {
        assertTrue(rules(52, 10, SAME)
                .judge(packets.of(GOOD, Packets.SENDER_V4), 100)
                .isEmpty());
        assertCounted(HaCounter.IGNORED_VRID);
    }

    @Test
    void shouldIgnoreMalformedPackets() {
        byte[] bad = GOOD.clone();
        bad[7]++;
        assertTrue(matching().judge(packets.of(bad, Packets.SENDER_V4), 100).isEmpty());
        assertCounted(HaCounter.IGNORED_CHECKSUM);
    }

    @Test
    void shouldIgnoreItself() {
        // the sum of source 192.0.2.2 instead of .1
        byte[] own = GOOD.clone();
        own[7]--;
        assertTrue(matching().judge(packets.of(own, OWN), 100).isEmpty());
        assertCounted(HaCounter.IGNORED_OWN);
    }

    @Test
    void shouldIgnoreEverybodyAsOwner() {
        assertTrue(matching().judge(packets.of(GOOD, Packets.SENDER_V4), 255).isEmpty());
        assertCounted(HaCounter.IGNORED_OWNER);
    }

    @Test
    void shouldIgnoreTheGroupWherePeersAreSet() {
        ReceptionRules rules = matching(Packets.SENDER_V4);
        assertTrue(rules.judge(packets.of(GOOD, Packets.SENDER_V4), 100).isEmpty());
        assertCounted(HaCounter.IGNORED_DESTINATION);
    }

    @Test
    void shouldIgnoreUnicastWhereNoPeersAreSet() {
        assertTrue(matching().judge(toOwn(GOOD, 255), 100).isEmpty());
        assertCounted(HaCounter.IGNORED_DESTINATION);
    }

    @Test
    void shouldHeedPeersAtAnyDistance() {
        assertTrue(matching(Packets.SENDER_V4).judge(toOwn(GOOD, 250), 100).isPresent());
        assertCounted(HaCounter.HEARD);
    }

    @Test
    void shouldIgnoreWhoIsNoPeer() {
        assertTrue(matching(IpAddress.parse("192.0.2.9"))
                .judge(toOwn(GOOD, 250), 100)
                .isEmpty());
        assertCounted(HaCounter.IGNORED_PEER);
    }

    /** The same by unicast. */
    private Datagram toOwn(byte[] bytes, int hopLimit) {
        byte[] unicast = bytes.clone();
        int sum = 0x1215 + 0xe000 + 0x0012 - 0xc000 - 0x0202; // exchanges the destination in the pseudo header
        unicast[6] = (byte) (sum >> 8);
        unicast[7] = (byte) sum;
        return packets.of(unicast, Packets.SENDER_V4, OWN, hopLimit);
    }
}
