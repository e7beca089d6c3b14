package io.weir.appliance.node;

import io.weir.appliance.config.Choices.HaMode;
import io.weir.appliance.config.MacAddress;
import io.weir.appliance.config.NodeConfig;
import io.weir.appliance.config.ServiceConfig;
import io.weir.appliance.hypervisor.Seat;
import io.weir.appliance.hypervisor.Wanted;
import io.weir.engine.forward.PortFacts;
import io.weir.engine.service.ServiceRegistry.Slot;
import io.weir.ha.HaState;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Tells the hypervisors' controller what is wanted whenever that has changed. Control thread only.
 *
 * <p>The master writes the switches' entries, a backup only looks; nodes that are active together ({@code ha.mode = bgp})
 * want the same entries, and each may write them. A part's generation is the time at which it began, so that of the newest
 * master is the greatest (OpenFlow 1.3.5 §6.3.6).
 */
final class HypervisorWatch {
    private static final int FRONT = 0;

    private final HaMode mode;
    private final Supplier<HaState> state;
    private final LongSupplier clockMs;
    private final Consumer<Wanted> controller;
    private final Supplier<List<Slot>> slots;
    private final Runnable retell;
    private final Seats seats = new Seats();
    private List<ServiceConfig> services = List.of();
    private Map<Integer, Seat> sitting = Map.of();
    private long table = -1;
    private Wanted.Part part;
    private long term;
    private long mac;

    /**
     * @param mode {@code ha.mode}
     * @param state this node's part among others
     * @param clockMs since 1970
     * @param controller told
     * @param slots of all servers, and of those that are gone but for some flows
     * @param retell has the workers tell of all their flows again: what was told may mean something else now
     */
    HypervisorWatch(
            HaMode mode,
            Supplier<HaState> state,
            LongSupplier clockMs,
            Consumer<Wanted> controller,
            Supplier<List<Slot>> slots,
            Runnable retell) {
        this.mode = mode;
        this.state = state;
        this.clockMs = clockMs;
        this.controller = controller;
        this.slots = slots;
        this.retell = retell;
    }

    /**
     * Looks; cheap when nothing has changed.
     *
     * @param generation of the table of services that the workers have, or are about to get
     */
    void look(NodeConfig config, PortFacts facts, long generation) {
        Wanted.Part now = part();
        boolean turned = now != part;
        if (turned) {
            part = now;
            term = clockMs.getAsLong();
        }
        if (generation != table) {
            table = generation;
            seats.update(config.services(), slots.get());
        }
        boolean moved = !seats.services().equals(services);
        if (turned || moved || facts.mac()[FRONT] != mac || !seats.seats().equals(sitting)) {
            services = seats.services();
            sitting = seats.seats();
            mac = facts.mac()[FRONT];
            controller.accept(new Wanted(services, part, term, new MacAddress(mac), sitting));
            if (moved) {
                retell.run();
            }
        }
    }

    private Wanted.Part part() {
        if (mode == HaMode.BGP) {
            return Wanted.Part.EQUAL;
        }
        return state.get() == HaState.MASTER ? Wanted.Part.MASTER : Wanted.Part.SLAVE;
    }
}
