package io.weir.appliance.probe;

import io.weir.appliance.config.ConfigLoader;
import io.weir.appliance.config.ConfigurationException;
import io.weir.appliance.config.HostFacts;
import io.weir.appliance.config.NodeConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The kernel's files of a machine that has everything, to take something away from; and configurations for it. */
final class FakeRoot {
    private final Path root;

    FakeRoot(Path root) {
        this.root = root;
        put("proc/sys/kernel/osrelease", "6.18.44-generic\n");
        put("proc/self/status", "Name:\tjava\nCapInh:\t0000000000000000\nCapEff:\t000001ffffffffff\n");
        memlock("unlimited");
        hugePages(1000, 1000);
        put("dev/net/tun", "");
        put("proc/sys/net/ipv4/ip_forward", "0\n");
        put("proc/sys/net/ipv6/conf/all/forwarding", "0\n");
    }

    Path path() {
        return root;
    }

    void put(String file, String text) {
        try {
            Path path = root.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void memlock(String soft) {
        put("proc/self/limits", """
                Limit                     Soft Limit           Hard Limit           Units
                Max processes             15463                15463                processes
                Max locked memory         %-20s unlimited            bytes
                """.formatted(soft));
    }

    void hugePages(int reserved, int free) {
        put("sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", reserved + "\n");
        put("sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", free + "\n");
    }

    void capabilities(String hex) {
        put("proc/self/status", "CapPrm:\t000001ffffffffff\nCapEff:\t" + hex + "\n");
    }

    /** A configuration on a machine of two processors. */
    NodeConfig config(String text) {
        HostFacts host = new HostFacts("lb1", List.of(0, 1), Optional.empty(), Map.of());
        put("node.properties", text);
        try {
            return new ConfigLoader(host).load(root.resolve("node.properties")).node();
        } catch (ConfigurationException e) {
            throw new IllegalArgumentException(e.problems().toString(), e);
        }
    }
}
