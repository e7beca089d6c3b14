package io.weir.ha.reconstruct;

import io.weir.bindings.Mem;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.TcpOptions;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.FrameBatch;

/** What reconstruction looks at in a TCP segment. Owned by one worker and reused: good until the next {@link #read}. */
final class Segment {
    int flags;
    int seq;
    int ack;
    int window;
    /** Bytes of payload. */
    int payload;
    /** Where they begin, absolute. */
    long payloadAt;
    /** The sequence number behind the segment: payload, SYN and FIN counted. */
    int end;
    /** Whether its options can be read. */
    boolean isWellFormed;

    boolean hasTimestamps;
    int tsVal;
    int tsEcr;
    /** Whether it reports something received beyond its acknowledgement: data before that is missing at its sender. */
    boolean reportsHole;

    private final TcpOptions options = new TcpOptions();

    /** Reads frame {@code i}: TCP, with its header in the frame. */
    void read(FrameBatch batch, Burst burst, int i) {
        long tcp = batch.address[i] + burst.l4(i);
        int headerLength = Mem.getU8(tcp + Transport.TCP_DATA_OFFSET) >>> 4 << 2;
        flags = Mem.getU8(tcp + Transport.TCP_FLAGS);
        seq = Mem.getIntBe(tcp + Transport.TCP_SEQ);
        ack = Mem.getIntBe(tcp + Transport.TCP_ACK);
        window = Mem.getU16Be(tcp + Transport.TCP_WINDOW);
        payload = burst.end(i) - burst.l4(i) - headerLength;
        payloadAt = tcp + headerLength;
        end = seq + payload + (has(Transport.SYN) ? 1 : 0) + (has(Transport.FIN) ? 1 : 0);
        isWellFormed = options.read(tcp, headerLength);
        hasTimestamps = isWellFormed && options.timestamps != 0;
        tsVal = hasTimestamps ? Mem.getIntBe(tcp + options.timestamps) : 0;
        tsEcr = hasTimestamps ? Mem.getIntBe(tcp + options.timestamps + Integer.BYTES) : 0;
        reportsHole = isWellFormed && hasHole(tcp);
    }

    private boolean hasHole(long tcp) {
        for (int block = 0; block < options.sackBlocks; block++) {
            int right = Mem.getIntBe(tcp + options.sack + block * 2 * Integer.BYTES + Integer.BYTES);
            if (right - ack > 0) {
                return true;
            }
        }
        return false;
    }

    /** Whether all of these flags are set. */
    boolean has(int wanted) {
        return (flags & wanted) == wanted;
    }

    /** Whether it moves the stream: what TCP sends again until it is acknowledged. */
    boolean isSentAgain() {
        return end != seq;
    }
}
