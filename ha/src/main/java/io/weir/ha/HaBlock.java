package io.weir.ha;

import io.weir.bindings.Mem;
import io.weir.scheduler.IpAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A node's {@link HaStatus} in the counters file, so that other processes can see it: 64-bit words in the machine's byte
 * order, each written by the HA thread alone and read by any; together they may be of two moments.
 *
 * <pre>
 *  0       8        16       24         32          40         48                 64
 * +-------+--------+--------+----------+-----------+----------+------------------+-------------
 * |  mode | state  | since  | priority | effective | released | master's address | counters …
 * +-------+--------+--------+----------+-----------+----------+------------------+-------------
 * </pre>
 *
 * The mode is 0 while the node is on its own, 1 with VRRP, 2 with BGP; state is the ordinal of {@link HaState}; since are milliseconds of
 * the epoch; an address of 0 is none.
 */
public final class HaBlock {
    private static final int MODE = 0;
    private static final int STATE = 8;
    private static final int SINCE = 16;
    private static final int PRIORITY = 24;
    private static final int EFFECTIVE = 32;
    private static final int RELEASED = 40;
    private static final int MASTER = 48;
    private static final int COUNTERS = 64;

    private static final List<String> MODES = List.of("none", "vrrp", "bgp");

    private final long base;
    private final HaCounters counters;

    /**
     * @param base address of {@link #byteSize} bytes, zeroed at first, aligned to 8
     */
    public HaBlock(long base) {
        this.base = base;
        this.counters = new HaCounters(base + COUNTERS);
    }

    /** Bytes that it takes. */
    public static int byteSize() {
        return COUNTERS + HaCounters.byteSize();
    }

    /** The counters in it. */
    public HaCounters counters() {
        return counters;
    }

    /** HA thread: writes all but the counters, which are there already. */
    public void write(HaStatus status) {
        IpAddress master = status.master().orElse(new IpAddress(0, 0));
        Mem.putLongOpaque(base + STATE, status.state().ordinal());
        Mem.putLongOpaque(base + SINCE, status.since().toEpochMilli());
        Mem.putLongOpaque(base + PRIORITY, status.priority());
        Mem.putLongOpaque(base + EFFECTIVE, status.effectivePriority());
        Mem.putLongOpaque(base + RELEASED, status.released() ? 1 : 0);
        Mem.putLongOpaque(base + MASTER, master.hi());
        Mem.putLongOpaque(base + MASTER + 8, master.lo());
        Mem.putLongRelease(base + MODE, MODES.indexOf(status.mode()));
    }

    /** Any thread or process: what it says, without reasons and lists; empty while the node is on its own. */
    public Optional<HaStatus> read() {
        long mode = Mem.getLongAcquire(base + MODE);
        if (mode <= 0 || mode >= MODES.size()) {
            return Optional.empty();
        }
        IpAddress master = new IpAddress(Mem.getLongOpaque(base + MASTER), Mem.getLongOpaque(base + MASTER + 8));
        HaState[] states = HaState.values();
        return Optional.of(new HaStatus(
                MODES.get((int) mode),
                states[Math.clamp(Mem.getLongOpaque(base + STATE), 0, states.length - 1)],
                Instant.ofEpochMilli(Mem.getLongOpaque(base + SINCE)),
                "",
                (int) Mem.getLongOpaque(base + PRIORITY),
                (int) Mem.getLongOpaque(base + EFFECTIVE),
                master.isUnspecified() ? Optional.empty() : Optional.of(master),
                Mem.getLongOpaque(base + RELEASED) != 0,
                List.of(),
                counters.get(HaCounter.TERMS),
                List.of(),
                counters.all()));
    }
}
