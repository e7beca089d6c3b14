package io.weir.perf;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** What a test needs of the machine: skipped with the reason where it is missing, failed where {@code CI=true}. */
public final class Requires {
    private Requires() {}

    public static void root() {
        that("root".equals(System.getProperty("user.name")), "needs root");
    }

    public static void that(boolean present, String reason) {
        if (!present && "true".equals(System.getenv("CI"))) {
            fail(reason + ", and CI=true allows no skipped test");
        }
        assumeTrue(present, reason);
    }
}
