package io.weir.engine.packet;

import io.weir.bindings.Mem;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * What the parser and the later stages know of each frame of a batch; the index is the frame's in its
 * {@link io.weir.engine.port.FrameBatch}. Owned by one worker.
 *
 * <p>Two cache lines a frame, off-heap: the stages use most fields of a frame together, and an access is one instruction
 * without a bounds check (a test build checks it, see {@link Mem}).
 *
 * <pre>
 *   0           8           16          24          32     40       48        56      60
 *  +-----------+-----------+-----------+-----------+------+--------+---------+-------+---------+
 *  | source hi | source lo | dest. hi  | dest. lo  | hash | record | cand. k | ports | subject |
 *  +-----------+-----------+-----------+-----------+------+--------+---------+-------+---------+
 *  | verdict | kind | traits | l3 | l4 | end | protocol | fragment id | drop | client port | TCP flags |  4 bytes each
 *  +---------+------+--------+----+----+-----+----------+-------------+------+-------------+-----------+
 *   64        68     72       76   80   84    88         92            96     100           104
 *  | destination MAC |
 *  +-----------------+
 *   112
 * </pre>
 */
public final class Burst {
    /** TCP or UDP with ports known: from the header, or for a later fragment from the fragment table. */
    public static final int KIND_PORTS = 0;
    /** ICMP or ICMPv6, header present. */
    public static final int KIND_ICMP = 1;
    /** Later fragment whose ports are not known yet. */
    public static final int KIND_FRAGMENT = 2;
    /** IP with another transport protocol. */
    public static final int KIND_OTHER_PROTOCOL = 3;
    /** ARP, message present. */
    public static final int KIND_ARP = 4;
    /** Malformed: {@link #drop} says why. */
    public static final int KIND_DROP = 5;

    /** The packet is an IPv6 one. */
    public static final int IPV6 = 1;
    /** The frame carries an 802.1Q tag. */
    public static final int TAGGED = 2;
    /** First of several fragments. */
    public static final int FIRST_FRAGMENT = 4;
    /** A fragment other than the first: no transport header in this frame. */
    public static final int LATER_FRAGMENT = 8;

    private static final int SHIFT = 7;
    private static final int SOURCE_HI = 0;
    private static final int SOURCE_LO = 8;
    private static final int DESTINATION_HI = 16;
    private static final int DESTINATION_LO = 24;
    private static final int HASH = 32;
    private static final int RECORD = 40;
    private static final int CANDIDATE_KEY = 48;
    private static final int PORTS = 56;
    private static final int SUBJECT = 60;
    private static final int VERDICT = 64;
    private static final int KIND = 68;
    private static final int TRAITS = 72;
    private static final int L3 = 76;
    private static final int L4 = 80;
    private static final int END = 84;
    private static final int PROTOCOL = 88;
    private static final int FRAGMENT_ID = 92;
    private static final int DROP = 96;
    private static final int CLIENT_PORT = 100;
    private static final int TCP_FLAGS = 104;
    private static final int STATION = 112;

    private final MemorySegment memory;
    private final long base;

    /**
     * @param capacity frames at most
     */
    public Burst(int capacity) {
        memory = Arena.ofAuto().allocate((long) capacity << SHIFT, 1 << SHIFT);
        base = memory.address();
        Mem.allow(base, memory.byteSize());
    }

    private long at(int i) {
        return base + ((long) i << SHIFT);
    }

    /** Source address, upper half. */
    public long sourceHi(int i) {
        return Mem.getLong(at(i) + SOURCE_HI);
    }

    public void setSourceHi(int i, long value) {
        Mem.putLong(at(i) + SOURCE_HI, value);
    }

    /** Source address, lower half. */
    public long sourceLo(int i) {
        return Mem.getLong(at(i) + SOURCE_LO);
    }

    public void setSourceLo(int i, long value) {
        Mem.putLong(at(i) + SOURCE_LO, value);
    }

    /** Destination address, upper half. */
    public long destinationHi(int i) {
        return Mem.getLong(at(i) + DESTINATION_HI);
    }

    public void setDestinationHi(int i, long value) {
        Mem.putLong(at(i) + DESTINATION_HI, value);
    }

    /** Destination address, lower half. */
    public long destinationLo(int i) {
        return Mem.getLong(at(i) + DESTINATION_LO);
    }

    public void setDestinationLo(int i, long value) {
        Mem.putLong(at(i) + DESTINATION_LO, value);
    }

    /** Hash of the client's endpoint. */
    public long hash(int i) {
        return Mem.getLong(at(i) + HASH);
    }

    public void setHash(int i, long value) {
        Mem.putLong(at(i) + HASH, value);
    }

    /** Address of the flow's record, or 0; before the match that of a candidate. */
    public long record(int i) {
        return Mem.getLong(at(i) + RECORD);
    }

    public void setRecord(int i, long value) {
        Mem.putLong(at(i) + RECORD, value);
    }

    /** The key of the candidate, loaded early to hide the miss. */
    public long candidateKey(int i) {
        return Mem.getLong(at(i) + CANDIDATE_KEY);
    }

    public void setCandidateKey(int i, long value) {
        Mem.putLong(at(i) + CANDIDATE_KEY, value);
    }

    /** Source port in the high half, destination port in the low half. */
    public int ports(int i) {
        return Mem.getInt(at(i) + PORTS);
    }

    public void setPorts(int i, int value) {
        Mem.putInt(at(i) + PORTS, value);
    }

    /** Index of the service or of the real server's endpoint that the verdict speaks of. */
    public int subject(int i) {
        return Mem.getInt(at(i) + SUBJECT);
    }

    public void setSubject(int i, int value) {
        Mem.putInt(at(i) + SUBJECT, value);
    }

    /** What the packet is to this node: a constant of the pipeline's. */
    public int verdict(int i) {
        return Mem.getInt(at(i) + VERDICT);
    }

    public void setVerdict(int i, int value) {
        Mem.putInt(at(i) + VERDICT, value);
    }

    /** What was parsed: one of the {@code KIND_…} constants. */
    public int kind(int i) {
        return Mem.getInt(at(i) + KIND);
    }

    public void setKind(int i, int value) {
        Mem.putInt(at(i) + KIND, value);
    }

    /** Bit set of the constants above. */
    public int traits(int i) {
        return Mem.getInt(at(i) + TRAITS);
    }

    public void setTraits(int i, int value) {
        Mem.putInt(at(i) + TRAITS, value);
    }

    /** Offset of the IP header in the frame. */
    public int l3(int i) {
        return Mem.getInt(at(i) + L3);
    }

    public void setL3(int i, int value) {
        Mem.putInt(at(i) + L3, value);
    }

    /** Offset of the transport header in the frame. */
    public int l4(int i) {
        return Mem.getInt(at(i) + L4);
    }

    public void setL4(int i, int value) {
        Mem.putInt(at(i) + L4, value);
    }

    /** Offset of the packet's last byte plus one: what follows is padding. */
    public int end(int i) {
        return Mem.getInt(at(i) + END);
    }

    public void setEnd(int i, int value) {
        Mem.putInt(at(i) + END, value);
    }

    /** Transport protocol. */
    public int protocol(int i) {
        return Mem.getInt(at(i) + PROTOCOL);
    }

    public void setProtocol(int i, int value) {
        Mem.putInt(at(i) + PROTOCOL, value);
    }

    /** Identification of a fragmented datagram. */
    public int fragmentId(int i) {
        return Mem.getInt(at(i) + FRAGMENT_ID);
    }

    public void setFragmentId(int i, int value) {
        Mem.putInt(at(i) + FRAGMENT_ID, value);
    }

    /** Reason of a malformed frame: ordinal of a {@link io.weir.engine.counters.Counter}. */
    public int drop(int i) {
        return Mem.getInt(at(i) + DROP);
    }

    public void setDrop(int i, int value) {
        Mem.putInt(at(i) + DROP, value);
    }

    /** The segment's TCP flags; 0 where there is no TCP header. */
    public int tcpFlags(int i) {
        return Mem.getInt(at(i) + TCP_FLAGS);
    }

    public void setTcpFlags(int i, int value) {
        Mem.putInt(at(i) + TCP_FLAGS, value);
    }

    /** MAC address that the frame was sent to. */
    public long station(int i) {
        return Mem.getLong(at(i) + STATION);
    }

    public void setStation(int i, long value) {
        Mem.putLong(at(i) + STATION, value);
    }

    /** Port of the client's endpoint, whichever end of the packet it is. */
    public int clientPort(int i) {
        return Mem.getInt(at(i) + CLIENT_PORT);
    }

    public void setClientPort(int i, int value) {
        Mem.putInt(at(i) + CLIENT_PORT, value);
    }
}
