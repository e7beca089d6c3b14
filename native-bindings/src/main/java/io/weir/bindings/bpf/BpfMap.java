package io.weir.bindings.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.weir.bindings.Errno;
import io.weir.bindings.Libc;
import io.weir.bindings.NativeException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A table that user space and BPF programs share ({@code bpf(2)}, {@code BPF_MAP_CREATE}).
 *
 * <p>Owns its descriptor; the kernel keeps the map while a loaded program uses it. Each update of one entry is atomic
 * to the programs. For the control path: calls allocate. Thread-safe, as the kernel's maps are.
 */
public final class BpfMap implements AutoCloseable {
    /** The kinds of map in use. */
    public enum Type {
        /** Preallocated hash table. */
        HASH(BpfAbi.BPF_MAP_TYPE_HASH),
        /** Array indexed by a 32-bit key. */
        ARRAY(BpfAbi.BPF_MAP_TYPE_ARRAY),
        /** Receive queue → processor. */
        CPUMAP(BpfAbi.BPF_MAP_TYPE_CPUMAP),
        /** Receive queue → AF_XDP socket. */
        XSKMAP(BpfAbi.BPF_MAP_TYPE_XSKMAP);

        private final int number;

        Type(int number) {
            this.number = number;
        }
    }

    private final int fd;
    private final String name;
    private final int keySize;
    private final int valueSize;
    private final int maxEntries;
    private boolean closed;

    private BpfMap(int fd, String name, int keySize, int valueSize, int maxEntries) {
        this.fd = fd;
        this.name = name;
        this.keySize = keySize;
        this.valueSize = valueSize;
        this.maxEntries = maxEntries;
    }

    /**
     * Creates a map.
     *
     * @param type its kind
     * @param name what {@code bpftool map} shows: at most 15 letters, digits, dots and underscores
     * @param keySize bytes of a key; 4 for arrays and socket maps
     * @param valueSize bytes of a value; 4 for socket maps
     * @param maxEntries how many entries it holds
     * @throws NativeException when the kernel refuses
     */
    public static BpfMap create(Type type, String name, int keySize, int valueSize, int maxEntries) {
        try (BpfCall call = new BpfCall()) {
            int fd = call.put(BpfAbi.MAP_TYPE, type.number)
                    .put(BpfAbi.KEY_SIZE, keySize)
                    .put(BpfAbi.VALUE_SIZE, valueSize)
                    .put(BpfAbi.MAX_ENTRIES, maxEntries)
                    .putName(BpfAbi.MAP_NAME, name)
                    .run(BpfAbi.BPF_MAP_CREATE);
            NativeException.check(
                    fd,
                    "bpf(BPF_MAP_CREATE, %s %s, key %d, value %d, entries %d)"
                            .formatted(type, name, keySize, valueSize, maxEntries));
            return new BpfMap(fd, name, keySize, valueSize, maxEntries);
        }
    }

    /** An {@link Type#XSKMAP} with one place for each receive queue. */
    public static BpfMap xskMap(int queues) {
        return create(Type.XSKMAP, "weir_xsks", 4, 4, queues);
    }

    /** Its descriptor, which stays the map's own. */
    public int fd() {
        return fd;
    }

    public int maxEntries() {
        return maxEntries;
    }

    /**
     * Adds an entry or replaces its value.
     *
     * @throws NativeException also when the map is full
     */
    public void put(byte[] key, byte[] value) {
        checkLength("value", value, valueSize);
        try (BpfCall call = element(key)) {
            call.putBytes(BpfAbi.VALUE, value);
            int result = call.run(BpfAbi.BPF_MAP_UPDATE_ELEM);
            if (result < 0) {
                throw new NativeException("bpf(BPF_MAP_UPDATE_ELEM, %s)".formatted(name), -result, hint(-result));
            }
        }
    }

    /** As {@link #put(byte[], byte[])} for a map with 32-bit keys and values: a queue's socket, a setting. */
    public void put(int key, int value) {
        put(word(key), word(value));
    }

    /** The value, if there is such an entry. Socket maps cannot be read. */
    public Optional<byte[]> get(byte[] key) {
        try (BpfCall call = element(key)) {
            MemorySegment value = call.allocate(valueSize);
            int result = call.putPointer(BpfAbi.VALUE, value).run(BpfAbi.BPF_MAP_LOOKUP_ELEM);
            if (result == -Errno.ENOENT) {
                return Optional.empty();
            }
            NativeException.check(result, "bpf(BPF_MAP_LOOKUP_ELEM, %s)".formatted(name));
            return Optional.of(value.asSlice(0, valueSize).toArray(JAVA_BYTE));
        }
    }

    /**
     * Removes an entry; of an array none can be removed.
     *
     * @return whether there was one; of a socket map always true
     */
    public boolean remove(byte[] key) {
        try (BpfCall call = element(key)) {
            int result = call.run(BpfAbi.BPF_MAP_DELETE_ELEM);
            if (result == -Errno.ENOENT) {
                return false;
            }
            NativeException.check(result, "bpf(BPF_MAP_DELETE_ELEM, %s)".formatted(name));
            return true;
        }
    }

    /** As {@link #remove(byte[])} for a map with 32-bit keys. */
    public boolean remove(int key) {
        return remove(word(key));
    }

    /** A snapshot of the keys. Exact while nobody else changes the map. */
    public List<byte[]> keys() {
        List<byte[]> keys = new ArrayList<>();
        byte[] last = null;
        while (keys.size() < maxEntries) {
            try (BpfCall call = last == null ? new BpfCall().put(BpfAbi.MAP_FD, fd) : element(last)) {
                MemorySegment next = call.allocate(keySize);
                int result = call.putPointer(BpfAbi.NEXT_KEY, next).run(BpfAbi.BPF_MAP_GET_NEXT_KEY);
                if (result == -Errno.ENOENT) {
                    break;
                }
                NativeException.check(result, "bpf(BPF_MAP_GET_NEXT_KEY, %s)".formatted(name));
                last = next.asSlice(0, keySize).toArray(JAVA_BYTE);
                keys.add(last);
            }
        }
        return keys;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            Libc.close(fd);
        }
    }

    private BpfCall element(byte[] key) {
        checkLength("key", key, keySize);
        BpfCall call = new BpfCall().put(BpfAbi.MAP_FD, fd);
        call.putBytes(BpfAbi.KEY, key);
        return call;
    }

    private String hint(int errno) {
        return switch (errno) {
            case Errno.E2BIG, Errno.ENOSPC -> "map %s holds at most %d entries".formatted(name, maxEntries);
            default -> Errno.hint(errno);
        };
    }

    private void checkLength(String what, byte[] bytes, int expected) {
        if (bytes.length != expected) {
            throw new IllegalArgumentException(
                    "map %s: a %s has %d bytes, not %d".formatted(name, what, expected, bytes.length));
        }
    }

    private static byte[] word(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
    }
}
