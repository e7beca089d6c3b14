package io.weir.perf.pktgen;

import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.VethPair;
import io.weir.bindings.DeviceFacts;
import io.weir.perf.Requires;
import java.util.concurrent.atomic.AtomicInteger;

/** Two namespaces joined by a wire: a sender's and a receiver's. */
public final class PairBed implements AutoCloseable {
    static final String DEVICE = "eth0";
    private static final AtomicInteger NUMBERS = new AtomicInteger(1000);

    private final Namespace left;
    private final Namespace right;

    private PairBed(Namespace left, Namespace right) {
        this.left = left;
        this.right = right;
    }

    static PairBed create(int queues) {
        Requires.root();
        Namespace.removeStale();
        int number = NUMBERS.incrementAndGet();
        PairBed bed = new PairBed(Namespace.create(number, "left"), Namespace.create(number, "right"));
        try {
            new VethPair(
                            new VethPair.End(bed.left, DEVICE, "02:00:00:00:00:01"),
                            new VethPair.End(bed.right, DEVICE, "02:00:00:00:00:02"),
                            1500,
                            queues)
                    .create();
            bed.left.ip("address add 198.18.0.1/15 dev " + DEVICE);
            bed.right.ip("address add 198.19.0.1/15 dev " + DEVICE);
            return bed;
        } catch (RuntimeException e) {
            bed.close();
            throw e;
        }
    }

    Namespace left() {
        return left;
    }

    Namespace right() {
        return right;
    }

    long rightMac() {
        return right.call(() -> DeviceFacts.of(DEVICE).mac());
    }

    @Override
    public void close() {
        left.close();
        right.close();
    }
}
