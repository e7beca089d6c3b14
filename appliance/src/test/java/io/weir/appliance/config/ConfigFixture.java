package io.weir.appliance.config;

import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Loads configurations from text, on a machine with four processors. */
final class ConfigFixture {
    static final HostFacts HOST = new HostFacts(
            "lb1",
            List.of(0, 1, 2, 3),
            Optional.of(new PortRange(32768, 60999)),
            Map.of("FRONT", "ens3", "VIP", "202.103.106.5"));

    static final String DEVICES = "io.interface.front = eth0\nio.interface.back = eth1\n";
    static final String WEB = DEVICES
            + "service.web.address = 202.103.106.5:80\n"
            + "service.web.server.a = 172.16.0.2:80\n"
            + "service.web.server.b = 172.16.0.3:8000 weight=2\n";

    private ConfigFixture() {}

    static Path file(String text) {
        try {
            final Path file = Files.createTempFile("node", ".properties");
            file.toFile().deleteOnExit();
            return Files.writeString(file, text);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static LoadedConfig load(String text) {
        try {
            return new ConfigLoader(HOST).load(file(text));
        } catch (final ConfigurationException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    static List<Problem> problems(String text) {
        return assertThrows(ConfigurationException.class, () -> new ConfigLoader(HOST).load(file(text)))
                .problems();
    }

    /** Sets a key in a text, in place if it is there. */
    static String with(String text, String line) {
        final String key = line.substring(0, line.indexOf('=')).strip();
        final List<String> lines = new ArrayList<>(text.lines().toList());
        lines.removeIf(l -> l.startsWith(key + " ="));
        lines.add(line);
        return String.join("\n", lines) + "\n";
    }
}
