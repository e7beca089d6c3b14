package io.weir.bindings.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.weir.bindings.Libc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One {@code bpf(2)} call: a zeroed {@code union bpf_attr}, its fields, and what they point to. */
final class BpfCall implements AutoCloseable {
    /** {@code __NR_bpf}: libc has no wrapper. */
    private static final long NUMBER = switch (System.getProperty("os.arch").toLowerCase(Locale.ROOT)) {
        case "amd64", "x86_64" -> 321;
        case "aarch64" -> 280;
        default ->
            throw new UnsupportedOperationException(
                    "Weir runs on x86-64 and aarch64, not on " + System.getProperty("os.arch"));
    };

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment attr = arena.allocate(BpfAbi.ATTR_SIZE, 8);

    BpfCall put(int offset, int value) {
        attr.set(JAVA_INT, offset, value);
        return this;
    }

    BpfCall putPointer(int offset, MemorySegment target) {
        attr.set(JAVA_LONG, offset, target.address());
        return this;
    }

    /** Sets a pointer to a copy of the bytes, and returns that copy. */
    MemorySegment putBytes(int offset, byte[] bytes) {
        MemorySegment copy = allocate(bytes.length);
        MemorySegment.copy(bytes, 0, copy, JAVA_BYTE, 0, bytes.length);
        putPointer(offset, copy);
        return copy;
    }

    BpfCall putLong(int offset, long value) {
        attr.set(JAVA_LONG, offset, value);
        return this;
    }

    /** An object's name: at most 15 letters, digits, dots and underscores. */
    BpfCall putName(int offset, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(bytes, 0, attr, JAVA_BYTE, offset, Math.min(bytes.length, BpfAbi.OBJ_NAME_LEN - 1));
        return this;
    }

    int get(int offset) {
        return attr.get(JAVA_INT, offset);
    }

    MemorySegment allocate(long size) {
        return arena.allocate(Math.max(size, 1), 8);
    }

    /** Calls the kernel: its result, or {@code -errno}. */
    int run(int command) {
        return (int) Libc.syscall(NUMBER, command, attr.address(), BpfAbi.ATTR_SIZE, 0, 0, 0);
    }

    @Override
    public void close() {
        arena.close();
    }
}
