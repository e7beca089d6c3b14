package io.weir.engine.flow;

import io.weir.bindings.steering.NatPorts;

/**
 * The ports of the node's own addresses that one worker uses for connections to servers, and whose flow is at each.
 * Owned by that worker; all memory is taken when it is made.
 *
 * <p>A direct index: address number and port → the flow's identity, since records move. Ports are given out in the order
 * in which they came back, so one rests as long as it can, and {@value #QUARANTINE_SECONDS} s at least: that long a server
 * may hold the end of the connection before it (TIME_WAIT). One port serves one flow at a time, whatever the server.
 *
 * <pre>
 *  entry, 4 longs:  | client hi | client lo | flow key, 0: free | watched SEQ:32 repeats:32 |
 * </pre>
 */
public final class LocalPorts {
    /** No port, or no flow. */
    public static final int NONE = -1;

    /** Seconds that a port rests after its flow. */
    public static final int QUARANTINE_SECONDS = 60;

    private static final long QUARANTINE_NS = QUARANTINE_SECONDS * 1_000_000_000L;
    private static final int ENTRY = 4;
    private static final int KEY = 2;
    private static final int WATCH = 3;

    private final int first;
    private final int count;
    private final int addresses;
    private final long[] entries;

    /** By address, a ring of free ports: those that rest longest come first. */
    private final char[][] free;

    /** Beside {@link #free}: when each may be used again. */
    private final long[][] readyNs;

    private final int[] head;
    private final int[] available;
    private int used;

    /**
     * @param ports of all workers
     * @param worker whose part this is
     * @param workers how many there are
     * @param addresses local addresses that are told apart, 0 to {@link FlowRecord#LOCAL_ADDRESSES}
     * @param start random: at which port it begins, so that a node that starts again is not where it was
     */
    public LocalPorts(NatPorts ports, int worker, int workers, int addresses, long start) {
        if (addresses < 0 || addresses > FlowRecord.LOCAL_ADDRESSES) {
            throw new IllegalArgumentException("%d local addresses; at most %d can be told apart"
                    .formatted(addresses, FlowRecord.LOCAL_ADDRESSES));
        }
        this.first = ports.count() == 0 ? 0 : ports.first(worker, workers);
        this.count = ports.count() == 0 ? 0 : ports.first(worker + 1, workers) - first;
        this.addresses = addresses;
        this.entries = new long[addresses * count * ENTRY];
        this.free = new char[addresses][count];
        this.readyNs = new long[addresses][count];
        this.head = new int[addresses];
        this.available = new int[addresses];
        for (int address = 0; address < addresses; address++) {
            for (int i = 0; i < count; i++) {
                free[address][i] = (char) (first + Math.floorMod(start + i, count));
                readyNs[address][i] = Long.MIN_VALUE;
            }
            available[address] = count;
        }
    }

    /**
     * Takes a port for a flow.
     *
     * @param address number of the local address
     * @param key the flow's, not 0
     * @return the port, or {@link #NONE}: all are in use or rest
     */
    public int allocate(int address, long clientHi, long clientLo, long key, long nowNs) {
        if (address >= addresses || available[address] == 0) {
            return NONE;
        }
        int at = head[address];
        long ready = readyNs[address][at];
        if (ready != Long.MIN_VALUE && nowNs - ready < 0) {
            return NONE;
        }
        int port = free[address][at];
        head[address] = at + 1 == count ? 0 : at + 1;
        available[address]--;
        used++;
        int entry = entry(address, port);
        entries[entry] = clientHi;
        entries[entry + 1] = clientLo;
        entries[entry + KEY] = key;
        entries[entry + WATCH] = 0;
        return port;
    }

    /** Gives a port back that {@link #allocate} gave out; it rests now. */
    public void release(int address, int port, long nowNs) {
        int entry = entry(address, port);
        if (entry == NONE || entries[entry + KEY] == 0) {
            return;
        }
        entries[entry + KEY] = 0;
        int at = head[address] + available[address];
        at = at >= count ? at - count : at;
        free[address][at] = (char) port;
        readyNs[address][at] = nowNs + QUARANTINE_NS;
        available[address]++;
        used--;
    }

    /**
     * Finds the flow at a port.
     *
     * @return its entry, or {@link #NONE}
     */
    public int find(int address, int port) {
        int entry = entry(address, port);
        return entry == NONE || entries[entry + KEY] == 0 ? NONE : entry;
    }

    private int entry(int address, int port) {
        int place = port - first;
        return address >= addresses || place < 0 || place >= count ? NONE : (address * count + place) * ENTRY;
    }

    /** Of an entry: upper half of the client's address. */
    public long clientHi(int entry) {
        return entries[entry];
    }

    /** Of an entry: lower half of the client's address. */
    public long clientLo(int entry) {
        return entries[entry + 1];
    }

    /** Of an entry: the flow's key. */
    public long key(int entry) {
        return entries[entry + KEY];
    }

    /** Of an entry: what {@link FlowRecord#WATCHED_SEQ} and {@link FlowRecord#REPEATS} are to a plain flow. */
    public long watch(int entry) {
        return entries[entry + WATCH];
    }

    /** Sets the same. */
    public void setWatch(int entry, long watch) {
        entries[entry + WATCH] = watch;
    }

    /** Ports in use now. */
    public int used() {
        return used;
    }
}
