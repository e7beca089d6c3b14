package io.weir.ha.reconstruct;

import io.weir.engine.service.FlowOwners;

/**
 * The flows that a worker is reconstructing: a side table of bounded size, one entry each, with what does not fit into a
 * record. Owned by one worker; all memory is taken when it is made. An entry names its flow by identity, since records
 * move, and the record names its entry.
 *
 * <p>The fields are plain arrays by entry because the means of reconstruction work on them together.
 */
final class PendingFlows {
    static final int NONE = -1;

    /** Servers that are kept out of a replay at most: every candidate, and those that failed since. */
    static final int MOST_EXCLUDED = FlowOwners.MOST + 3;

    /** What an entry is waiting for. */
    enum Phase {
        FREE,
        /** A candidate's answer; the client's further segments are held. */
        PROBING,
        /** A first word from a candidate that was silent; the client's segments go on to it. */
        PROVISIONAL,
        /** The client's next segment, to go on asking with. */
        SEARCHING,
        /** A server's SYN-ACK. */
        CONNECTING,
        /** The way to the client; the server's packets are held. */
        ROUTING
    }

    final Phase[] phase;
    final long[] hash;
    final long[] clientHi;
    final long[] clientLo;
    final long[] key;
    final long[] beganNs;

    /** {@link FlowOwners#MOST} an entry: slots of the candidates. */
    final int[] candidates;

    final byte[] candidateCount;
    /** Which of them has been asked last. */
    final byte[] current;

    /** {@link #MOST_EXCLUDED} an entry: slots of servers that are known not to answer. */
    final int[] excluded;

    final byte[] excludedCount;

    /** The segment that the candidates are asked with: its sequence number, the one behind it, what it acknowledges. */
    final int[] seq;

    final int[] end;
    final int[] asked;
    /** The highest acknowledgement number and the last TSecr of the client. */
    final int[] ack;

    final int[] tsEcr;

    /** Whether those that were silent are being asked for the second time. */
    final boolean[] again;

    /** Whether the current candidate has answered, but misses something of the client's ({@link Numbers#leavesHole}). */
    final boolean[] doubted;

    /** How often the client sent its first segment again since then. */
    final byte[] repeats;

    /** Slot of the server at which the flow's connection is counted already; {@link #NONE}: at none. */
    final int[] countedAt;

    /** Of a connection to a server. */
    final int[] isn;

    final int[] tsVal;
    final boolean[] hasTimestamps;
    final int[] window;
    final byte[] tries;
    final byte[] servers;

    private final int[] free;
    private int available;

    PendingFlows(int capacity) {
        phase = new Phase[capacity];
        hash = new long[capacity];
        clientHi = new long[capacity];
        clientLo = new long[capacity];
        key = new long[capacity];
        beganNs = new long[capacity];
        candidates = new int[capacity * FlowOwners.MOST];
        candidateCount = new byte[capacity];
        current = new byte[capacity];
        excluded = new int[capacity * MOST_EXCLUDED];
        excludedCount = new byte[capacity];
        seq = new int[capacity];
        end = new int[capacity];
        asked = new int[capacity];
        ack = new int[capacity];
        tsEcr = new int[capacity];
        again = new boolean[capacity];
        doubted = new boolean[capacity];
        repeats = new byte[capacity];
        countedAt = new int[capacity];
        isn = new int[capacity];
        tsVal = new int[capacity];
        hasTimestamps = new boolean[capacity];
        window = new int[capacity];
        tries = new byte[capacity];
        servers = new byte[capacity];
        free = new int[capacity];
        for (int n = 0; n < capacity; n++) {
            phase[n] = Phase.FREE;
            free[n] = capacity - 1 - n;
        }
        available = capacity;
    }

    /** Takes an entry for a flow, or {@link #NONE}. */
    int claim(long flowHash, long hi, long lo, long flowKey, long nowNs) {
        if (available == 0) {
            return NONE;
        }
        int e = free[--available];
        hash[e] = flowHash;
        clientHi[e] = hi;
        clientLo[e] = lo;
        key[e] = flowKey;
        beganNs[e] = nowNs;
        candidateCount[e] = 0;
        current[e] = NONE;
        excludedCount[e] = 0;
        again[e] = false;
        doubted[e] = false;
        countedAt[e] = NONE;
        tries[e] = 0;
        servers[e] = 0;
        return e;
    }

    /** Gives an entry back. */
    void release(int e) {
        phase[e] = Phase.FREE;
        free[available++] = e;
    }

    /** Entries that can still be claimed. */
    int available() {
        return available;
    }

    /** Keeps a server out of a replay of this flow. */
    void exclude(int e, int server) {
        if (excludedCount[e] < MOST_EXCLUDED && !isExcluded(e, server)) {
            excluded[e * MOST_EXCLUDED + excludedCount[e]++] = server;
        }
    }

    /** Makes those that are kept out the candidates, none of which has been asked. */
    void candidatesOfExcluded(int e) {
        candidateCount[e] = (byte) Math.min(excludedCount[e], FlowOwners.MOST);
        System.arraycopy(excluded, e * MOST_EXCLUDED, candidates, e * FlowOwners.MOST, candidateCount[e]);
        current[e] = NONE;
        excludedCount[e] = 0;
    }

    /** Whether a server is kept out. */
    boolean isExcluded(int e, int server) {
        for (int n = 0; n < excludedCount[e]; n++) {
            if (excluded[e * MOST_EXCLUDED + n] == server) {
                return true;
            }
        }
        return false;
    }

    /** Of a key: the client's port. */
    static int clientPort(long key) {
        return (int) (key >>> 48);
    }

    /** Of a key: the port that the client called. */
    static int virtualPort(long key) {
        return (int) (key >>> 32) & 0xffff;
    }

    /** Of a key: the service. */
    static int service(long key) {
        return (int) (key >>> 16) & 0xffff;
    }
}
