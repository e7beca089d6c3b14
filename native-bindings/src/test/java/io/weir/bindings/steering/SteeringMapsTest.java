package io.weir.bindings.steering;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.NativeException;
import io.weir.bindings.Requires;
import io.weir.bindings.bpf.BpfMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SteeringMapsTest {
    @Test
    void shouldMakeTheMapsEqualToWhatIsWanted() {
        Requires.root();
        try (SteeringMaps maps = SteeringMaps.create(16, 16)) {
            for (int i = 0; i < 2; i++) { // repeating changes nothing
                maps.replaceOwned(List.of(TestFrames.ip("192.0.2.1"), TestFrames.ip("2001:db8::1")));
                maps.replaceLocal(List.of(TestFrames.ip("10.0.0.1"), TestFrames.ip("10.0.0.2")));
                maps.replaceNat(List.of(TestFrames.ip("10.0.0.1")));
                maps.replaceFullNat(List.of(TestFrames.ip("10.0.0.9")));
                maps.replaceServers(List.of(server("10.0.0.9", 80), server("10.0.0.9", 81), server("192.0.2.1", 80)));
            }
            assertEquals(
                    Map.of(
                            "192.0.2.1",
                            1 | 8,
                            "2001:db8:0:0:0:0:0:1",
                            1,
                            "10.0.0.1",
                            2 | 4,
                            "10.0.0.2",
                            2,
                            "10.0.0.9",
                            8 | 16),
                    addresses(maps));
            assertEquals(3, maps.servers().keys().size());

            maps.replaceOwned(List.of(TestFrames.ip("2001:db8::1"), TestFrames.ip("192.0.2.3")));
            maps.replaceLocal(List.of());
            maps.replaceFullNat(List.of());
            maps.replaceServers(List.of(server("10.0.0.9", 81)));
            assertEquals(
                    Map.of("2001:db8:0:0:0:0:0:1", 1, "192.0.2.3", 1, "10.0.0.1", 4, "10.0.0.9", 8), addresses(maps));
            assertEquals(1, maps.servers().keys().size());

            maps.replaceOwned(List.of());
            maps.replaceNat(List.of());
            maps.replaceServers(List.of());
            assertEquals(Map.of(), addresses(maps));
            assertEquals(List.of(), maps.servers().keys());
        }
    }

    @Test
    void shouldSayThatAMapIsFull() {
        Requires.root();
        try (SteeringMaps maps = SteeringMaps.create(1, 1)) {
            NativeException e = assertThrows(
                    NativeException.class,
                    () -> maps.replaceOwned(List.of(TestFrames.ip("192.0.2.1"), TestFrames.ip("192.0.2.2"))));
            assertTrue(e.getMessage().contains("map weir_addresses holds at most 1 entries"), e.getMessage());
        }
    }

    @Test
    void shouldLayOutAServersKey() {
        byte[] key = AddressKey.of(server("10.1.2.3", 8000)).bytes();
        assertArrayEquals(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 10, 1, 2, 3, 0x1f, 0x40, 6, 0}, key);
    }

    @Test
    void shouldGivePortsToWorkersInContiguousParts() {
        for (NatPorts ports : List.of(new NatPorts(10_000, 32_000), new NatPorts(1, 65_535), new NatPorts(5, 7))) {
            for (int workers : new int[] {1, 2, 5, 64}) {
                assertEquals(ports.low(), ports.first(0, workers));
                assertEquals(ports.high() + 1, ports.first(workers, workers));
                for (int worker = 0; worker < workers; worker++) {
                    for (int port = ports.first(worker, workers); port < ports.first(worker + 1, workers); port++) {
                        assertEquals(worker, ports.owner(port, workers));
                    }
                }
            }
        }
        assertThrows(IllegalArgumentException.class, () -> new NatPorts(0, 10));
        assertThrows(IllegalArgumentException.class, () -> new NatPorts(10, 65_536));
        assertThrows(IllegalArgumentException.class, () -> new NatPorts(10, 8));
    }

    private static Endpoint server(String address, int port) {
        return new Endpoint(TestFrames.ip(address), port, Endpoint.TCP);
    }

    private static Map<String, Integer> addresses(SteeringMaps maps) {
        BpfMap map = maps.addresses();
        Map<String, Integer> flags = new TreeMap<>();
        for (byte[] key : map.keys()) {
            byte[] value = map.get(key).orElseThrow();
            flags.put(
                    TestFrames.address(key),
                    ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getInt());
        }
        return flags;
    }
}
