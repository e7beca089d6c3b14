package io.weir.appliance.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What the loader must know of the machine.
 *
 * @param hostName the host's name
 * @param cores the processors that are online, ascending
 * @param ephemeralPorts {@code net.ipv4.ip_local_port_range}, if it can be read
 * @param environment the environment's variables
 */
public record HostFacts(
        String hostName, List<Integer> cores, Optional<PortRange> ephemeralPorts, Map<String, String> environment) {
    private static final Path PROC = Path.of("/proc/sys");
    private static final Path ONLINE = Path.of("/sys/devices/system/cpu/online");

    /** {@return the facts of the machine that this runs on} */
    public static HostFacts ofThisMachine() {
        return new HostFacts(
                read(PROC.resolve("kernel/hostname")).orElse("localhost"),
                read(ONLINE).flatMap(HostFacts::cores).orElseGet(HostFacts::countedCores),
                read(PROC.resolve("net/ipv4/ip_local_port_range")).flatMap(HostFacts::range),
                System.getenv());
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (final IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<List<Integer>> cores(String online) {
        try {
            return Optional.of(Values.cores(online));
        } catch (final IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static List<Integer> countedCores() {
        return IntStream.range(0, Runtime.getRuntime().availableProcessors())
                .boxed()
                .toList();
    }

    private static Optional<PortRange> range(String text) {
        try {
            return Optional.of(PortRange.parse(text.replaceAll("\\s+", "-")));
        } catch (final IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
