package io.weir.engine.packet;

/**
 * What the parser and the later stages know of each frame of a batch, as parallel arrays (the index is the frame's in
 * its {@link io.weir.engine.port.FrameBatch}). Owned by one worker; public and plain because the stages walk it in tight loops.
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

    public final int[] kind;
    public final int[] traits;
    /** Offset of the IP header in the frame. */
    public final int[] l3;
    /** Offset of the transport header in the frame. */
    public final int[] l4;
    /** Offset of the packet's last byte plus one: what follows is padding. */
    public final int[] end;

    public final int[] protocol;
    public final long[] sourceHi;
    public final long[] sourceLo;
    public final long[] destinationHi;
    public final long[] destinationLo;
    /** Source port in the high half, destination port in the low half. */
    public final int[] ports;
    /** Identification of a fragmented datagram. */
    public final int[] fragmentId;
    /** Reason of a malformed frame: ordinal of a {@link io.weir.engine.counters.Counter}. */
    public final int[] drop;

    /** Hash of the client's endpoint. */
    public final long[] hash;
    /** What the packet is to this node: see {@code Classifier}. */
    public final int[] verdict;
    /** Index of the service or of the real server's endpoint that the verdict speaks of. */
    public final int[] subject;
    /** First key word of the flow's home slot, loaded early to hide the miss. */
    public final long[] firstKey;
    /** Address of the flow's record, or 0. */
    public final long[] record;

    /**
     * @param capacity frames at most
     */
    public Burst(int capacity) {
        kind = new int[capacity];
        traits = new int[capacity];
        l3 = new int[capacity];
        l4 = new int[capacity];
        end = new int[capacity];
        protocol = new int[capacity];
        sourceHi = new long[capacity];
        sourceLo = new long[capacity];
        destinationHi = new long[capacity];
        destinationLo = new long[capacity];
        ports = new int[capacity];
        fragmentId = new int[capacity];
        drop = new int[capacity];
        hash = new long[capacity];
        verdict = new int[capacity];
        subject = new int[capacity];
        firstKey = new long[capacity];
        record = new long[capacity];
    }
}
