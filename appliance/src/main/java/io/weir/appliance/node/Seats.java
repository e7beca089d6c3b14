package io.weir.appliance.node;

import io.weir.appliance.config.Choices.Forward;
import io.weir.appliance.config.Choices.Protocol;
import io.weir.appliance.config.ServerConfig;
import io.weir.appliance.config.ServiceConfig;
import io.weir.appliance.hypervisor.Seat;
import io.weir.engine.service.Forwarding;
import io.weir.engine.service.ServiceRegistry.Slot;
import io.weir.scheduler.Endpoint;
import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which servers are on hypervisors, and where: those of the configuration, and those that have left it and still have
 * flows, as they were. Control thread only.
 */
final class Seats {
    private record Place(IpAddress virtual, int port, Protocol protocol, Endpoint server) {}

    private record Sitting(ServiceConfig service, ServerConfig server) {}

    private Map<Place, Sitting> last = Map.of();
    private Map<Integer, Seat> seats = Map.of();
    private List<ServiceConfig> services = List.of();

    /** Looks again. */
    void update(List<ServiceConfig> configured, List<Slot> slots) {
        Map<Place, Sitting> now = new LinkedHashMap<>();
        for (ServiceConfig service : configured) {
            if (service.forward() == Forward.DR) {
                for (ServerConfig server : service.servers()) {
                    if (server.host().isPresent() && server.switchPort().isPresent()) {
                        now.put(place(service, server), new Sitting(service, server));
                    }
                }
            }
        }
        List<ServiceConfig> all = new ArrayList<>(configured);
        Map<Integer, Seat> bySlot = new HashMap<>();
        for (Slot slot : slots) {
            Place place = slot.service().forwarding() == Forwarding.DR ? place(slot) : null;
            Sitting sitting = now.get(place);
            if (sitting == null && slot.retiredAt() != 0 && last.containsKey(place)) {
                sitting = last.get(place);
                now.put(place, sitting);
                all.add(alone(sitting));
            }
            if (sitting != null) {
                bySlot.put(slot.number(), seat(sitting));
            }
        }
        last = now;
        seats = Map.copyOf(bySlot);
        services = List.copyOf(all);
    }

    /** Where servers sit, by their slots. */
    Map<Integer, Seat> seats() {
        return seats;
    }

    /** The services as configured, and after them those that still have flows, with the servers of these. */
    List<ServiceConfig> services() {
        return services;
    }

    private static Place place(ServiceConfig service, ServerConfig server) {
        return new Place(service.address().address(), service.address().port(), service.protocol(), server.endpoint());
    }

    private static Place place(Slot slot) {
        return new Place(
                slot.service().address(),
                slot.service().port(),
                slot.service().protocol() == io.weir.engine.packet.Transport.TCP ? Protocol.TCP : Protocol.UDP,
                new Endpoint(slot.server().address(), slot.server().port()));
    }

    private static Seat seat(Sitting sitting) {
        return new Seat(
                sitting.server.host().orElseThrow(),
                sitting.server.switchPort().orElseThrow(),
                sitting.service.protocol() == Protocol.TCP,
                sitting.service.address().address(),
                sitting.server.endpoint().port());
    }

    private static ServiceConfig alone(Sitting sitting) {
        ServiceConfig of = sitting.service;
        return new ServiceConfig(
                of.name(),
                of.address(),
                of.protocol(),
                of.forward(),
                of.scheduler(),
                of.schedulerFlags(),
                of.persistence(),
                of.reconstruct(),
                of.replayGuard(),
                of.replayMss(),
                of.onServerDeath(),
                of.algs(),
                of.health(),
                List.of(sitting.server));
    }
}
