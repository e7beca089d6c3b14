package io.weir.bindings.bpf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.NativeException;
import io.weir.bindings.Requires;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BpfMapTest {
    @BeforeEach
    void need() {
        Requires.root();
    }

    @Test
    void shouldHoldEntries() {
        try (BpfMap map = BpfMap.create(BpfMap.Type.HASH, "test.hash_1", 5, 3, 100)) {
            assertEquals(Set.of(), keys(map));
            for (int i = 0; i < 100; i++) {
                map.put(key(i), new byte[] {(byte) i, 1, 2});
            }
            assertEquals(100, keys(map).size());
            assertArrayEquals(new byte[] {42, 1, 2}, map.get(key(42)).orElseThrow());
            map.put(key(42), new byte[] {7, 7, 7});
            assertArrayEquals(new byte[] {7, 7, 7}, map.get(key(42)).orElseThrow());
            assertTrue(map.remove(key(42)));
            assertFalse(map.remove(key(42)));
            assertEquals(Optional.empty(), map.get(key(42)));
            assertFalse(keys(map).contains("2a01010101"));
            assertEquals(99, keys(map).size());
        }
    }

    @Test
    void shouldIndexAnArray() {
        try (BpfMap map = BpfMap.create(BpfMap.Type.ARRAY, "test", 4, 4, 3)) {
            map.put(2, 0x0403_0201);
            assertArrayEquals(
                    new byte[] {1, 2, 3, 4}, map.get(new byte[] {2, 0, 0, 0}).orElseThrow());
            assertEquals(3, keys(map).size());
            NativeException e = assertThrows(NativeException.class, () -> map.put(3, 1));
            assertTrue(e.getMessage().contains("holds at most 3 entries"), e.getMessage());
        }
    }

    @Test
    void shouldRefuseKeysAndValuesOfOtherSizes() {
        try (BpfMap map = BpfMap.create(BpfMap.Type.HASH, "test", 16, 4, 1)) {
            assertThrows(IllegalArgumentException.class, () -> map.put(new byte[4], new byte[4]));
            assertThrows(IllegalArgumentException.class, () -> map.put(new byte[16], new byte[8]));
            assertThrows(IllegalArgumentException.class, () -> map.get(new byte[15]));
        }
    }

    @Test
    void shouldMakeASocketMap() {
        try (BpfMap map = BpfMap.xskMap(8)) {
            assertEquals(8, map.maxEntries());
            NativeException e = assertThrows(NativeException.class, () -> map.put(0, 0));
            assertTrue(e.getMessage().contains("weir_xsks"), e.getMessage()); // descriptor 0 is no AF_XDP socket
        }
    }

    private static byte[] key(int i) {
        return new byte[] {(byte) i, 1, 1, 1, 1};
    }

    private static Set<String> keys(BpfMap map) {
        return map.keys().stream().map(HexFormat.of()::formatHex).collect(Collectors.toSet());
    }
}
