package io.weir.perf.traffic;

/** Marsaglia's xorshift64* (Vigna 2016): fast, good enough to choose flows. Owned by one thread. */
final class Xorshift {
    private long state;

    Xorshift(long seed) {
        state = seed * 0x9E3779B97F4A7C15L | 1;
    }

    long next() {
        long x = state;
        x ^= x >>> 12;
        x ^= x << 25;
        x ^= x >>> 27;
        state = x;
        return x * 0x2545F4914F6CDD1DL;
    }

    /** 0…bound − 1. */
    int below(int bound) {
        return (int) ((next() >>> 32) * bound >>> 32);
    }
}
