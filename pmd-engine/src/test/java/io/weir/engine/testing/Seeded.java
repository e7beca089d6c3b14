package io.weir.engine.testing;

import java.util.SplittableRandom;

/** Random numbers whose seed is printed; {@code -Dweir.test.seed=N} repeats a run. */
public final class Seeded {
    private Seeded() {}

    /** A generator for the test of this name. */
    public static SplittableRandom random(String test) {
        long seed = Long.getLong("weir.test.seed", System.nanoTime());
        System.out.println(test + ": -Dweir.test.seed=" + seed);
        return new SplittableRandom(seed);
    }
}
