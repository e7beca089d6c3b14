package io.weir.appliance.guest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The shell scripts that run in guests: POSIX, as there may be nothing else. */
final class Scripts {
    /** Replaces a file. */
    static final String FILE = read("file.sh");
    /** Finds out what configures a device. */
    static final String DETECT = read("detect.sh");

    private Scripts() {}

    private static String read(String name) {
        try (InputStream in = Scripts.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (final IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }
}
