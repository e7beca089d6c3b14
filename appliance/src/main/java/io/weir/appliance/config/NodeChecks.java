package io.weir.appliance.config;

import io.weir.appliance.config.Choices.Driver;
import io.weir.appliance.config.Choices.Forward;
import io.weir.appliance.config.Choices.HaMode;
import io.weir.appliance.config.Choices.Role;
import io.weir.appliance.config.Choices.Toggle;
import io.weir.appliance.config.Choices.XdpMode;
import io.weir.scheduler.IpAddress;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Contradictions between keys of a node, and between them and the machine. */
final class NodeChecks {
    private final NodeConfig config;
    private final HostFacts host;
    private final Settings settings;
    private final Problems problems;

    NodeChecks(NodeConfig config, HostFacts host, Settings settings) {
        this.config = config;
        this.host = host;
        this.settings = settings;
        this.problems = settings.problems();
    }

    void run() {
        cores();
        roles();
        devices();
        rings();
        xdp();
        nat();
        fullNat();
        ha();
        admin();
        maglev();
        servers();
    }

    private void servers() {
        final int servers =
                config.services().stream().mapToInt(s -> s.servers().size()).sum();
        if (servers > NodeConfig.MAX_SERVERS) {
            problems.error(
                    "service.*.server.*",
                    "" + servers,
                    "servers of all services together are more than a node takes; at most " + NodeConfig.MAX_SERVERS
                            + " is right");
        }
    }

    private void cores() {
        final List<Integer> workers = config.workers().cores();
        exist(Keys.WORKERS_CORES, workers);
        exist(Keys.CONTROL_CORES, config.workers().controlCores());
        config.workers().haCore().ifPresent(core -> {
            exist(Keys.HA_CORE, List.of(core));
            if (workers.contains(core)) {
                problems.warning(
                        Keys.HA_CORE.pattern(),
                        "" + core,
                        "a worker is pinned to the same core; the two will disturb each other");
            }
        });
        final List<Integer> shared = new ArrayList<>(config.workers().controlCores());
        shared.retainAll(workers);
        if (!shared.isEmpty()) {
            problems.warning(
                    Keys.CONTROL_CORES.pattern(),
                    settings.written(Keys.CONTROL_CORES),
                    "workers are pinned to " + CoreList.text(shared) + ", too; the threads will disturb each other");
        }
    }

    private void exist(Key<?> key, List<Integer> cores) {
        final List<Integer> missing = new ArrayList<>(cores);
        missing.removeAll(host.cores());
        if (!missing.isEmpty()) {
            problems.error(
                    key.pattern(),
                    settings.written(key),
                    "this machine has no processor " + CoreList.text(missing) + "; it has "
                            + CoreList.text(host.cores()));
        }
    }

    private void roles() {
        final List<String> known = List.of(Values.name(Role.FRONT), Values.name(Role.BACK));
        for (final Key<?> key : List.of(Keys.IO_INTERFACE, Keys.GATEWAY)) {
            settings.matching(key).forEach((name, value) -> {
                final String role = name.substring(name.lastIndexOf('.') + 1);
                if (!known.contains(role)) {
                    problems.error(
                            name,
                            value,
                            "there is no device role '" + role + "'; front and back are right"
                                    + EditDistance.nearest(role, known)
                                            .map(n -> "; the nearest key is " + key.name(n))
                                            .orElse(""));
                }
            });
        }
        config.gateways().forEach((role, addresses) -> {
            if (role == Role.BACK && config.io().isOneArm()) {
                problems.error(
                        Keys.GATEWAY.name("back"),
                        settings.written(Keys.GATEWAY, "back"),
                        "there is no device for it; with one arm gateway.front is right, with two io.interface.back is missing");
            }
        });
    }

    private void devices() {
        final Map<Role, String> devices = config.io().interfaces();
        if (!settings.isSet(Keys.IO_INTERFACE, "front")) {
            problems.error(Keys.IO_INTERFACE.name("front"), "", "is missing; the device towards the clients is right");
        }
        final String front = devices.get(Role.FRONT);
        if (front != null && front.equals(devices.get(Role.BACK))) {
            problems.error(
                    Keys.IO_INTERFACE.name("back"),
                    front,
                    "is the front device, too; for one arm io.interface.front alone is right");
        }
        if (devices.containsValue(config.io().exceptionDevice())) {
            problems.error(
                    Keys.IO_EXCEPTION_DEVICE.pattern(),
                    config.io().exceptionDevice(),
                    "is a device of io.interface; a name that no device has is right");
        }
    }

    private void rings() {
        if (config.io().burst() > config.io().ringSize()) {
            problems.error(
                    Keys.IO_BURST.pattern(),
                    settings.text(Keys.IO_BURST),
                    "is more than io.ring.size = " + settings.text(Keys.IO_RING_SIZE)
                            + "; at most the ring's size is right");
        }
    }

    private void xdp() {
        final IoConfig io = config.io();
        if (io.driver() == Driver.AF_XDP && io.frameSize() > 4096) {
            problems.error(
                    Keys.IO_FRAME_SIZE.pattern(),
                    settings.text(Keys.IO_FRAME_SIZE),
                    "io.driver = af_xdp allows 2048 and 4096 only");
        }
        if (io.xdpMode() == XdpMode.GENERIC && io.zeroCopy() == Toggle.ON) {
            problems.error(
                    Keys.IO_XDP_ZERO_COPY.pattern(),
                    "on",
                    "io.xdp.mode = generic cannot do without copies; native is right");
        }
        if (io.driver() == Driver.AF_PACKET) {
            for (final Key<?> key : List.of(Keys.IO_XDP_MODE, Keys.IO_XDP_ZERO_COPY)) {
                if (settings.isSet(key)) {
                    problems.warning(key.pattern(), settings.written(key), "has no effect with io.driver = af_packet");
                }
            }
        }
    }

    private void nat() {
        host.ephemeralPorts()
                .filter(config.nat().ports()::overlaps)
                .ifPresent(
                        ephemeral -> problems.warning(
                                Keys.NAT_PORTS.pattern(),
                                settings.text(Keys.NAT_PORTS),
                                "overlaps net.ipv4.ip_local_port_range = " + ephemeral
                                        + ": where the kernel owns the address both would use the same ports; a range outside is right"));
    }

    /** Full NAT needs an address of the service's family, if it is said which addresses there are. */
    private void fullNat() {
        final List<IpAddress> addresses = config.nat().addresses();
        for (final ServiceConfig service : config.services()) {
            final boolean v4 = service.address().address().isV4();
            if (service.forward() == Forward.FULLNAT
                    && !addresses.isEmpty()
                    && addresses.stream().noneMatch(a -> a.isV4() == v4)) {
                problems.error(
                        Keys.NAT_ADDRESSES.pattern(),
                        settings.written(Keys.NAT_ADDRESSES),
                        ServiceKeys.FORWARD.name(service.name()) + " = fullnat needs an " + (v4 ? "IPv4" : "IPv6")
                                + " address among them");
            }
        }
    }

    private void ha() {
        switch (config.ha().mode()) {
            case VRRP -> vrrp(config.ha().vrrp());
            case BGP -> bgp();
            case NONE -> {}
        }
        Keys.all().stream()
                .filter(k ->
                        settings.isSet(k) && isIdle(k.pattern(), config.ha().mode()))
                .forEach(k -> problems.warning(
                        k.pattern(),
                        settings.written(k),
                        "has no effect with ha.mode = " + settings.text(Keys.HA_MODE)));
    }

    /** Whether a key means nothing in a mode. */
    private static boolean isIdle(String key, HaMode mode) {
        return key.startsWith("ha.")
                && !key.equals(Keys.HA_MODE.pattern())
                && (mode == HaMode.NONE
                        || key.startsWith("ha.vrrp.") && mode != HaMode.VRRP
                        || key.startsWith("ha.bgp.") && mode != HaMode.BGP);
    }

    private void bgp() {
        if (config.services().isEmpty()) {
            problems.error(
                    Keys.HA_MODE.pattern(),
                    "bgp",
                    "there is no address to announce; a service is missing, or none is right");
        }
    }

    private void vrrp(HaConfig.Vrrp vrrp) {
        if (vrrp.interfaceName().equals("back") && config.io().isOneArm()) {
            problems.error(Keys.VRRP_INTERFACE.pattern(), vrrp.interfaceName(), "there is no io.interface.back");
        }
        if (!vrrp.preempt() && !vrrp.preemptDelay().isZero()) {
            problems.warning(
                    Keys.VRRP_PREEMPT_DELAY.pattern(),
                    settings.written(Keys.VRRP_PREEMPT_DELAY),
                    "has no effect with ha.vrrp.preempt = false");
        }
        final Set<Boolean> families = new HashSet<>();
        config.services().forEach(s -> families.add(s.address().address().isV4()));
        config.gateways().values().forEach(g -> g.forEach(a -> families.add(a.isV4())));
        if (families.isEmpty()) {
            problems.error(
                    Keys.HA_MODE.pattern(),
                    "vrrp",
                    "there is no address to be master of; a service or a gateway is missing, or none is right");
        } else if (!vrrp.peers().isEmpty() && vrrp.peers().stream().noneMatch(peer -> families.contains(peer.isV4()))) {
            problems.error(
                    Keys.VRRP_PEERS.pattern(),
                    settings.written(Keys.VRRP_PEERS),
                    "advertisements carry addresses of their own family, and all services and gateways are %s; %s peers are right"
                            .formatted(
                                    families.contains(true) ? "IPv4" : "IPv6",
                                    families.contains(true) ? "IPv4" : "IPv6"));
        }
    }

    private void admin() {
        if (config.admin().listen() instanceof AdminConfig.Listen.Tcp(var endpoint)
                && !endpoint.address().isLoopback()
                && !settings.isSet(Keys.ADMIN_TOKEN)) {
            problems.error(
                    Keys.ADMIN_LISTEN.pattern(),
                    endpoint.toString(),
                    "an address that others can reach needs admin.token; without it 127.0.0.1, [::1] or unix:/path is right");
        }
    }

    private void maglev() {
        final int size = config.maglevTableSize();
        if (!BigInteger.valueOf(size).isProbablePrime(30)) {
            problems.error(
                    Keys.MAGLEV_TABLE_SIZE.pattern(),
                    "" + size,
                    "a prime is right, for instance " + BigInteger.valueOf(size).nextProbablePrime()
                            + ", 65537 or 655373");
        }
    }
}
