package io.weir.engine.counters;

/**
 * Layout of the counters file, version {@value #VERSION}: all numbers in the machine's byte order.
 *
 * <pre>
 *  0        8        12        16        20         24      32          40
 * +--------+--------+---------+---------+----------+-------+-----------+----------- … -+
 * | magic  | version| workers |  slots  | counters |  pid  | started   |  unused       |  header, 128 bytes
 * +--------+--------+---------+---------+----------+-------+-----------+----------- … -+
 * | counters: a block a worker ({@link WorkerCounters})                                 |
 * | gauges: 64 bytes a worker (cycle times: p50, p99, p99.9, max, count; ns)            |
 * | long cycles: a ring a worker ({@link LongCycles})                                     |
 * | node: {@value #NODE} bytes for what is the node's and no worker's: the layers above say what       |
 * | server statistics ({@link ServerStats})                                             |
 * | directory: {@value #ENTRY} bytes a server slot: what the slot stands for            |
 * | error log: {@value #ERRORS} bytes (Agrona's DistinctErrorLog)                       |
 * +-------------------------------------------------------------------------------------+
 * </pre>
 *
 * The version is stored last, with release, so a reader that finds it finds the rest.
 *
 * @param workers workers of the node
 * @param slots server slots
 */
public record CountersLayout(int workers, int slots) {
    /** First eight bytes: "WEIRCNTR". */
    public static final long MAGIC = 0x5254_4e43_5249_4557L;

    public static final int VERSION = 4;

    static final int AT_MAGIC = 0;
    static final int AT_VERSION = 8;
    static final int AT_WORKERS = 12;
    static final int AT_SLOTS = 16;
    static final int AT_COUNTERS = 20;
    static final int AT_PID = 24;
    static final int AT_STARTED = 32;
    static final int HEADER = 128;

    static final int GAUGES = 64;

    /** Bytes of the node's own block, aligned to 128. */
    public static final int NODE = 1024;

    static final int ENTRY = 512;
    static final int ERRORS = 1 << 16;

    long counters(int worker) {
        return HEADER + (long) worker * WorkerCounters.byteSize();
    }

    long gauges(int worker) {
        return counters(workers) + (long) worker * GAUGES;
    }

    long longCycles(int worker) {
        return (gauges(workers) + 127 & ~127L) + (long) worker * LongCycles.byteSize();
    }

    long node() {
        return longCycles(workers);
    }

    long stats() {
        return node() + NODE;
    }

    long directory(int slot) {
        return stats() + ServerStats.byteSize(slots, workers) + (long) slot * ENTRY;
    }

    long errors() {
        return directory(slots);
    }

    /** Bytes of the file. */
    public long byteSize() {
        return errors() + ERRORS;
    }
}
