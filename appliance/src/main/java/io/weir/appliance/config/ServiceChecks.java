package io.weir.appliance.config;

import io.weir.appliance.config.Choices.Forward;
import io.weir.appliance.config.Choices.OnServerDeath;
import io.weir.appliance.config.Choices.Reconstruct;
import io.weir.scheduler.Endpoint;
import io.weir.scheduler.IpAddress;
import io.weir.scheduler.SchedulerFlag;
import io.weir.scheduler.SchedulerKind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Contradictions within services and between them. */
final class ServiceChecks {
    private static final int SLOTS_PER_SERVER = 100;

    private final NodeConfig config;
    private final Settings settings;
    private final Problems problems;

    ServiceChecks(NodeConfig config, Settings settings) {
        this.config = config;
        this.settings = settings;
        this.problems = settings.problems();
    }

    void run() {
        if (settings.services().isEmpty()) {
            problems.warning("", "", "no service is configured; the node will forward nothing");
        }
        addressesOccurOnce();
        final Set<IpAddress> virtual = new HashSet<>();
        config.services().forEach(s -> virtual.add(s.address().address()));
        for (final ServiceConfig service : config.services()) {
            servers(service, virtual);
            scheduling(service);
            health(service);
            if (service.forward() == Forward.DR || service.forward() == Forward.TUN) {
                direct(service);
            }
        }
        config.gateways().forEach((role, addresses) -> gateway(Values.name(role), addresses));
    }

    private void addressesOccurOnce() {
        final Map<String, String> owners = new HashMap<>();
        for (final ServiceConfig service : config.services()) {
            final String owner =
                    owners.putIfAbsent(Values.name(service.protocol()) + " " + service.address(), service.name());
            if (owner != null) {
                problems.error(
                        ServiceKeys.ADDRESS.name(service.name()),
                        settings.written(ServiceKeys.ADDRESS, service.name()),
                        "service " + owner
                                + " has the same address, port and protocol; another address or port is right");
            }
        }
    }

    private void servers(ServiceConfig service, Set<IpAddress> virtual) {
        final Map<Endpoint, String> seen = new HashMap<>();
        for (final ServerConfig server : service.servers()) {
            final String owner = seen.putIfAbsent(server.endpoint(), server.id());
            if (owner != null) {
                error(service, server, "server " + owner + " of the service has the same address and port");
            }
            final IpAddress address = server.endpoint().address();
            if (service.forward() != Forward.TUN
                    && address.isV4() != service.address().address().isV4()) {
                error(
                        service,
                        server,
                        "forward = " + Values.name(service.forward()) + " does not translate between families; an "
                                + (address.isV4() ? "IPv6" : "IPv4") + " address, as in "
                                + ServiceKeys.ADDRESS.name(service.name()) + " = " + service.address() + ", is right");
            }
            if (service.forward() != Forward.DR && virtual.contains(address)) {
                error(service, server, "is a virtual address of this node; the server's own address is right");
            }
        }
        if (settings.servers(service.name()).isEmpty()) {
            problems.warning(
                    ServiceKeys.SERVER.name(service.name(), "<id>"),
                    "",
                    "the service has no server and will refuse everything");
        } else if (!service.servers().isEmpty() && service.servers().stream().allMatch(s -> s.weight() == 0)) {
            problems.warning(
                    ServiceKeys.SERVER.name(service.name(), "<id>"),
                    "",
                    "every server of the service has weight 0; it will refuse every new connection");
        }
    }

    /** What a service cannot do whose servers' answers pass elsewhere. */
    private void direct(ServiceConfig service) {
        final String name = service.name();
        final String way = ServiceKeys.FORWARD.name(name) + " = " + Values.name(service.forward());
        if (service.reconstruct() == Reconstruct.REPLAY) {
            problems.error(
                    ServiceKeys.RECONSTRUCT.name(name),
                    settings.written(ServiceKeys.RECONSTRUCT, name),
                    "a replay needs the server's answers, and under " + way
                            + " they pass elsewhere; full, adopt or off is right");
        }
        if (service.onServerDeath() == OnServerDeath.REPLAY) {
            problems.error(
                    ServiceKeys.ON_SERVER_DEATH.name(name),
                    settings.written(ServiceKeys.ON_SERVER_DEATH, name),
                    "a replay needs the server's answers, and under " + way
                            + " they pass elsewhere; reset or keep is right");
        }
        for (final ServerConfig server : service.servers()) {
            final boolean translated =
                    server.host().flatMap(config.hypervisors()::byAddress).isPresent();
            if (!translated && server.endpoint().port() != service.address().port()) {
                problems.warning(
                        ServiceKeys.SERVER.name(name, server.id()),
                        settings.written(ServiceKeys.SERVER, name, server.id()),
                        "under " + way + " its answers leave it from port "
                                + server.endpoint().port()
                                + " and do not pass here; unless its host or hypervisor makes port "
                                + service.address().port() + " of it the clients will reset them");
            }
        }
    }

    private void health(ServiceConfig service) {
        if (service.address().port() == 0 && !(service.health().check() instanceof HealthConfig.Check.None)) {
            problems.error(
                    ServiceKeys.HEALTH.name(service.name()),
                    settings.written(ServiceKeys.HEALTH, service.name()),
                    "there is no port to check, as " + ServiceKeys.ADDRESS.name(service.name()) + " = "
                            + service.address() + " stands for all; none is right");
        }
    }

    private void error(ServiceConfig service, ServerConfig server, String message) {
        problems.error(
                ServiceKeys.SERVER.name(service.name(), server.id()),
                settings.written(ServiceKeys.SERVER, service.name(), server.id()),
                message);
    }

    private void scheduling(ServiceConfig service) {
        final String name = service.name();
        for (final SchedulerFlag flag : service.schedulerFlags()) {
            if (flag.kind() != service.scheduler()) {
                problems.error(
                        ServiceKeys.SCHEDULER_FLAGS.name(name),
                        settings.written(ServiceKeys.SCHEDULER_FLAGS, name),
                        flag.propertyName() + " is for scheduler " + flag.kind().propertyName() + ", and "
                                + ServiceKeys.SCHEDULER.name(name) + " = "
                                + settings.text(ServiceKeys.SCHEDULER, name));
            }
        }
        final int servers = service.servers().size();
        if (service.scheduler() == SchedulerKind.MH && servers * SLOTS_PER_SERVER > config.maglevTableSize()) {
            problems.error(
                    Keys.MAGLEV_TABLE_SIZE.pattern(),
                    settings.text(Keys.MAGLEV_TABLE_SIZE),
                    "is less than " + SLOTS_PER_SERVER + " slots for each of the " + servers + " servers of " + name
                            + "; a prime from " + servers * SLOTS_PER_SERVER + " is right, for instance 655373");
        }
    }

    private void gateway(String role, List<IpAddress> addresses) {
        for (final IpAddress address : addresses) {
            for (final ServiceConfig service : config.services()) {
                if (service.servers().stream()
                        .anyMatch(s -> s.endpoint().address().equals(address))) {
                    problems.error(
                            Keys.GATEWAY.name(role),
                            settings.written(Keys.GATEWAY, role),
                            address + " is a server of service " + service.name()
                                    + "; an address that no other machine has is right");
                }
            }
        }
    }
}
