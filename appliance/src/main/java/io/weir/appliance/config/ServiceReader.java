package io.weir.appliance.config;

import io.weir.scheduler.Endpoint;
import io.weir.scheduler.IpAddress;
import io.weir.scheduler.SchedulerKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** Reads the keys of one service. */
final class ServiceReader {
    /** Stands for an address that is missing or wrong while the other keys are checked. */
    private static final Endpoint UNKNOWN = new Endpoint(IpAddress.ofV4(0), 0);

    private final Settings settings;
    private final Problems problems;
    private final String name;

    ServiceReader(Settings settings, String name) {
        this.settings = settings;
        this.problems = settings.problems();
        this.name = name;
    }

    /** The service, unless its address is missing or wrong. */
    Optional<ServiceConfig> read() {
        final Optional<Endpoint> address = settings.find(ServiceKeys.ADDRESS, name);
        if (!settings.isSet(ServiceKeys.ADDRESS, name)) {
            problems.error(ServiceKeys.ADDRESS.name(name), "", "is missing; ADDRESS:PORT of the service is right");
        }
        final ServiceConfig service = new ServiceConfig(
                name,
                address.orElse(UNKNOWN),
                settings.get(ServiceKeys.PROTOCOL, name),
                settings.get(ServiceKeys.FORWARD, name),
                settings.get(ServiceKeys.SCHEDULER, name).orElse(SchedulerKind.WRR),
                Set.copyOf(settings.get(ServiceKeys.SCHEDULER_FLAGS, name)),
                persistence(address.orElse(UNKNOWN)),
                settings.get(ServiceKeys.RECONSTRUCT, name),
                settings.get(ServiceKeys.REPLAY_GUARD, name),
                settings.find(ServiceKeys.REPLAY_MSS, name).map(OptionalInt::of).orElse(OptionalInt.empty()),
                settings.get(ServiceKeys.ON_SERVER_DEATH, name),
                settings.get(ServiceKeys.ALG, name),
                health(),
                servers(address));
        return address.map(a -> service);
    }

    private Optional<PersistenceConfig> persistence(Endpoint address) {
        final Optional<Duration> timeout = settings.get(ServiceKeys.PERSISTENCE, name);
        final Optional<Integer> mask = settings.find(ServiceKeys.PERSISTENCE_MASK, name);
        if (mask.isPresent() && timeout.isEmpty()) {
            problems.error(
                    ServiceKeys.PERSISTENCE_MASK.name(name),
                    settings.written(ServiceKeys.PERSISTENCE_MASK, name),
                    "has no meaning without " + ServiceKeys.PERSISTENCE.name(name));
        }
        final int longest = address.address().isV4() ? 32 : 128;
        if (mask.orElse(0) > longest && address != UNKNOWN) {
            problems.error(
                    ServiceKeys.PERSISTENCE_MASK.name(name),
                    settings.written(ServiceKeys.PERSISTENCE_MASK, name),
                    "is longer than an IPv4 address; 1 to 32 is right");
        }
        return timeout.map(t -> new PersistenceConfig(t, mask.orElse(longest)));
    }

    private HealthConfig health() {
        final HealthConfig health = new HealthConfig(
                settings.get(ServiceKeys.HEALTH, name),
                settings.get(ServiceKeys.HEALTH_INTERVAL, name),
                settings.get(ServiceKeys.HEALTH_TIMEOUT, name),
                settings.get(ServiceKeys.HEALTH_RISE, name),
                settings.get(ServiceKeys.HEALTH_FALL, name));
        if (health.timeout().compareTo(health.interval()) > 0) {
            problems.error(
                    ServiceKeys.HEALTH_TIMEOUT.name(name),
                    settings.text(ServiceKeys.HEALTH_TIMEOUT, name),
                    "is longer than " + ServiceKeys.HEALTH_INTERVAL.name(name) + " = "
                            + settings.text(ServiceKeys.HEALTH_INTERVAL, name) + "; at most the interval is right");
        }
        return health;
    }

    private List<ServerConfig> servers(Optional<Endpoint> service) {
        final List<ServerConfig> servers = new ArrayList<>();
        for (final String id : settings.servers(name)) {
            settings.find(ServiceKeys.SERVER, name, id)
                    .map(text -> server(id, text, service))
                    .ifPresent(servers::add);
        }
        return servers;
    }

    private ServerConfig server(String id, ServerText text, Optional<Endpoint> service) {
        final int port = text.port().orElse(service.map(Endpoint::port).orElse(0));
        if (service.isPresent() && service.get().port() == 0 && port != 0) {
            problems.error(
                    ServiceKeys.SERVER.name(name, id),
                    settings.written(ServiceKeys.SERVER, name, id),
                    "port " + port + " contradicts port 0 (all ports) of " + ServiceKeys.ADDRESS.name(name) + " = "
                            + service.get() + "; the address without port is right");
        }
        if (service.isPresent() && service.get().port() != 0 && port == 0) {
            problems.error(
                    ServiceKeys.SERVER.name(name, id),
                    settings.written(ServiceKeys.SERVER, name, id),
                    "port 0 is right only where the service has port 0 (all ports), and "
                            + ServiceKeys.ADDRESS.name(name) + " = " + service.get());
        }
        return new ServerConfig(
                id,
                new Endpoint(text.address(), port),
                text.weight(),
                text.max(),
                text.min(),
                text.host().flatMap(host -> host(id, host)),
                text.switchPort(),
                text.mac(),
                text.tunnel(),
                text.vni());
    }

    /** A hypervisor's address, or the address of the hypervisor that has the name. */
    private Optional<IpAddress> host(String id, String text) {
        try {
            if (Key.isSegment(text) && settings.isSet(HypervisorKeys.ADDRESS, text)) {
                return settings.find(HypervisorKeys.ADDRESS, text);
            }
            return Optional.of(Values.hostAddress(text));
        } catch (final IllegalArgumentException e) {
            problems.error(
                    ServiceKeys.SERVER.name(name, id),
                    settings.written(ServiceKeys.SERVER, name, id),
                    "host=" + text + ": " + e.getMessage() + ", and there is no hypervisor of that name; "
                            + "an address, or the <name> of a key " + HypervisorKeys.ADDRESS.pattern() + ", is right");
            return Optional.empty();
        }
    }
}
