package io.weir.appliance.config;

import io.weir.appliance.config.Choices.Forward;
import io.weir.appliance.config.HostConfig.Guest;
import io.weir.scheduler.IpAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Reads the keys {@code host.…} beside what the same file says to a node. */
final class HostReader {
    private final NodeConfig node;
    private final Settings settings;
    private final Problems problems;

    HostReader(NodeConfig node, Settings settings) {
        this.node = node;
        this.settings = settings;
        this.problems = settings.problems();
    }

    HostConfig read(String hostName) {
        final String name = settings.getOr(HostKeys.NAME, hostName);
        final Optional<HypervisorsConfig.Host> self = node.hypervisors().hosts().stream()
                .filter(host -> host.name().equals(name))
                .findFirst();
        if (self.isEmpty()) {
            problems.error(
                    HostKeys.NAME.pattern(),
                    name,
                    "the file has no hypervisor of that name; " + others() + " is right");
        }
        final List<Guest> guests = self.map(this::guests).orElse(List.of());
        ports();
        agents(guests);
        return new HostConfig(
                node.file(),
                name,
                settings.getOr(HostKeys.STATUS, "/var/lib/weir/" + name + "/host.json"),
                settings.get(HostKeys.INTERVAL),
                settings.get(HostKeys.TIMEOUT),
                settings.get(HostKeys.BACKOFF),
                guests);
    }

    private String others() {
        return node.hypervisors().isEmpty()
                ? "a key " + HypervisorKeys.ADDRESS.pattern()
                : node.hypervisors().hosts().stream()
                        .map(HypervisorsConfig.Host::name)
                        .collect(Collectors.joining(" or "));
    }

    private List<Guest> guests(HypervisorsConfig.Host self) {
        final Map<String, SortedSet<IpAddress>> wanted = new LinkedHashMap<>();
        final Map<String, SortedSet<IpAddress>> own = new HashMap<>();
        final Set<IpAddress> virtual = new HashSet<>();
        node.services().forEach(service -> virtual.add(service.address().address()));
        for (final ServiceConfig service : node.services()) {
            for (final ServerConfig server : service.servers()) {
                if (service.forward() == Forward.DR
                        && server.host().equals(Optional.of(self.address()))
                        && server.switchPort().isPresent()) {
                    final String port = server.switchPort().get();
                    wanted.computeIfAbsent(port, p -> new TreeSet<>())
                            .add(service.address().address());
                    final SortedSet<IpAddress> addresses = own.computeIfAbsent(port, p -> new TreeSet<>());
                    if (!virtual.contains(server.endpoint().address())) {
                        addresses.add(server.endpoint().address());
                    }
                }
            }
        }
        final List<Guest> guests = new ArrayList<>();
        wanted.forEach((port, addresses) -> guests.add(guest(port, own.get(port), addresses)));
        return List.copyOf(guests);
    }

    private Guest guest(String port, SortedSet<IpAddress> own, SortedSet<IpAddress> wanted) {
        final Guest guest = new Guest(
                port,
                settings.find(HostKeys.AGENT, port),
                settings.find(HostKeys.INTERFACE, port),
                settings.get(HostKeys.CONFIGURATION, port),
                own,
                wanted);
        if (!settings.isSet(HostKeys.AGENT, port)) {
            problems.warning(
                    HostKeys.AGENT.name(port),
                    "",
                    "is missing: the guest at " + port + " must be given " + text(wanted) + " by its owner");
        } else if (own.isEmpty() && !settings.isSet(HostKeys.INTERFACE, port)) {
            problems.error(
                    HostKeys.INTERFACE.name(port),
                    "",
                    "is missing, and no server at " + port
                            + " has an address of its own to find it by; the guest's device, "
                            + "for instance eth0, is right");
        }
        return guest;
    }

    private static String text(SortedSet<IpAddress> addresses) {
        return addresses.stream().map(IpAddress::toString).collect(Collectors.joining(", "));
    }

    /** Keys of guests that are no server's; those of other hypervisors may be in the same file. */
    private void ports() {
        final Set<String> known = new HashSet<>();
        for (final ServiceConfig service : node.services()) {
            service.servers().forEach(server -> server.switchPort().ifPresent(known::add));
        }
        for (final Key<?> key : List.of(HostKeys.AGENT, HostKeys.INTERFACE, HostKeys.CONFIGURATION)) {
            settings.matching(key).forEach((name, value) -> {
                final String port = name.split("\\.", -1)[2];
                settings.find(key, port);
                if (!known.contains(port)) {
                    problems.warning(
                            name,
                            value,
                            "has no effect: no server has port=" + port
                                    + EditDistance.nearest(port, List.copyOf(known))
                                            .map(n -> "; did you mean " + n + "?")
                                            .orElse(""));
                }
            });
        }
    }

    private void agents(List<Guest> guests) {
        final Map<Path, String> owners = new HashMap<>();
        for (final Guest guest : guests) {
            final String owner = guest.agent()
                    .map(path -> owners.putIfAbsent(path, guest.port()))
                    .orElse(null);
            if (owner != null) {
                problems.error(
                        HostKeys.AGENT.name(guest.port()),
                        settings.written(HostKeys.AGENT, guest.port()),
                        "the guest at " + owner + " has the same; each has its own");
            }
        }
    }
}
