package io.weir.appliance.node;

import io.weir.appliance.admin.ServerView;
import io.weir.appliance.admin.ServiceView;
import io.weir.appliance.config.NodeConfig;
import io.weir.appliance.config.ServiceConfig;
import io.weir.appliance.health.Health;
import io.weir.engine.counters.CountersFile;
import io.weir.engine.counters.SlotEntry;
import io.weir.engine.service.ServiceKey;
import io.weir.engine.service.ServiceRegistry;
import io.weir.engine.service.ServiceRegistry.Slot;
import io.weir.scheduler.Endpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells others what the server slots stand for: readers of the counters file, and the admin API. Written by the control
 * thread.
 */
final class Directory {
    private final CountersFile file;
    private final ServiceRegistry registry;
    private final ServerStates states;
    private final Map<Integer, SlotEntry> described = new HashMap<>();

    /** Written by the control thread, read by any: an immutable list of immutable things. */
    private volatile List<ServiceView> services = List.of();

    Directory(CountersFile file, ServiceRegistry registry, ServerStates states) {
        this.file = file;
        this.registry = registry;
        this.states = states;
    }

    /** After a change of the registry, and now and then for what changes all the time: says what it is now. */
    void update(NodeConfig config) {
        Map<Integer, Slot> slots = new HashMap<>();
        Map<ServiceKey, List<ServerView>> leaving = new HashMap<>();
        for (Slot slot : registry.slots()) {
            slots.put(slot.number(), slot);
            if (slot.retiredAt() != 0) {
                leaving.computeIfAbsent(slot.service().key(), key -> new ArrayList<>())
                        .add(view(slot));
            }
        }
        described.keySet().removeIf(number -> {
            if (!slots.containsKey(number)) {
                file.describe(number, null);
                return true;
            }
            return false;
        });
        slots.forEach((number, slot) -> {
            SlotEntry entry = Specs.entry(slot, health(slot));
            if (!entry.equals(described.put(number, entry))) {
                file.describe(number, entry);
            }
        });
        services = config.services().stream()
                .map(service -> {
                    ServiceKey key = Specs.key(service);
                    List<ServerView> servers = servers(service, key, slots);
                    return new ServiceView(service, servers, List.copyOf(leaving.getOrDefault(key, List.of())));
                })
                .toList();
    }

    private List<ServerView> servers(ServiceConfig service, ServiceKey key, Map<Integer, Slot> slots) {
        return service.servers().stream()
                .map(server -> view(slots.get(registry.slot(
                        key, server.endpoint().address(), server.endpoint().port()))))
                .toList();
    }

    private Optional<Health> health(Slot slot) {
        return slot.retiredAt() == 0
                ? states.health(slot.service().name(), slot.server().id())
                : Optional.empty();
    }

    private ServerView view(Slot slot) {
        boolean takesNew = slot.retiredAt() == 0;
        return new ServerView(
                slot.server().id(),
                new Endpoint(slot.server().address(), slot.server().port()),
                slot.number(),
                takesNew ? slot.server().weight() : 0,
                takesNew && slot.server().up(),
                states.isDrained(slot.service().name(), slot.server().id()),
                health(slot));
    }

    /** Any thread: the services as last published. */
    List<ServiceView> services() {
        return services;
    }
}
