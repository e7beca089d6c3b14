package io.weir.scheduler;

/**
 * {@code twos}: draws two servers at random in proportion to their weights and takes the one with the smaller overhead
 * by weight (Mitzenmacher; {@code ip_vs_twos.c}). The draws are unbiased, where the kernel's favour the first server by
 * one part in the total weight.
 *
 * <p>The generator (xorshift64*) starts from the worker's number: a worker's sequence of draws is reproducible.
 */
final class TwoChoicesScheduler extends Scheduler {
    private long random;

    TwoChoicesScheduler(SchedulingPlan plan, int worker, ConnectionCounts counts) {
        super(TWO_CHOICES, plan, counts);
        random = FlowHash.mix(worker + 1L);
    }

    @Override
    public int choose(long clientHi, long clientLo, int clientPort, long destHi, long destLo, int destPort) {
        refreshOverload();
        final int[] w = weights;
        long total = 0;
        for (int i = 0; i < w.length; i++) {
            if (!overloaded[i]) {
                total += w[i];
            }
        }
        if (total == 0) {
            return NONE;
        }
        final int one = at(draw(total));
        final int two = at(draw(total));
        return overhead(counts, one) * w[two] > overhead(counts, two) * w[one] ? two : one;
    }

    /** A number from 0 to {@code bound} − 1; the sum of 65535 weights fits in 32 bits. */
    private long draw(long bound) {
        long x = random;
        x ^= x >>> 12;
        x ^= x << 25;
        x ^= x >>> 27;
        random = x;
        return ((x * 0x2545_f491_4f6c_dd1dL) >>> 32) * bound >>> 32;
    }

    /** The server whose share of the total weight holds the number. */
    private int at(long number) {
        final int[] w = weights;
        long rest = number;
        for (int i = 0; i < w.length; i++) {
            if (!overloaded[i]) {
                rest -= w[i];
                if (rest < 0) {
                    return i;
                }
            }
        }
        return NONE;
    }
}
