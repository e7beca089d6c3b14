package io.weir.appliance.node;

import io.weir.appliance.config.Choices.HaMode;
import io.weir.appliance.config.MacAddress;
import io.weir.appliance.config.NodeConfig;
import io.weir.appliance.config.ServiceConfig;
import io.weir.appliance.hypervisor.Seat;
import io.weir.appliance.hypervisor.Wanted;
import io.weir.engine.forward.PortFacts;
import io.weir.engine.service.ServiceRegistry.Slot;
import io.weir.ha.HaCounter;
import io.weir.ha.HaState;
import io.weir.ha.HaStatus;
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
 *
 * <p>A switch does not tell a master that it follows another one (OpenFlow 1.3 has no message for it). So a master begins
 * anew when it has been a backup meanwhile, however shortly, and when it has heard another master, whose claim a switch may
 * have taken for the newer one.
 */
final class HypervisorWatch {
    private static final int FRONT = 0;
    private static final long AGAIN_MS = 1_000; // between claims, while another master goes on and on

    private final HaMode mode;
    private final Supplier<HaStatus> status;
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
    private long claimed;
    private long terms;
    private long heard;
    private long mac;

    /**
     * @param mode {@code ha.mode}
     * @param status this node's part among others
     * @param clockMs since 1970
     * @param controller told
     * @param slots of all servers, and of those that are gone but for some flows
     * @param retell has the workers tell of all their flows again: what was told may mean something else now
     */
    HypervisorWatch(
            HaMode mode,
            Supplier<HaStatus> status,
            LongSupplier clockMs,
            Consumer<Wanted> controller,
            Supplier<List<Slot>> slots,
            Runnable retell) {
        this.mode = mode;
        this.status = status;
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
        boolean turned = turn();
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

    /** Whether it has another part, or has to claim its part again. */
    private boolean turn() {
        HaStatus ha = status.get();
        Wanted.Part now = part(ha.state());
        long others = ha.counters().getOrDefault(HaCounter.HEARD, 0L);
        long clock = clockMs.getAsLong();
        boolean again = now == Wanted.Part.MASTER
                && (ha.terms() != terms || others != heard && Math.abs(clock - claimed) >= AGAIN_MS);
        if (now == part && !again) {
            return false;
        }
        part = now;
        claimed = clock;
        term = Math.max(clock, term + 1);
        terms = ha.terms();
        heard = others;
        return true;
    }

    private Wanted.Part part(HaState state) {
        if (mode == HaMode.BGP) {
            return Wanted.Part.EQUAL;
        }
        return state == HaState.MASTER ? Wanted.Part.MASTER : Wanted.Part.SLAVE;
    }
}
