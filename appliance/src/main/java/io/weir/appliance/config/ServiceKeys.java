package io.weir.appliance.config;

import static io.weir.appliance.config.Values.integer;
import static io.weir.appliance.config.Values.list;
import static io.weir.appliance.config.Values.oneOf;
import static io.weir.appliance.config.Values.time;

import io.weir.scheduler.Endpoint;
import io.weir.scheduler.SchedulerFlag;
import io.weir.scheduler.SchedulerKind;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The keys {@code service.<name>.…}. */
final class ServiceKeys {
    private static final KeyRegister REGISTER = new KeyRegister("service.<name>.");
    private static final Duration DAY = Duration.ofHours(24);

    /** Application gateways that have a name; which of them exist is another question. */
    private static final List<String> ALGS = List.of("ftp", "irc", "rtsp", "pptp", "sip", "h323", "tftp");

    static final Key<Endpoint> ADDRESS = REGISTER.key(
            "address",
            null,
            "the virtual address: 202.103.106.5:80, [2001:db8::5]:443; port 0 = all ports",
            ServiceKeys::virtual);
    static final Key<Choices.Protocol> PROTOCOL =
            REGISTER.key("protocol", "tcp", "tcp, udp", oneOf(Choices.Protocol.class));
    static final Key<Choices.Forward> FORWARD =
            REGISTER.key("forward", "nat", "nat, fullnat, dr, tun", oneOf(Choices.Forward.class));

    /** Empty for an algorithm that is known, but that this version does not have. */
    static final Key<Optional<SchedulerKind>> SCHEDULER =
            REGISTER.key("scheduler", "wrr", SchedulerKind.names() + " lblc lblcr", ServiceKeys::scheduler);

    static final Key<List<SchedulerFlag>> SCHEDULER_FLAGS = REGISTER.key(
            "scheduler-flags", "none", "none, sh-port, sh-fallback, mh-port, mh-fallback", ServiceKeys::flags);
    static final Key<Optional<Duration>> PERSISTENCE = REGISTER.key(
            "persistence", "off", "off, or how long a client stays on its server", ServiceKeys::persistence);
    static final Key<Integer> PERSISTENCE_MASK = REGISTER.key(
            "persistence-mask",
            null,
            "clients of one network stay together: 255.255.255.0 or a prefix length",
            PersistenceConfig::parseMask);
    static final Key<Choices.Reconstruct> RECONSTRUCT = REGISTER.key(
            "reconstruct",
            "full",
            "mid-stream packets of unknown flows: full, adopt, replay, off",
            oneOf(Choices.Reconstruct.class));
    static final Key<Choices.ReplayGuard> REPLAY_GUARD = REGISTER.key(
            "replay-guard", "none", "what may be replayed: none (anything), http", oneOf(Choices.ReplayGuard.class));
    static final Key<Integer> REPLAY_MSS = REGISTER.key(
            "replay.mss", null, "MSS that a replay offers; by default what the device allows", integer(88, 65495));
    static final Key<Choices.OnServerDeath> ON_SERVER_DEATH = REGISTER.key(
            "on-server-death",
            "reset",
            "flows of a dead server: reset, replay, keep",
            oneOf(Choices.OnServerDeath.class));
    static final Key<List<String>> ALG =
            REGISTER.key("alg", "none", "application gateways: none, " + String.join(", ", ALGS), ServiceKeys::algs);
    static final Key<HealthConfig.Check> HEALTH =
            REGISTER.key("health", "none", "none, tcp, http GET /path [status=200], udp", HealthConfig.Check::parse);
    static final Key<Duration> HEALTH_INTERVAL =
            REGISTER.key("health.interval", "2s", "between two checks of a server", time(Duration.ofMillis(10), DAY));
    static final Key<Duration> HEALTH_TIMEOUT =
            REGISTER.key("health.timeout", "1s", "after which a check has failed", time(Duration.ofMillis(1), DAY));
    static final Key<Integer> HEALTH_RISE =
            REGISTER.key("health.rise", "2", "successes that make a server usable", integer(1, 100));
    static final Key<Integer> HEALTH_FALL =
            REGISTER.key("health.fall", "3", "failures that make it unusable", integer(1, 100));
    static final Key<ServerText> SERVER = REGISTER.key(
            "server.<id>",
            null,
            "a real server: 172.16.0.3:8000 weight=2 max= min= host= port= mac= tunnel=ipip|gre|gue|vxlan vni=",
            ServerText::parse);

    private ServiceKeys() {}

    static List<Key<?>> all() {
        return REGISTER.all();
    }

    private static Endpoint virtual(String text) {
        final Endpoint endpoint = Endpoint.parse(text);
        Values.hostAddress(endpoint.address().toString());
        return endpoint;
    }

    private static Optional<SchedulerKind> scheduler(String text) {
        if (NotAvailable.SCHEDULERS.contains(text)) {
            return Optional.empty();
        }
        try {
            return Optional.of(SchedulerKind.of(text));
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException("one of " + SchedulerKind.names() + " is right", e);
        }
    }

    private static List<SchedulerFlag> flags(String text) {
        return text.equals("none") ? List.of() : list(SchedulerFlag::of).apply(text);
    }

    private static Optional<Duration> persistence(String text) {
        return text.equals("off")
                ? Optional.empty()
                : Optional.of(
                        time(Duration.ofSeconds(1), Duration.ofHours(24 * 31)).apply(text));
    }

    private static List<String> algs(String text) {
        if (text.equals("none")) {
            return List.of();
        }
        return list(name -> {
                    if (!ALGS.contains(name)) {
                        throw new IllegalArgumentException(
                                "none, or some of " + String.join(", ", ALGS) + ", is right");
                    }
                    return name;
                })
                .apply(text);
    }
}
