package io.weir.engine.trace;

/**
 * Layout of the trace file, version {@value #VERSION}: all numbers in the machine's byte order.
 *
 * <pre>
 *  0        8         12        16       20     24      32            40
 * +--------+---------+---------+--------+------+-------+-------------+----- … -+
 * | magic  | version | workers | events | 0    |  pid  | epoch − ns  | unused  |  header, 128 bytes
 * +--------+---------+---------+--------+------+-------+-------------+----- … -+
 * | a ring of {@link FlowTrace} events a worker                                 |
 * +-----------------------------------------------------------------------------+
 * </pre>
 *
 * The word at 32 turns an event's time into nanoseconds since 1970. The version is stored last, with release, so a reader
 * that finds it finds the rest.
 *
 * @param workers workers of the node
 * @param events events a worker, a power of two
 */
public record TraceLayout(int workers, int events) {
    /** First eight bytes: "WEIRTRCE". */
    public static final long MAGIC = 0x4543_5254_5249_4557L;

    public static final int VERSION = 1;

    /** Events a worker: a mebibyte. */
    public static final int EVENTS = 1 << 14;

    static final int AT_MAGIC = 0;
    static final int AT_VERSION = 8;
    static final int AT_WORKERS = 12;
    static final int AT_EVENTS = 16;
    static final int AT_PID = 24;
    static final int AT_EPOCH = 32;
    static final int HEADER = 128;

    long ring(int worker) {
        return HEADER + (long) worker * events * FlowTrace.EVENT;
    }

    /** Bytes of the file. */
    public long byteSize() {
        return ring(workers);
    }
}
