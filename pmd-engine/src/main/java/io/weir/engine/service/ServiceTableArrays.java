package io.weir.engine.service;

import io.weir.scheduler.IpAddress;
import io.weir.scheduler.Scheduler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A {@link ServiceTable} in the making; the control thread's alone. */
final class ServiceTableArrays {
    final EndpointIndex.Builder services = EndpointIndex.builder();
    final EndpointIndex.Builder endpoints = EndpointIndex.builder();
    final EndpointIndex.Builder owned = EndpointIndex.builder();
    boolean anyPort;

    /** Two longs a service: the virtual address. */
    final long[] virtuals;

    final int[][] slotAt;
    final Scheduler[][] schedulers;
    final int[] endpointOf;
    final boolean[] up;

    /** By slot: its service. */
    final int[] serviceOf;

    /** By endpoint: the one slot with it, or -1. */
    final int[] soleSlot;

    /** Local addresses by number, and whether new connections may use them. */
    final List<IpAddress> nat;

    final List<Boolean> natUsable;
    final boolean[] served;
    final ReconstructionPolicy[] policies;
    final FlowOwners[] owners;
    final Forwarding[] forwardings;
    final long[] lines;

    /** Outer destination, 0, 0 → its number. */
    final EndpointIndex.Builder tunnelEnds = EndpointIndex.builder();

    /** By number of an outer destination: what is known of the way there. */
    final List<PathMtu> paths = new ArrayList<>();

    /** By number of an outer destination: the slots of the servers there. */
    final List<List<Integer>> slotsAtEnd = new ArrayList<>();

    final TunnelHeaders tunnels;

    ServiceTableArrays(
            int services, int slots, int workers, List<IpAddress> nat, List<Boolean> natUsable, int tunnelCount) {
        this.nat = nat;
        this.natUsable = natUsable;
        virtuals = new long[services * 2];
        slotAt = new int[services][];
        schedulers = new Scheduler[workers][services];
        endpointOf = new int[slots];
        up = new boolean[slots];
        serviceOf = new int[slots];
        soleSlot = new int[slots];
        served = new boolean[services];
        policies = new ReconstructionPolicy[services];
        Arrays.fill(policies, ReconstructionPolicy.OFF);
        owners = new FlowOwners[services];
        forwardings = new Forwarding[services];
        Arrays.fill(forwardings, Forwarding.NAT);
        lines = new long[slots * ServiceTable.LINE];
        tunnels = new TunnelHeaders(tunnelCount);
    }

    /** Says that packets to a server go through a tunnel, whose template has the same number as its slot. */
    void tunnel(int slot, long template, IpAddress end, PathMtu path) {
        int at = slot * ServiceTable.LINE;
        lines[at] = 0; // of itself it has no next hop: so no packet for it is sent as it is
        lines[at + 7] = template;
        int number = tunnelEnds.get(end.hi(), end.lo(), 0, 0);
        if (number < 0) {
            number = paths.size();
            tunnelEnds.put(end.hi(), end.lo(), 0, 0, number);
            paths.add(path);
            slotsAtEnd.add(new ArrayList<>());
        }
        slotsAtEnd.get(number).add(slot);
    }

    /** Sets a server's line; see {@link ServiceTable}. Of the ports the server's lies in the high half. */
    void line(
            int slot,
            long nextHop,
            IpAddress server,
            IpAddress virtual,
            int ports,
            int header,
            int transport,
            Forwarding forwarding) {
        int at = slot * ServiceTable.LINE;
        lines[at] = nextHop;
        lines[at + 1] = server.hi();
        lines[at + 2] = server.lo();
        lines[at + 3] = virtual.hi();
        lines[at + 4] = virtual.lo();
        lines[at + 5] = (long) ports << 32 | (long) header << 16 | transport;
        lines[at + 6] = forwarding.ordinal();
    }
}
