package io.weir.appliance.probe;

import io.weir.appliance.cli.MachineProbe.Finding;
import io.weir.appliance.cli.MachineProbe.Level;
import io.weir.appliance.config.Choices.Driver;
import io.weir.appliance.config.Choices.XdpMode;
import io.weir.appliance.config.NodeConfig;
import io.weir.bindings.DeviceFacts;
import io.weir.bindings.netlink.Link;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The devices: there, up, with queues, MTU and offloads that suit the node, and nobody else's programs. */
final class DeviceProbe {
    /** Drivers over which a local stack's frames come as that stack made them. */
    private static final Set<String> VIRTUAL =
            Set.of("veth", "virtio_net", "tun", "bridge", "macvlan", "ipvlan", "netvsc", "hv_netvsc", "vif", "vmxnet3");

    /** Of a frame of AF_XDP: headroom in front, Ethernet header and one tag. */
    private static final int XDP_OVERHEAD = 256 + 14 + 4;

    private static final int MAX_XDP_FRAME = 4096;
    /** A page without the kernel's headroom and the skb's tail: what most drivers take with XDP in one buffer. */
    private static final int NATIVE_XDP_MTU = 3498;

    private final NodeConfig node;
    private final Map<String, Link> links;
    private final List<Finding> findings = new ArrayList<>();
    private final List<DeviceFacts> facts = new ArrayList<>();

    DeviceProbe(NodeConfig node, Map<String, Link> links) {
        this.node = node;
        this.links = links;
        node.io().interfaces().forEach((role, device) -> device(role.name().toLowerCase(Locale.ROOT), device));
        exceptionDevice();
    }

    List<Finding> findings() {
        return findings;
    }

    /** Of the devices that there are. */
    List<DeviceFacts> facts() {
        return facts;
    }

    private void add(Level level, String subject, String text, Object... arguments) {
        findings.add(new Finding(level, subject, text.formatted(arguments)));
    }

    private void device(String role, String name) {
        Link link = links.get(name);
        if (link == null) {
            String known = links.values().stream()
                    .filter(l -> !l.loopback())
                    .map(Link::name)
                    .sorted()
                    .reduce((a, b) -> a + " " + b)
                    .orElse("none");
            add(Level.MISSING, name, "%s: there is no such device; there are: %s", role, known);
            return;
        }
        DeviceFacts device = DeviceFacts.of(name);
        facts.add(device);
        int workers = node.workers().cores().size();
        add(
                Level.OK,
                name,
                "%s: driver %s, %s for %s, MTU %d, address %s",
                role,
                device.driver(),
                many(device.rxQueues(), "receive queue"),
                many(workers, "worker"),
                device.mtu(),
                HexFormat.ofDelimiter(":")
                        .formatHex(java.nio.ByteBuffer.allocate(8)
                                .putLong(device.mac())
                                .array())
                        .substring(6));
        state(link);
        if (device.rxQueues() < workers && node.io().driver() != Driver.AF_PACKET) {
            add(
                    Level.WARNING,
                    name,
                    "frames cross a ring between workers, for want of queues: ethtool -L %s combined %d",
                    name,
                    workers);
        }
        mtu(device);
        otherProgram(link);
        offloads(device);
    }

    private void state(Link link) {
        if (!link.up()) {
            add(Level.MISSING, link.name(), "is down: ip link set %s up", link.name());
        } else if (!link.carrier()) {
            add(Level.WARNING, link.name(), "has no carrier: cable, switch port, or the other end");
        }
    }

    private void mtu(DeviceFacts device) {
        if (node.io().driver() == Driver.AF_PACKET) {
            return;
        }
        int frame = node.io().frameSize();
        int needed = device.mtu() + XDP_OVERHEAD;
        if (needed > frame || frame > MAX_XDP_FRAME) {
            String remedy = needed <= MAX_XDP_FRAME
                    ? "io.frame.size = 4096"
                    : "an MTU of at most %d".formatted(MAX_XDP_FRAME - XDP_OVERHEAD);
            boolean fatal = node.io().driver() == Driver.AF_XDP;
            add(
                    fatal ? Level.MISSING : Level.WARNING,
                    device.name(),
                    "AF_XDP cannot hold its MTU of %d in frames of %d bytes%s; %s would do",
                    device.mtu(),
                    frame,
                    fatal ? "" : ", so AF_PACKET will be taken",
                    remedy);
        } else if (device.mtu() > NATIVE_XDP_MTU && node.io().xdpMode() != XdpMode.GENERIC) {
            add(
                    Level.WARNING,
                    device.name(),
                    "most drivers run XDP only up to an MTU of %d, and this is %d; where its does not, XDP runs in the"
                            + " stack, slower",
                    NATIVE_XDP_MTU,
                    device.mtu());
        }
    }

    private void otherProgram(Link link) {
        if (link.xdpProgram() != 0) {
            add(
                    Level.WARNING,
                    link.name(),
                    "XDP program %d is attached, of a running node or of somebody else; only one can be: `bpftool net`"
                            + " names it, ip link set %s xdp off may remove it",
                    link.xdpProgram(),
                    link.name());
        }
    }

    private void offloads(DeviceFacts device) {
        boolean xdp = node.io().driver() != Driver.AF_PACKET;
        if (device.gro() && xdp) { // AF_PACKET switches it off itself
            add(
                    Level.WARNING,
                    device.name(),
                    "received frames may be merged beyond the MTU: ethtool -K %s gro off",
                    device.name());
        }
        List<String> unfinished = new ArrayList<>();
        if (device.txChecksum()) {
            unfinished.add("tx off");
        }
        if (device.segmentation()) {
            unfinished.add("tso off gso off");
        }
        if (xdp && VIRTUAL.contains(device.driver()) && !unfinished.isEmpty()) {
            add(
                    Level.WARNING,
                    device.name(),
                    "a local stack's frames come over %s with unfinished checksums or uncut, and AF_XDP cannot tell;"
                            + " here, and above all at the other end: ethtool -K %s %s",
                    device.driver(),
                    device.name(),
                    String.join(" ", unfinished));
        }
    }

    private void exceptionDevice() {
        String name = node.io().exceptionDevice();
        Link link = links.get(name);
        if (link == null) {
            return;
        }
        if (link.kind().equals("tun")) {
            add(Level.HINT, name, "exists: a node is running, or io.exception.device needs another name");
        } else {
            add(
                    Level.MISSING,
                    name,
                    "io.exception.device: the name belongs to another device; choose one that is free");
        }
    }

    private static String many(int number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }
}
