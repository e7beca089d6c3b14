package io.weir.appliance.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.appliance.config.ConfigLoader;
import io.weir.appliance.config.ConfigurationException;
import io.weir.appliance.config.HostFacts;
import io.weir.appliance.config.NodeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SysfsProbeTest {
    @TempDir
    private Path net;

    private static NodeConfig node() throws ConfigurationException {
        final HostFacts host = new HostFacts("lb1", List.of(0, 1, 2), Optional.empty(), Map.of());
        return new ConfigLoader(host).load(Path.of("conf/lvs-nat.properties")).node();
    }

    @Test
    void shouldDescribeDevicesAndMissWhatIsNotThere() throws IOException, ConfigurationException {
        final Path eth0 = net.resolve("eth0");
        Files.createDirectories(eth0.resolve("queues/rx-0"));
        Files.createDirectories(eth0.resolve("queues/tx-0"));
        Files.createDirectories(eth0.resolve("queues/tx-1"));
        Files.writeString(eth0.resolve("mtu"), "1500\n");
        Files.writeString(eth0.resolve("address"), "02:00:00:00:00:01\n");
        Files.writeString(eth0.resolve("operstate"), "down\n");
        final Path driver = Files.createDirectories(net.resolve("drivers/ixgbe"));
        Files.createDirectories(eth0.resolve("device"));
        Files.createSymbolicLink(eth0.resolve("device/driver"), driver);
        assertEquals(
                List.of(
                        "OK eth0 front: driver ixgbe, 1 receive and 2 send queues, MTU 1500, address 02:00:00:00:00:01",
                        "WARNING eth0 front: the link is down",
                        "WARNING eth0 front: 2 workers share 1 receive queues; frames cross a ring between workers",
                        "MISSING eth1 back: there is no such device; 'ip link' lists them"),
                new SysfsProbe(net)
                        .probe(node()).stream()
                                .map(f -> f.level() + " " + f.subject() + " " + f.text())
                                .toList());
    }

    @Test
    void shouldMissNameForExceptionDeviceThatIsTaken() throws IOException, ConfigurationException {
        for (final String device : List.of("eth0", "eth1", "weir-x")) {
            Files.createDirectories(net.resolve(device));
            Files.writeString(net.resolve(device).resolve("operstate"), "up\n");
        }
        final var findings = new SysfsProbe(net).probe(node());
        assertEquals("weir-x", findings.getLast().subject());
        Files.writeString(net.resolve("weir-x/tun_flags"), "0x1002\n");
        assertEquals(2, new SysfsProbe(net).probe(node()).size());
    }
}
