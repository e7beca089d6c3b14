package io.weir.engine.service;

import io.weir.bindings.steering.FlowHash;
import io.weir.scheduler.Endpoint;
import io.weir.scheduler.RealServer;
import io.weir.scheduler.SchedulingPlan;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Which servers of a service may own a flow that this node does not know, in the order in which they are worth asking.
 * Immutable; every node that knows the same pool answers alike, in whatever order its file names the servers.
 *
 * <p>The order: the server that the previous plan assigned to the flow, if the scheduler is a function of the flow (the
 * flow is older than the change); the one that the current plan assigns; then all others by address and port, beginning
 * at a place that the client's address and port decide, so that not every search begins at the same server. Servers
 * that are down are left out. Those of weight 0 come last: they get no new flows, but may well hold old ones.
 */
public final class FlowOwners {
    /** Servers that are asked at most. */
    public static final int MOST = 8;

    /** No server, or none for certain. */
    public static final int NONE = -1;

    /** Under it every node hashes alike; the value is part of the order. */
    private static final long SEED = 0;

    private final SchedulingPlan plan;
    private final int[] slots;
    private final SchedulingPlan previousPlan;
    private final int[] previousSlots;
    private final int[] weighted;
    private final int[] quiesced;

    /** By slot, as far as the service's go; slots beyond are not up. */
    private final boolean[] up;

    /**
     * @param plan the current plan
     * @param slots server slot by position of its pool
     * @param previousPlan the plan before the last change, or null
     * @param previousSlots slots of that plan's pool; may name servers that are gone
     */
    FlowOwners(SchedulingPlan plan, int[] slots, SchedulingPlan previousPlan, int[] previousSlots) {
        this.plan = plan;
        this.slots = slots;
        this.previousPlan = previousPlan;
        this.previousSlots = previousSlots;
        this.weighted = inOrder(server -> server.usable() && server.weight() > 0);
        this.quiesced = inOrder(server -> server.usable() && server.weight() == 0);
        this.up = new boolean[1 + IntStream.of(slots).max().orElse(-1)];
        for (int position = 0; position < slots.length; position++) {
            up[slots[position]] = plan.pool().get(position).usable();
        }
    }

    private int[] inOrder(java.util.function.Predicate<RealServer> wanted) {
        return IntStream.range(0, slots.length)
                .filter(i -> wanted.test(plan.pool().get(i)))
                .boxed()
                .sorted(Comparator.comparing(i -> new Endpoint(
                        plan.pool().get(i).address(), plan.pool().get(i).port())))
                .mapToInt(i -> slots[i])
                .toArray();
    }

    /**
     * The slot of the one server that owns the flow for certain, if its server was up and not overloaded when it began:
     * the scheduler is a function of the flow, and plan and previous plan agree. No allocation.
     *
     * @return the slot of a server that is up, or {@link #NONE}
     */
    public int derive(long clientHi, long clientLo, int clientPort, long destHi, long destLo) {
        int now = assigned(plan, slots, clientHi, clientLo, clientPort, destHi, destLo);
        if (now == NONE || !isUp(now)) {
            return NONE;
        }
        if (previousPlan == null) {
            return now;
        }
        return assigned(previousPlan, previousSlots, clientHi, clientLo, clientPort, destHi, destLo) == now
                ? now
                : NONE;
    }

    /**
     * Lists the servers to ask, first things first. No allocation.
     *
     * @param into receives their slots; has room for {@link #MOST} behind {@code at}
     * @param at where the list begins
     * @return how many there are
     */
    public int list(long clientHi, long clientLo, int clientPort, long destHi, long destLo, int[] into, int at) {
        int n = 0;
        if (previousPlan != null) {
            n = add(assigned(previousPlan, previousSlots, clientHi, clientLo, clientPort, destHi, destLo), into, at, n);
        }
        n = add(assigned(plan, slots, clientHi, clientLo, clientPort, destHi, destLo), into, at, n);
        long hash = FlowHash.hash(SEED, clientHi, clientLo, clientPort);
        n = addAll(weighted, hash, into, at, n);
        return addAll(quiesced, hash, into, at, n);
    }

    /**
     * The server, of those that take new flows, that comes so many places behind the first in this flow's order; for who
     * must take another than the scheduler's choice. No allocation.
     *
     * @param place from 0
     * @return its slot, or {@link #NONE}: there are no more
     */
    public int substitute(long clientHi, long clientLo, int clientPort, int place) {
        if (place >= weighted.length) {
            return NONE;
        }
        int at = FlowHash.owner(FlowHash.hash(SEED, clientHi, clientLo, clientPort), weighted.length) + place;
        return weighted[at < weighted.length ? at : at - weighted.length];
    }

    private int addAll(int[] servers, long hash, int[] into, int at, int count) {
        int n = count;
        int begin = FlowHash.owner(hash, servers.length);
        for (int i = 0; i < servers.length && n < MOST; i++) {
            int place = begin + i;
            n = add(servers[place < servers.length ? place : place - servers.length], into, at, n);
        }
        return n;
    }

    private int add(int slot, int[] into, int at, int count) {
        if (slot == NONE || !isUp(slot)) {
            return count;
        }
        for (int i = 0; i < count; i++) {
            if (into[at + i] == slot) {
                return count;
            }
        }
        into[at + count] = slot;
        return count + 1;
    }

    private static int assigned(
            SchedulingPlan plan, int[] slots, long hi, long lo, int port, long destHi, long destLo) {
        int position = plan.assigned(hi, lo, port, destHi, destLo);
        return position < 0 ? NONE : slots[position];
    }

    private boolean isUp(int slot) {
        return slot < up.length && up[slot];
    }
}
