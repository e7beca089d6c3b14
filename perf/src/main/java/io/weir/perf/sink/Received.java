package io.weir.perf.sink;

import java.util.Map;
import java.util.TreeMap;

/**
 * What one or several receivers counted.
 *
 * @param frames TCP and UDP frames
 * @param bytes of these frames, without their check sequences
 * @param foreign frames of anything else, and malformed ones
 * @param stamped frames that carried a stamp
 * @param badChecksum frames whose transport checksum is wrong
 * @param astray answers that are not from and to their flow's addresses and ports
 * @param untracked stamped frames of flows beyond those whose sequence is followed
 * @param addresses frames by the server's {@code address:port}: where they went to, or where answers came from
 * @param sequences of flows, and of streams where a frame is numbered within its stream
 * @param latency of stamped frames
 */
public record Received(
        long frames,
        long bytes,
        long foreign,
        long stamped,
        long badChecksum,
        long astray,
        long untracked,
        Map<String, Long> addresses,
        Sequences sequences,
        Latency latency) {
    /** Adds up receivers. */
    public static final class Sum {
        long frames;
        long bytes;
        long foreign;
        long stamped;
        long badChecksum;
        long astray;
        long untracked;
        Sequences flows = Sequences.NONE;
        final StreamSum streams = new StreamSum();
        final Map<String, Long> addresses = new TreeMap<>();
        final Latency latency = Latency.empty();

        /** The sum so far. */
        public Received received() {
            return new Received(
                    frames,
                    bytes,
                    foreign,
                    stamped,
                    badChecksum,
                    astray,
                    untracked,
                    Map.copyOf(addresses),
                    flows.plus(streams.total()),
                    latency);
        }
    }

    /** Of several receivers. */
    public static Received of(Iterable<Receiver> receivers) {
        Sum sum = new Sum();
        receivers.forEach(receiver -> receiver.addTo(sum));
        return sum.received();
    }
}
