package io.weir.appliance.node;

import io.weir.appliance.config.Choices.HaMode;
import io.weir.appliance.config.MacAddress;
import io.weir.appliance.config.NodeConfig;
import io.weir.appliance.config.ServiceConfig;
import io.weir.appliance.hypervisor.Wanted;
import io.weir.engine.forward.PortFacts;
import io.weir.ha.HaState;
import java.util.List;
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
    private List<ServiceConfig> services = List.of();
    private Wanted.Part part;
    private long generation;
    private long mac;

    /**
     * @param mode {@code ha.mode}
     * @param state this node's part among others
     * @param clockMs since 1970
     * @param controller told
     */
    HypervisorWatch(HaMode mode, Supplier<HaState> state, LongSupplier clockMs, Consumer<Wanted> controller) {
        this.mode = mode;
        this.state = state;
        this.clockMs = clockMs;
        this.controller = controller;
    }

    /** Looks; cheap when nothing has changed. */
    void look(NodeConfig config, PortFacts facts) {
        Wanted.Part now = part();
        boolean turned = now != part;
        if (turned) {
            part = now;
            generation = clockMs.getAsLong();
        }
        if (turned || facts.mac()[FRONT] != mac || !config.services().equals(services)) {
            services = config.services();
            mac = facts.mac()[FRONT];
            controller.accept(new Wanted(services, part, generation, new MacAddress(mac)));
        }
    }

    private Wanted.Part part() {
        if (mode == HaMode.BGP) {
            return Wanted.Part.EQUAL;
        }
        return state.get() == HaState.MASTER ? Wanted.Part.MASTER : Wanted.Part.SLAVE;
    }
}
