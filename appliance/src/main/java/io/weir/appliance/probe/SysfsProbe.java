package io.weir.appliance.probe;

import io.weir.appliance.cli.MachineProbe;
import io.weir.appliance.config.Choices.Role;
import io.weir.appliance.config.NodeConfig;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads {@code /sys/class/net}: whether the devices exist, their drivers, queues, MTU and state. */
public final class SysfsProbe implements MachineProbe {
    private final Path net;

    /** Looks at this machine. */
    public SysfsProbe() {
        this(Path.of("/sys/class/net"));
    }

    SysfsProbe(Path net) {
        this.net = net;
    }

    @Override
    public List<Finding> probe(NodeConfig node) {
        final List<Finding> findings = new ArrayList<>();
        for (final Map.Entry<Role, String> device : node.io().interfaces().entrySet()) {
            findings.addAll(device(
                    device.getKey().name().toLowerCase(Locale.ROOT),
                    device.getValue(),
                    node.workers().cores().size()));
        }
        final String exception = node.io().exceptionDevice();
        if (Files.exists(net.resolve(exception))
                && !Files.exists(net.resolve(exception).resolve("tun_flags"))) {
            findings.add(new Finding(
                    Level.MISSING,
                    exception,
                    "io.exception.device: the name belongs to a device that is no TAP device"));
        }
        return findings;
    }

    private List<Finding> device(String role, String device, int workers) {
        final Path directory = net.resolve(device);
        if (!Files.isDirectory(directory)) {
            return List.of(
                    new Finding(Level.MISSING, device, role + ": there is no such device; 'ip link' lists them"));
        }
        final List<Finding> findings = new ArrayList<>();
        final int receive = queues(directory, "rx-");
        final int send = queues(directory, "tx-");
        findings.add(new Finding(
                Level.OK,
                device,
                role + ": driver " + driver(directory) + ", " + receive + " receive and " + send + " send queues, MTU "
                        + read(directory.resolve("mtu")).orElse("unknown") + ", address "
                        + read(directory.resolve("address")).orElse("unknown")));
        final String state = read(directory.resolve("operstate")).orElse("unknown");
        if (!state.equals("up") && !state.equals("unknown")) {
            findings.add(new Finding(Level.WARNING, device, role + ": the link is " + state));
        }
        if (receive > 0 && receive < workers) {
            findings.add(new Finding(
                    Level.WARNING,
                    device,
                    role + ": " + workers + " workers share " + receive
                            + " receive queues; frames cross a ring between workers"));
        }
        return findings;
    }

    private static String driver(Path directory) {
        final Path link = directory.resolve("device/driver");
        try {
            return Files.exists(link) ? link.toRealPath().getFileName().toString() : "none (virtual)";
        } catch (final IOException e) {
            return "unknown";
        }
    }

    private static int queues(Path directory, String prefix) {
        int count = 0;
        try (DirectoryStream<Path> queues = Files.newDirectoryStream(directory.resolve("queues"), prefix + "*")) {
            for (final Path ignored : queues) {
                count++;
            }
        } catch (final IOException e) {
            return 0;
        }
        return count;
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (final IOException e) {
            return Optional.empty();
        }
    }
}
