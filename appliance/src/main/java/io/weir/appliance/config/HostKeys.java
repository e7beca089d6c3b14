package io.weir.appliance.config;

import static io.weir.appliance.config.Values.matching;
import static io.weir.appliance.config.Values.oneOf;
import static io.weir.appliance.config.Values.time;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The keys {@code host.…}, for {@code weir host}; a node knows them and leaves them alone. */
final class HostKeys {
    private static final KeyRegister REGISTER = new KeyRegister();

    static final Key<String> NAME = REGISTER.key(
            "host.name",
            null,
            "the hypervisor that weir host runs on, as in hypervisor.<name>; by default the host's name",
            matching("[A-Za-z0-9][A-Za-z0-9_-]{0,63}", "a name as in hypervisor.<name>"));
    static final Key<Path> STATUS = REGISTER.key(
            "host.status",
            null,
            "the file that says which guest has which addresses, for weir host status and for the next start; by default "
                    + "/var/lib/weir/<host.name>/host.json",
            Values::absolutePath);
    static final Key<Duration> INTERVAL = REGISTER.key(
            "host.interval", "10s", "between two looks at a guest", time(Duration.ofMillis(100), Duration.ofHours(1)));
    static final Key<Duration> TIMEOUT = REGISTER.key(
            "host.timeout",
            "5s",
            "how long a guest agent may take for an answer, and a program in the guest to its end",
            time(Duration.ofMillis(100), Duration.ofMinutes(5)));
    static final Key<Duration> BACKOFF = REGISTER.key(
            "host.backoff",
            "1m",
            "between two attempts at a guest that fails, at most; they begin with 1s and double",
            time(Duration.ofMillis(100), Duration.ofHours(1)));
    static final Key<Path> AGENT = REGISTER.key(
            "host.guest.<port>.agent",
            null,
            "the socket of the guest agent of the guest at a port of the hypervisor's switch",
            HostKeys::socket);
    static final Key<String> INTERFACE = REGISTER.key(
            "host.guest.<port>.interface",
            null,
            "the guest's device for virtual addresses; by default the one that has the server's own address",
            matching("[A-Za-z0-9][A-Za-z0-9._-]{0,14}", "a device's name of at most 15 characters"));
    static final Key<Choices.GuestConfiguration> CONFIGURATION = REGISTER.key(
            "host.guest.<port>.configuration",
            "auto",
            "what keeps the addresses over the guest's restart: auto (whatever the guest uses), networkd, netplan, "
                    + "ifupdown, networkmanager, ifcfg, none",
            oneOf(Choices.GuestConfiguration.class));

    /** Bytes of a Unix socket's path, at most: {@code sun_path} without its end (unix(7)). */
    private static final int LONGEST_SOCKET = 107;

    private HostKeys() {}

    static List<Key<?>> all() {
        return REGISTER.all();
    }

    private static Path socket(String text) {
        final Path path = Values.absolutePath(text);
        if (text.getBytes(StandardCharsets.UTF_8).length > LONGEST_SOCKET) {
            throw new IllegalArgumentException("a socket's path of at most " + LONGEST_SOCKET + " bytes is right");
        }
        return path;
    }
}
