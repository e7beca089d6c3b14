package io.weir.appliance.guest;

import io.weir.appliance.config.ConfigLoader;
import io.weir.appliance.config.ConfigurationException;
import io.weir.appliance.config.HostConfig;
import io.weir.appliance.config.HostFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A properties file of hypervisor {@code h1}, whose guests are asked for often. */
final class HostFile {
    /** The services: two families, one guest. */
    static final String SERVICES = """
            service.web.address = 10.10.1.100:80
            service.web.forward = dr
            service.web.server.a = 10.10.1.21:8080 host=h1 port=vnet0
            service.six.address = [2001:db8::100]:80
            service.six.forward = dr
            service.six.server.a = [2001:db8::21]:8080 host=h1 port=vnet0
            """;

    private static final HostFacts FACTS = new HostFacts("h1.example.org", List.of(0, 1), Optional.empty(), Map.of());

    private final Path directory;

    HostFile(Path directory) {
        this.directory = directory;
    }

    HostConfig config(String services, String... guests) {
        final StringBuilder text = new StringBuilder("""
                hypervisor.h1.datapath = 1
                hypervisor.h1.address = 172.24.1.20
                host.interval = 200ms
                host.timeout = 20s
                host.backoff = 200ms
                host.status = %s/host.json
                """.formatted(directory)).append(services);
        for (final String guest : guests) {
            text.append("host.guest.").append(guest).append('\n');
        }
        try {
            return new ConfigLoader(FACTS)
                    .loadHost(Files.writeString(directory.resolve("host.properties"), text))
                    .host();
        } catch (final ConfigurationException e) {
            throw new AssertionError(e.getMessage(), e);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
