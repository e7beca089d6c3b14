package io.weir.perf.pktgen;

import org.HdrHistogram.Histogram;

/**
 * What became of TCP connections.
 *
 * @param opened SYNs sent, without repetitions
 * @param established SYN-ACKs that came
 * @param completed connections closed from both sides
 * @param reset connections that the other side reset
 * @param timedOut connections given up for want of an answer
 * @param repeated segments sent again
 * @param unexpected segments that fit no state
 * @param handshake nanoseconds from SYN to SYN-ACK
 */
public record Connections(
        long opened,
        long established,
        long completed,
        long reset,
        long timedOut,
        long repeated,
        long unexpected,
        Histogram handshake) {}
