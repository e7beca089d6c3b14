package io.weir.appliance.probe;

import io.weir.appliance.cli.MachineProbe;
import io.weir.appliance.config.NodeConfig;
import io.weir.bindings.DeviceFacts;
import io.weir.bindings.NativeException;
import io.weir.bindings.netlink.Link;
import io.weir.bindings.netlink.RouteNetlink;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Looks at this machine: devices and addresses by ioctl and rtnetlink in the calling thread's network namespace, the
 * rest under {@code /proc} and {@code /sys}. Asks only; needs no privilege.
 */
public final class LocalProbe implements MachineProbe {
    private final Path root;

    /** Looks at the machine that this runs on. */
    public LocalProbe() {
        this(Path.of("/"));
    }

    /**
     * @param root what {@code proc}, {@code sys} and {@code dev} are in
     */
    LocalProbe(Path root) {
        this.root = root;
    }

    @Override
    public List<Finding> probe(NodeConfig node) {
        List<Finding> findings = new ArrayList<>();
        KernelFiles files = new KernelFiles(root);
        List<DeviceFacts> devices = List.of();
        try (RouteNetlink netlink = RouteNetlink.open()) {
            Map<String, Link> links = new HashMap<>();
            netlink.links().forEach(link -> links.put(link.name(), link));
            DeviceProbe probe = new DeviceProbe(node, links);
            findings.addAll(probe.findings());
            devices = probe.facts();
            if (devices.size() == node.io().interfaces().size()) {
                findings.addAll(new NetworkProbe(node, links, netlink, files).findings());
            }
        } catch (NativeException e) {
            findings.add(new Finding(Level.WARNING, "network", "cannot be looked at: " + e.getMessage()));
        }
        findings.addAll(new KernelProbe(node, files, devices).findings());
        return findings;
    }
}
