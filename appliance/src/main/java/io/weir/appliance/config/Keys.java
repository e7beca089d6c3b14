package io.weir.appliance.config;

import static io.weir.appliance.config.Values.integer;
import static io.weir.appliance.config.Values.list;
import static io.weir.appliance.config.Values.matching;
import static io.weir.appliance.config.Values.oneOf;
import static io.weir.appliance.config.Values.powerOfTwo;
import static io.weir.appliance.config.Values.size;
import static io.weir.appliance.config.Values.time;

import io.weir.scheduler.IpAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The keys of a node; those of a service are in {@link ServiceKeys}. */
final class Keys {
    private static final KeyRegister REGISTER = new KeyRegister();
    private static final Duration DAY = Duration.ofHours(24);
    private static final long MAX_U32 = 0xffff_ffffL;
    private static final long DEFAULT_TABLE = 253;
    private static final long MAIN_TABLE = 254;
    private static final long LOCAL_TABLE = 255;
    static final String DEVICE = "[^\\s/:]{1,15}";

    static final Key<String> NODE_NAME = REGISTER.key(
            "node.name",
            null,
            "the node's name; by default the host's",
            matching("[A-Za-z0-9][A-Za-z0-9._-]{0,62}", "a name of letters, digits, '.', '_' and '-'"));
    static final Key<List<Integer>> WORKERS_CORES = REGISTER.key(
            "workers.cores", null, "one pinned worker a core; by default all cores but the first", Values::cores);
    static final Key<Choices.Idle> WORKERS_IDLE = REGISTER.key(
            "workers.idle",
            "busy-spin",
            "what a worker does without work: busy-spin, yield, backoff",
            oneOf(Choices.Idle.class));
    static final Key<Integer> HA_CORE =
            REGISTER.key("ha.core", null, "the HA thread's core; by default unpinned", integer(0, 8191));
    static final Key<List<Integer>> CONTROL_CORES =
            REGISTER.key("control.cores", null, "the other threads' cores; by default unpinned", Values::cores);

    static final Key<Choices.Driver> IO_DRIVER =
            REGISTER.key("io.driver", "auto", "af_xdp, af_packet, auto", Keys::driver);
    static final Key<String> IO_INTERFACE = REGISTER.key(
            "io.interface.<role>",
            null,
            "the device of a side: front (clients), back (servers); only front = one-arm",
            matching(DEVICE, "a device's name of at most 15 characters"));
    static final Key<Integer> IO_BURST = REGISTER.key("io.burst", "64", "frames a cycle", powerOfTwo(1, 1024));
    static final Key<Integer> IO_RING_SIZE =
            REGISTER.key("io.ring.size", "4096", "descriptors a ring", powerOfTwo(64, 65536));
    static final Key<Integer> IO_FRAME_SIZE = REGISTER.key(
            "io.frame.size", "2048", "bytes a frame; AF_XDP allows 2048 and 4096", powerOfTwo(2048, 65536));
    static final Key<Choices.XdpMode> IO_XDP_MODE =
            REGISTER.key("io.xdp.mode", "auto", "native, generic, auto", oneOf(Choices.XdpMode.class));
    static final Key<Choices.Toggle> IO_XDP_ZERO_COPY =
            REGISTER.key("io.xdp.zero-copy", "auto", "on, off, auto", oneOf(Choices.Toggle.class));
    static final Key<Choices.Toggle> IO_HUGEPAGES =
            REGISTER.key("io.hugepages", "auto", "on, off, auto", oneOf(Choices.Toggle.class));
    static final Key<String> IO_EXCEPTION_DEVICE = REGISTER.key(
            "io.exception.device",
            "weir-x",
            "TAP device through which frames that are not ours go to the kernel",
            matching(DEVICE, "a device's name of at most 15 characters"));

    static final Key<Long> CONNECTIONS_CAPACITY =
            REGISTER.key("connections.capacity", "1m", "flow records of the node", size(1024, 1L << 30));
    static final Key<Choices.Ttl> FORWARD_TTL = REGISTER.key(
            "forward.ttl",
            "decrement",
            "decrement (as a router does, with ICMP time exceeded), keep",
            oneOf(Choices.Ttl.class));
    static final Key<Integer> MAGLEV_TABLE_SIZE = REGISTER.key(
            "scheduler.mh.table-size",
            "65537",
            "slots of mh's table: a prime, at least 100 for each server",
            integer(3, 16_777_213));
    static final Key<Choices.Reject> VIP_REJECT = REGISTER.key(
            "vip.reject",
            "reject",
            "other ports of a virtual address: reject (RST, ICMP port unreachable), drop",
            oneOf(Choices.Reject.class));
    static final Key<List<IpAddress>> NAT_ADDRESSES = REGISTER.key(
            "nat.addresses",
            null,
            "local addresses for connections of the node's own to servers; by default the back device's",
            list(Values::hostAddress));
    static final Key<PortRange> NAT_PORTS = REGISTER.key(
            "nat.ports",
            "10000-32000",
            "the engine's ports on these addresses; keep away from net.ipv4.ip_local_port_range",
            PortRange::parse);
    static final Key<List<IpAddress>> GATEWAY = REGISTER.key(
            "gateway.<role>",
            null,
            "addresses that the engine owns on a side: what servers use as default gateway under NAT",
            list(Values::hostAddress));

    static final Key<Integer> RECONSTRUCT_RATE = REGISTER.key(
            "reconstruct.rate", "20000", "flows reconstructed a second and worker, at most", integer(0, 100_000_000));
    static final Key<Integer> RECONSTRUCT_REPLAY_RATE = REGISTER.key(
            "reconstruct.replay-rate", "2000", "replays a second and server, at most", integer(0, 100_000_000));
    static final Key<Duration> RECONSTRUCT_PROBE_TIMEOUT = REGISTER.key(
            "reconstruct.probe-timeout",
            "20ms",
            "how long a server that is asked for an unknown flow may be silent before it is taken for the owner",
            time(Duration.ofMillis(1), Duration.ofSeconds(1)));
    static final Key<Integer> REPLAY_WINDOW_SCALE =
            REGISTER.key("replay.window-scale", "7", "window scale that a replay offers (RFC 7323)", integer(0, 14));

    static final Key<Choices.HaMode> HA_MODE =
            REGISTER.key("ha.mode", "none", "none, vrrp, bgp", oneOf(Choices.HaMode.class));
    static final Key<Integer> VRRP_ID =
            REGISTER.key("ha.vrrp.id", "51", "the virtual router's number", integer(1, 255));
    static final Key<String> VRRP_INTERFACE = REGISTER.key(
            "ha.vrrp.interface",
            "front",
            "role or device of the advertisements",
            matching(DEVICE, "front, back or a device's name"));
    static final Key<Integer> VRRP_PRIORITY =
            REGISTER.key("ha.vrrp.priority", "100", "the highest living one forwards", integer(1, 255));
    static final Key<Duration> VRRP_ADVERTISE = REGISTER.key(
            "ha.vrrp.advertise", "100ms", "between two advertisements, a multiple of 10ms", Keys::centiseconds);
    static final Key<Boolean> VRRP_PREEMPT = REGISTER.key(
            "ha.vrrp.preempt", "true", "whether a higher priority takes over from a living master", Values::bool);
    static final Key<Duration> VRRP_PREEMPT_DELAY =
            REGISTER.key("ha.vrrp.preempt-delay", "0s", "how long it waits before it does", time(Duration.ZERO, DAY));
    static final Key<List<IpAddress>> VRRP_PEERS =
            REGISTER.key("ha.vrrp.peers", "multicast", "multicast, or addresses of unicast peers", Keys::peers);
    static final Key<List<String>> VRRP_TRACK = REGISTER.key(
            "ha.vrrp.track",
            null,
            "roles or devices whose link must be up, services that must have a server",
            list(matching("[^\\s,]+", "a list of roles, devices and services")));
    static final Key<Long> BGP_TABLE = REGISTER.key(
            "ha.bgp.table",
            "4711",
            "the kernel's table into which host routes of the virtual addresses go: a number, or main",
            Keys::routingTable);
    static final Key<Long> BGP_METRIC =
            REGISTER.key("ha.bgp.metric", "100", "metric of these routes", Values.unsigned(1, MAX_U32));
    static final Key<Duration> BGP_DRAIN = REGISTER.key(
            "ha.bgp.drain",
            "2s",
            "how long a node forwards at its end after it has withdrawn its routes",
            time(Duration.ZERO, Duration.ofMinutes(10)));
    static final Key<Duration> HA_WATCHDOG = REGISTER.key(
            "ha.watchdog",
            "200ms",
            "a worker that finishes no cycle for so long makes the node step down",
            time(Duration.ofMillis(1), DAY));

    static final Key<AdminConfig.Listen> ADMIN_LISTEN = REGISTER.key(
            "admin.listen",
            "127.0.0.1:9180",
            "ADDRESS:PORT or unix:/path of the admin API; not on loopback only with admin.token",
            AdminConfig.Listen::parse);
    static final Key<String> ADMIN_TOKEN = REGISTER.key(
            "admin.token",
            null,
            "what a client of the admin API must present",
            matching("\\S{8,}", "a secret of at least 8 characters without blanks"));
    static final Key<Path> COUNTERS_FILE = REGISTER.key(
            "counters.file",
            null,
            "the mapped file that weir stat reads; by default /dev/shm/weir/<node.name>/counters",
            Values::absolutePath);

    private static final List<Key<?>> ALL = collect();

    private Keys() {}

    private static List<Key<?>> collect() {
        final List<Key<?>> all = new ArrayList<>(REGISTER.all());
        all.addAll(TimeoutKeys.all());
        all.addAll(TunnelKeys.all());
        all.addAll(HypervisorKeys.all());
        all.addAll(HostKeys.all());
        all.addAll(ServiceKeys.all());
        return Collections.unmodifiableList(all);
    }

    /** Every key that a file may have. */
    static List<Key<?>> all() {
        return ALL;
    }

    /** The key that a name in the file means. */
    static Optional<Key<?>> find(String name) {
        return ALL.stream().filter(k -> k.matches(name)).findFirst();
    }

    /** The known key that an unknown name was probably meant to be. */
    static Optional<String> nearest(String name) {
        return ALL.stream()
                .map(k -> k.filledFrom(name))
                .min(Comparator.comparingInt(k -> distance(name, k)))
                .filter(k -> distance(name, k) <= Math.max(2, k.length() / 3));
    }

    /** An abbreviation is nearer than any mistake. */
    private static int distance(String name, String known) {
        return known.startsWith(name) ? 1 : EditDistance.between(name, known);
    }

    private static Choices.Driver driver(String text) {
        return switch (text) {
            case "auto" -> Choices.Driver.AUTO;
            case "af_xdp" -> Choices.Driver.AF_XDP;
            case "af_packet" -> Choices.Driver.AF_PACKET;
            default -> throw new IllegalArgumentException("one of auto, af_xdp, af_packet is right");
        };
    }

    private static Long routingTable(String text) {
        if (text.equals("main")) {
            return MAIN_TABLE;
        }
        final long table = Values.unsigned(1, MAX_U32).apply(text);
        if (table == DEFAULT_TABLE || table == LOCAL_TABLE) {
            throw new IllegalArgumentException("a table of the kernel's own; another number, or main, is right");
        }
        return table;
    }

    private static Duration centiseconds(String text) {
        final Duration time =
                time(Duration.ofMillis(10), Duration.ofMillis(40_950)).apply(text);
        if (time.toNanos() % 10_000_000 != 0) {
            throw new IllegalArgumentException("a multiple of 10ms is right (RFC 9568, section 5.2.7)");
        }
        return time;
    }

    private static List<IpAddress> peers(String text) {
        return text.equals("multicast") ? List.of() : list(Values::hostAddress).apply(text);
    }
}
