package io.weir.perf.sink;

import io.weir.bindings.Mem;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Checksum;
import io.weir.engine.packet.Parser;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.FrameBatch;
import io.weir.perf.traffic.FlowSpace;
import io.weir.perf.traffic.Stamp;

/**
 * Counts received frames: how many, for whom, what is missing, how old they are. One thread writes, any reads; allocates
 * nothing.
 */
public final class Receiver {
    static final int FRAMES = 0;
    static final int BYTES = 1;
    static final int FOREIGN = 2;
    static final int STAMPED = 3;
    static final int BAD_CHECKSUM = 4;
    static final int ASTRAY = 5;
    static final int UNTRACKED = 6;
    private static final int COUNTERS = 7;

    private final Tally tally = new Tally(COUNTERS);
    private final AddressCounts addresses = new AddressCounts();
    private final SequenceTracker flows;
    private final SequenceTracker streams = new SequenceTracker(Stamp.STREAMS);
    private final LatencyRecorder latency = new LatencyRecorder();
    private final FlowSpace answers;
    private final boolean verify;

    /**
     * @param trackedFlows flows whose sequence can be followed
     * @param answers what the received frames are answers to, or null: each answer must come from and to the addresses
     *     and ports of its flow
     * @param verify whether transport checksums are recomputed
     */
    public Receiver(int trackedFlows, FlowSpace answers, boolean verify) {
        this.flows = new SequenceTracker(Math.max(1, trackedFlows));
        this.answers = answers;
        this.verify = verify;
    }

    /**
     * Counts one parsed frame.
     *
     * @return whether it is a whole TCP or UDP packet, addressed as expected
     */
    public boolean account(FrameBatch batch, Burst burst, int i, long nowNs) {
        if (burst.kind(i) != Burst.KIND_PORTS || (burst.traits(i) & Burst.FIRST_FRAGMENT) != 0) {
            tally.add(FOREIGN, 1);
            return false;
        }
        tally.add(FRAMES, 1);
        tally.add(BYTES, batch.length[i]);
        if (answers == null) {
            addresses.add(burst.destinationHi(i), burst.destinationLo(i), burst.ports(i) & 0xffff);
        } else {
            addresses.add(burst.sourceHi(i), burst.sourceLo(i), burst.ports(i) >>> 16);
        }
        long frame = batch.address[i];
        if (verify && !isChecksumRight(frame, burst, i)) {
            tally.add(BAD_CHECKSUM, 1);
            return false;
        }
        int flow = answers == null ? -1 : flowOf(burst, i);
        if (answers != null && flow < 0) {
            tally.add(ASTRAY, 1);
            return false;
        }
        long payload = frame + payloadAt(frame, burst, i);
        if (frame + burst.end(i) - payload >= Stamp.LENGTH && Stamp.isPresent(payload)) {
            return stamped(payload, flow, nowNs);
        }
        return true;
    }

    private boolean stamped(long payload, int flow, long nowNs) {
        int number = Stamp.flow(payload);
        tally.add(STAMPED, 1);
        if (answers != null && number != flow) {
            tally.add(ASTRAY, 1); // the answer of another flow
            return false;
        }
        if (!Stamp.isPerFlow(payload)) {
            streams.record(Stamp.stream(payload), Stamp.sequence(payload));
        } else if (number < flows.capacity()) {
            flows.record(number, Stamp.sequence(payload));
        } else {
            tally.add(UNTRACKED, 1);
        }
        latency.record(Stamp.age(payload, nowNs), Stamp.late(payload));
        return true;
    }

    /** The flow that a parsed answer belongs to, or -1. */
    public int flowOf(Burst burst, int i) {
        int ports = burst.ports(i);
        return answers.flowOf(
                burst.destinationHi(i),
                burst.destinationLo(i),
                burst.sourceHi(i),
                burst.sourceLo(i),
                ports & 0xffff,
                ports >>> 16);
    }

    static int payloadAt(long frame, Burst burst, int i) {
        int l4 = burst.l4(i);
        return burst.protocol(i) == Transport.TCP
                ? l4 + (Mem.getU8(frame + l4 + Transport.TCP_DATA_OFFSET) >>> 4 << 2)
                : l4 + Transport.UDP_HEADER;
    }

    private static boolean isChecksumRight(long frame, Burst burst, int i) {
        int l4 = burst.l4(i);
        int protocol = burst.protocol(i);
        int length = burst.end(i) - l4;
        if (protocol == Transport.UDP) {
            length = Mem.getU16Be(frame + l4 + Transport.UDP_LENGTH);
            if (Mem.getU16(frame + l4 + Transport.UDP_CHECKSUM) == 0) {
                return burst.l4(i) - burst.l3(i) < 40; // not computed: allowed over IPv4
            }
        }
        long sum = Checksum.pseudoHeader(frame + burst.l3(i), protocol, length);
        return Checksum.fold(Checksum.sum(frame + l4, length, sum)) == 0xffff;
    }

    /** Parses and counts a burst; for those who need no more. */
    public void accountAll(FrameBatch batch, Burst burst, long nowNs) {
        Parser.parse(batch, burst);
        for (int i = 0, n = batch.size; i < n; i++) {
            account(batch, burst, i, nowNs);
        }
    }

    /** Writer: forgets everything. */
    public void clear() {
        tally.clear();
        addresses.clear();
        flows.clear();
        streams.clear();
        latency.clear();
    }

    /** Any thread: adds what was counted so far. */
    public void addTo(Received.Sum sum) {
        sum.frames += tally.get(FRAMES);
        sum.bytes += tally.get(BYTES);
        sum.foreign += tally.get(FOREIGN);
        sum.stamped += tally.get(STAMPED);
        sum.badChecksum += tally.get(BAD_CHECKSUM);
        sum.astray += tally.get(ASTRAY);
        sum.untracked += tally.get(UNTRACKED);
        addresses.addTo(sum.addresses);
        sum.flows = sum.flows.plus(flows.totals());
        sum.streams.add(streams);
        latency.addTo(sum.latency.raw(), sum.latency.corrected());
    }

    /** Any thread: frames counted so far. */
    public long frames() {
        return tally.get(FRAMES);
    }
}
