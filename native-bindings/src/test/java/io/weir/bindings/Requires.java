package io.weir.bindings;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a test needs of the machine. Where it is missing the test is skipped with the reason; where the environment says
 * {@code CI=true} it fails instead, so that nothing is silently left untested there.
 */
public final class Requires {
    private Requires() {}

    /** A user that may do everything: user id 0. */
    public static void root() {
        that(isRoot(), "needs root");
    }

    /** An executable on the {@code PATH} or in an {@code sbin} directory. */
    public static void tool(String name) {
        that(hasTool(name), "needs the program " + name);
    }

    /** A file or directory, for example a device node. */
    public static void file(String path) {
        that(Files.exists(Path.of(path)), "needs " + path);
    }

    /** Any other condition. */
    public static void that(boolean present, String reason) {
        if (!present && "true".equals(System.getenv("CI"))) {
            fail(reason + ", and CI=true allows no skipped test");
        }
        assumeTrue(present, reason);
    }

    /** Whether {@link #root} would pass. */
    public static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Whether {@link #tool} would pass. */
    public static boolean hasTool(String name) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
        for (String directory : path.split(":")) {
            if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, name))) {
                return true;
            }
        }
        return false;
    }
}
