package io.weir.bindings.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.weir.bindings.Errno;
import io.weir.bindings.Libc;
import io.weir.bindings.NativeException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A program in the kernel ({@code bpf(2)}, {@code BPF_PROG_LOAD}).
 *
 * <p>Owns its descriptor; a link, a socket or a fanout group that the program was given to keeps it alive beyond
 * {@link #close()}. When the verifier refuses, the exception carries the end of its log.
 */
public final class BpfProgram implements AutoCloseable {
    /** What a program may be attached to. */
    public enum Type {
        /** {@code SO_ATTACH_BPF} and {@code PACKET_FANOUT_EBPF}. */
        SOCKET_FILTER(BpfAbi.BPF_PROG_TYPE_SOCKET_FILTER, 0),
        /** TCX ingress. */
        SCHED_CLS(BpfAbi.BPF_PROG_TYPE_SCHED_CLS, 0),
        /** The driver's receive path. */
        XDP(BpfAbi.BPF_PROG_TYPE_XDP, BpfAbi.BPF_XDP);

        private final int number;
        private final int attachType;

        Type(int number, int attachType) {
            this.number = number;
            this.attachType = attachType;
        }
    }

    /**
     * What a test run gave.
     *
     * @param returned the program's return value
     * @param nanosPerRun how long one run took on average
     */
    public record TestRun(int returned, int nanosPerRun) {}

    /**
     * What a program made of a frame.
     *
     * @param returned its return value
     * @param frame what the frame became
     */
    public record Transformed(int returned, byte[] frame) {}

    private static final int LOG_SIZE = 16 << 20;
    private static final int LOG_TAIL = 4000;
    private static final int ROOM_TO_GROW = 256;

    /** Of {@code struct bpf_prog_info} as far as it is read. */
    private static final int INFO_SIZE = BpfAbi.PROG_INFO_NAME + BpfAbi.OBJ_NAME_LEN;

    private final int fd;
    private final Type type;
    private final String name;
    private boolean closed;

    private BpfProgram(int fd, Type type, String name) {
        this.fd = fd;
        this.type = type;
        this.name = name;
    }

    /**
     * Has the kernel verify and compile a program.
     *
     * @param type what it will be attached to
     * @param name what {@code bpftool prog} shows: at most 15 letters, digits, dots and underscores
     * @param instructions encoded instructions, as {@link BpfAssembler#assemble()} returns them
     * @throws NativeException when the kernel refuses, with the verifier's last words
     */
    public static BpfProgram load(Type type, String name, long[] instructions) {
        int fd = load(type, name, instructions, null);
        if (fd < 0) {
            throw refused(type, name, instructions, -fd);
        }
        return new BpfProgram(fd, type, name);
    }

    private static int load(Type type, String name, long[] instructions, MemorySegment log) {
        try (BpfCall call = new BpfCall()) {
            MemorySegment code = call.allocate(instructions.length * 8L);
            MemorySegment.copy(instructions, 0, code, JAVA_LONG, 0, instructions.length);
            call.put(BpfAbi.PROG_TYPE, type.number)
                    .put(BpfAbi.INSN_CNT, instructions.length)
                    .putPointer(BpfAbi.INSNS, code)
                    .putName(BpfAbi.PROG_NAME, name)
                    .put(BpfAbi.EXPECTED_ATTACH_TYPE, type.attachType);
            call.putBytes(BpfAbi.LICENSE, "Apache-2.0\0".getBytes(StandardCharsets.US_ASCII));
            if (log != null) {
                call.put(BpfAbi.LOG_LEVEL, 1)
                        .put(BpfAbi.LOG_SIZE, (int) log.byteSize())
                        .putPointer(BpfAbi.LOG_BUF, log);
            }
            return call.run(BpfAbi.BPF_PROG_LOAD);
        }
    }

    private static NativeException refused(Type type, String name, long[] instructions, int errno) {
        String call = "bpf(BPF_PROG_LOAD, %s %s, %d instructions)".formatted(type, name, instructions.length);
        if (errno == Errno.EPERM) {
            return new NativeException(call, errno);
        }
        try (BpfCall memory = new BpfCall()) {
            MemorySegment log = memory.allocate(LOG_SIZE);
            int fd = load(type, name, instructions, log);
            if (fd >= 0) {
                Libc.close(fd);
            }
            String text = log.getString(0, StandardCharsets.US_ASCII);
            String tail = text.substring(Math.max(0, text.length() - LOG_TAIL)).strip();
            return new NativeException(call, errno, tail.isEmpty() ? Errno.hint(errno) : "the verifier said:\n" + tail);
        }
    }

    /** Its descriptor, which stays the program's own. */
    public int fd() {
        return fd;
    }

    public Type type() {
        return type;
    }

    public String name() {
        return name;
    }

    /**
     * Runs the program on a frame, without any device ({@code BPF_PROG_TEST_RUN}).
     *
     * <p>XDP and SCHED_CLS see the frame from its Ethernet header on; a SOCKET_FILTER sees what follows the Ethernet
     * header, as a fanout program does. The kernel wants 14 bytes at least.
     *
     * @param frame Ethernet frame without its check sequence
     * @param repeat how often, for the average time
     */
    public TestRun testRun(byte[] frame, int repeat) {
        try (BpfCall call = new BpfCall()) {
            call.put(BpfAbi.TEST_PROG_FD, fd)
                    .put(BpfAbi.TEST_DATA_SIZE_IN, frame.length)
                    .put(BpfAbi.TEST_REPEAT, repeat);
            call.putBytes(BpfAbi.TEST_DATA_IN, frame);
            int result;
            do {
                result = call.run(BpfAbi.BPF_PROG_TEST_RUN);
            } while (result == -Errno.EINTR);
            NativeException.check(result, "bpf(BPF_PROG_TEST_RUN, %s, %d bytes)".formatted(name, frame.length));
            return new TestRun(call.get(BpfAbi.TEST_RETVAL), call.get(BpfAbi.TEST_DURATION));
        }
    }

    /**
     * Runs an XDP program on a frame once and returns what becomes of it ({@code BPF_PROG_TEST_RUN}).
     *
     * @param frame Ethernet frame without its check sequence, 14 bytes at least
     */
    public Transformed transform(byte[] frame) {
        try (BpfCall call = new BpfCall()) {
            MemorySegment out = call.allocate(frame.length + ROOM_TO_GROW);
            call.put(BpfAbi.TEST_PROG_FD, fd)
                    .put(BpfAbi.TEST_DATA_SIZE_IN, frame.length)
                    .put(BpfAbi.TEST_DATA_SIZE_OUT, (int) out.byteSize())
                    .putPointer(BpfAbi.TEST_DATA_OUT, out)
                    .put(BpfAbi.TEST_REPEAT, 1);
            call.putBytes(BpfAbi.TEST_DATA_IN, frame);
            int result = call.run(BpfAbi.BPF_PROG_TEST_RUN);
            NativeException.check(result, "bpf(BPF_PROG_TEST_RUN, %s, %d bytes)".formatted(name, frame.length));
            int length = call.get(BpfAbi.TEST_DATA_SIZE_OUT);
            return new Transformed(
                    call.get(BpfAbi.TEST_RETVAL), out.asSlice(0, length).toArray(JAVA_BYTE));
        }
    }

    /**
     * The name of whichever program has a number in the kernel, or nothing when there is none.
     *
     * @throws NativeException when the kernel does not tell
     */
    public static Optional<String> nameOf(int id) {
        try (BpfCall call = new BpfCall()) {
            int found = call.put(BpfAbi.ID, id).run(BpfAbi.BPF_PROG_GET_FD_BY_ID);
            if (found == -Errno.ENOENT) {
                return Optional.empty();
            }
            NativeException.check(found, "bpf(BPF_PROG_GET_FD_BY_ID, %d)".formatted(id));
            try (BpfCall ask = new BpfCall()) {
                MemorySegment info = ask.allocate(INFO_SIZE);
                int result = ask.put(BpfAbi.INFO_FD, found)
                        .put(BpfAbi.INFO_LEN, INFO_SIZE)
                        .putPointer(BpfAbi.INFO, info)
                        .run(BpfAbi.BPF_OBJ_GET_INFO_BY_FD);
                NativeException.check(result, "bpf(BPF_OBJ_GET_INFO_BY_FD, program %d)".formatted(id));
                return Optional.of(info.getString(BpfAbi.PROG_INFO_NAME, StandardCharsets.US_ASCII));
            } finally {
                Libc.close(found);
            }
        }
    }

    /**
     * Runs an XDP program on many copies of a frame and lets its verdicts happen: XDP_TX sends from the device,
     * XDP_REDIRECT sends elsewhere, XDP_PASS receives ({@code BPF_F_TEST_XDP_LIVE_FRAMES}, since Linux 5.18). Blocks
     * until all are done; one thread a processor for more.
     *
     * <p>What the program writes into a frame may still be there when the same memory is used for a later copy.
     *
     * @param frame Ethernet frame without its check sequence, at most about 3500 bytes
     * @param ifindex the device that the frames seem to come from, in the network namespace of the calling thread
     * @param queue its receive queue
     * @param count how many copies
     * @param batch how many are handed on at a time, 1 to 256; 64 is the kernel's own choice
     * @throws NativeException when the kernel refuses or a signal interrupts
     */
    public void runLive(byte[] frame, int ifindex, int queue, int count, int batch) {
        try (BpfCall call = new BpfCall()) {
            MemorySegment context = call.allocate(BpfAbi.XDP_MD_SIZE);
            context.set(JAVA_INT, BpfAbi.XDP_MD_DATA, 0);
            context.set(JAVA_INT, BpfAbi.XDP_MD_DATA_END, frame.length);
            context.set(JAVA_INT, BpfAbi.XDP_MD_INGRESS_IFINDEX, ifindex);
            context.set(JAVA_INT, BpfAbi.XDP_MD_RX_QUEUE_INDEX, queue);
            MemorySegment data = call.allocate(frame.length);
            MemorySegment.copy(frame, 0, data, JAVA_BYTE, 0, frame.length);
            int result = call.put(BpfAbi.TEST_PROG_FD, fd)
                    .put(BpfAbi.TEST_DATA_SIZE_IN, frame.length)
                    .putPointer(BpfAbi.TEST_DATA_IN, data)
                    .put(BpfAbi.TEST_REPEAT, count)
                    .put(BpfAbi.TEST_CTX_SIZE_IN, BpfAbi.XDP_MD_SIZE)
                    .putPointer(BpfAbi.TEST_CTX_IN, context)
                    .put(BpfAbi.TEST_FLAGS, BpfAbi.BPF_F_TEST_XDP_LIVE_FRAMES)
                    .put(BpfAbi.TEST_BATCH_SIZE, batch)
                    .run(BpfAbi.BPF_PROG_TEST_RUN);
            if (result < 0) {
                throw new NativeException(
                        "bpf(BPF_PROG_TEST_RUN, %s, live, ifindex %d, queue %d, %d times %d bytes)"
                                .formatted(name, ifindex, queue, count, frame.length),
                        -result,
                        result == -Errno.EINVAL
                                ? "live frames need Linux 5.18, a receive queue that exists, at least 14 and at most "
                                        + "about 3500 bytes"
                                : Errno.hint(-result));
            }
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            Libc.close(fd);
        }
    }
}
