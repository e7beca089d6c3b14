package io.weir.appliance.probe;

import io.weir.appliance.cli.MachineProbe.Finding;
import io.weir.appliance.cli.MachineProbe.Level;
import io.weir.appliance.config.Choices.Driver;
import io.weir.appliance.config.Choices.Toggle;
import io.weir.appliance.config.NodeConfig;
import io.weir.appliance.node.MemoryNeeds;
import io.weir.bindings.DeviceFacts;
import io.weir.bindings.Pages;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kernel's version, and what this process may do: capabilities, locked memory, huge pages, the TAP driver. */
final class KernelProbe {
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+).*");
    private static final int XDP_LINK = 509;
    private static final int TCX = 606;

    // linux/capability.h
    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_NET_RAW = 13;
    private static final int CAP_IPC_LOCK = 14;
    private static final int CAP_SYS_ADMIN = 21;
    private static final int CAP_PERFMON = 38;
    private static final int CAP_BPF = 39;

    private final NodeConfig node;
    private final KernelFiles files;
    private final List<DeviceFacts> devices;
    private final long capabilities;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * @param devices those that there are
     */
    KernelProbe(NodeConfig node, KernelFiles files, List<DeviceFacts> devices) {
        this.node = node;
        this.files = files;
        this.devices = devices;
        this.capabilities = files.after("proc/self/status", "CapEff:")
                .map(text -> Long.parseUnsignedLong(text, 16))
                .orElse(-1L);
    }

    List<Finding> findings() {
        version();
        capabilities();
        tap();
        if (devices.size() == node.io().interfaces().size()) {
            MemoryNeeds needs = MemoryNeeds.of(node, devices);
            lockedMemory(needs.frames());
            hugePages(needs);
        }
        return findings;
    }

    private void add(Level level, String subject, String text, Object... arguments) {
        findings.add(new Finding(level, subject, text.formatted(arguments)));
    }

    private void version() {
        String release = files.text("proc/sys/kernel/osrelease").orElse("");
        Matcher matcher = VERSION.matcher(release);
        if (!matcher.matches()) {
            return;
        }
        int version = Integer.parseInt(matcher.group(1)) * 100 + Integer.parseInt(matcher.group(2));
        Driver driver = node.io().driver();
        if (driver == Driver.AF_PACKET && version < TCX) {
            add(Level.MISSING, "kernel", "Linux %s: AF_PACKET needs TCX, Linux 6.6 or newer", release);
        } else if (version < XDP_LINK) {
            add(Level.MISSING, "kernel", "Linux %s: AF_XDP needs XDP links, Linux 5.9 or newer", release);
        } else if (driver == Driver.AUTO && version < TCX) {
            add(
                    Level.WARNING,
                    "kernel",
                    "Linux %s: AF_XDP or nothing, as AF_PACKET needs TCX, Linux 6.6 or newer",
                    release);
        } else {
            add(Level.OK, "kernel", "Linux %s", release);
        }
    }

    private boolean has(int capability) {
        return (capabilities >>> capability & 1) != 0;
    }

    private void capabilities() {
        List<String> missing = new ArrayList<>();
        if (!has(CAP_NET_ADMIN)) {
            missing.add("CAP_NET_ADMIN");
        }
        if (!has(CAP_NET_RAW)) {
            missing.add("CAP_NET_RAW");
        }
        if (!has(CAP_BPF) && !has(CAP_SYS_ADMIN)) {
            missing.add("CAP_BPF");
        }
        if (!has(CAP_PERFMON) && !has(CAP_SYS_ADMIN) && node.io().driver() != Driver.AF_PACKET) {
            missing.add("CAP_PERFMON");
        }
        if (missing.isEmpty()) {
            add(Level.OK, "privileges", "this user may run the node");
        } else {
            add(
                    Level.WARNING,
                    "privileges",
                    "this user lacks %s; run the node as root, or grant them",
                    String.join(", ", missing));
        }
    }

    private void tap() {
        Path device = files.path("dev/net/tun");
        if (!Files.exists(device)) {
            add(Level.MISSING, "/dev/net/tun", "is not there: modprobe tun");
        } else if (!Files.isReadable(device) || !Files.isWritable(device)) {
            add(Level.WARNING, "/dev/net/tun", "this user may not read and write it; the node must");
        }
    }

    private void lockedMemory(long bytes) {
        if (node.io().driver() == Driver.AF_PACKET || has(CAP_IPC_LOCK)) {
            return;
        }
        files.after("proc/self/limits", "Max locked memory")
                .map(text -> text.split("\\s+")[0])
                .filter(soft -> !soft.equals("unlimited") && Long.parseLong(soft) < bytes)
                .ifPresent(soft -> add(
                        Level.WARNING,
                        "locked memory",
                        "AF_XDP locks %d MiB of frames and this user may lock %d KiB: ulimit -l unlimited,"
                                + " LimitMEMLOCK=infinity, or CAP_IPC_LOCK",
                        bytes >> 20,
                        Long.parseLong(soft) >> 10));
    }

    private void hugePages(MemoryNeeds needs) {
        Toggle wanted = node.io().hugepages();
        if (wanted == Toggle.OFF) {
            return;
        }
        long pages = pages(needs.frames()) + pages(needs.flows());
        String directory = "sys/kernel/mm/hugepages/hugepages-2048kB/";
        long free =
                files.text(directory + "free_hugepages").map(Long::parseLong).orElse(0L);
        long reserved =
                files.text(directory + "nr_hugepages").map(Long::parseLong).orElse(0L);
        String text = "%d MiB of frames and %d MiB of flows take %d huge pages of 2 MiB, and %d are free"
                .formatted(needs.frames() >> 20, needs.flows() >> 20, pages, free);
        if (free >= pages) {
            add(Level.OK, "huge pages", "%s", text);
        } else {
            boolean must = wanted == Toggle.ON;
            add(
                    must ? Level.MISSING : Level.HINT,
                    "huge pages",
                    "%s: sysctl -w vm.nr_hugepages=%d%s",
                    text,
                    reserved + pages - free,
                    must ? "" : "; without them, transparent ones are taken where there are any");
        }
    }

    private static long pages(long bytes) {
        return (bytes + Pages.HUGE_PAGE - 1) / Pages.HUGE_PAGE;
    }
}
