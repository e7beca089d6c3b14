package io.weir.scheduler;

import java.util.SplittableRandom;

/** Random numbers whose seed is printed; {@code -Dweir.test.seed=N} repeats a run. */
final class Seeded {
    private Seeded() {}

    static SplittableRandom random(String test) {
        final long seed = Long.getLong("weir.test.seed", System.nanoTime());
        System.out.println(test + ": -Dweir.test.seed=" + seed);
        return new SplittableRandom(seed);
    }
}
