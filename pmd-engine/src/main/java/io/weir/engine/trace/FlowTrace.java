package io.weir.engine.trace;

import io.weir.bindings.Mem;
import java.lang.invoke.VarHandle;

/**
 * One worker's ring of trace events: 64 bytes each, the newest in place of the oldest. Written by the worker alone, read
 * by {@link TraceReader} in any process meanwhile.
 *
 * <pre>
 *   0          8         16          24          32            34             36        38      40
 *  +----------+---------+-----------+-----------+-------------+--------------+---------+-------+--------+---+---+---+--------+
 *  | sequence | time ns | client hi | client lo | client port | virtual port | service | event | server | a | b | c | unused |
 *  +----------+---------+-----------+-----------+-------------+--------------+---------+-------+--------+---+---+---+--------+
 *                                                                                               40       44  48  52  56
 * </pre>
 *
 * <b>Order.</b> The n-th event of a ring has sequence n, from 1. Before it writes an event the worker clears the slot's
 * sequence, then the rest, then stores the sequence with release. A reader that loads the same sequence, with acquire,
 * before and after it has copied the slot has one whole event; {@code weir trace} is that reader.
 */
public final class FlowTrace {
    /** Bytes of an event. */
    public static final int EVENT = 64;

    static final int SEQUENCE = 0;
    static final int TIME = 8;
    static final int CLIENT_HI = 16;
    static final int CLIENT_LO = 24;
    static final int CLIENT_PORT = 32;
    static final int VIRTUAL_PORT = 34;
    static final int SERVICE = 36;
    static final int KIND = 38;
    static final int SERVER = 40;
    static final int A = 44;
    static final int B = 48;
    static final int C = 52;

    private final long base;
    private final long mask;
    private long written;

    /**
     * @param base address of {@code events × EVENT} zeroed bytes
     * @param events a power of two
     */
    public FlowTrace(long base, int events) {
        if (Integer.bitCount(events) != 1) {
            throw new IllegalArgumentException("%d events; a power of two would be right".formatted(events));
        }
        this.base = base;
        this.mask = events - 1L;
    }

    /**
     * Writes an event.
     *
     * @param nowNs by {@link System#nanoTime}
     * @param key the flow's, see {@link io.weir.engine.flow.FlowRecord#key}
     * @param server slot of the server that it is about; -1: none
     */
    public void record(
            long nowNs, TraceEvent event, long clientHi, long clientLo, long key, int server, int a, int b, int c) {
        long at = base + (written & mask) * EVENT;
        Mem.putLongOpaque(at + SEQUENCE, 0);
        VarHandle.storeStoreFence();
        Mem.putLong(at + TIME, nowNs);
        Mem.putLong(at + CLIENT_HI, clientHi);
        Mem.putLong(at + CLIENT_LO, clientLo);
        Mem.putU16(at + CLIENT_PORT, (int) (key >>> 48));
        Mem.putU16(at + VIRTUAL_PORT, (int) (key >>> 32) & 0xffff);
        Mem.putU16(at + SERVICE, (int) (key >>> 16) & 0xffff);
        Mem.putU16(at + KIND, event.ordinal());
        Mem.putInt(at + SERVER, server);
        Mem.putInt(at + A, a);
        Mem.putInt(at + B, b);
        Mem.putInt(at + C, c);
        written++;
        Mem.putLongRelease(at + SEQUENCE, written);
    }
}
