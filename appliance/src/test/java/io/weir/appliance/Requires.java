package io.weir.appliance;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** What a test needs of the machine: skipped with the reason where it is missing, failed where {@code CI=true}. */
public final class Requires {
    private Requires() {}

    public static void root() {
        that("root".equals(System.getProperty("user.name")), "needs root");
    }

    public static void tool(String name) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
        for (String directory : path.split(":")) {
            if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, name))) {
                return;
            }
        }
        that(false, "needs the program " + name);
    }

    public static void that(boolean present, String reason) {
        if (!present && "true".equals(System.getenv("CI"))) {
            fail(reason + ", and CI=true allows no skipped test");
        }
        assumeTrue(present, reason);
    }
}
