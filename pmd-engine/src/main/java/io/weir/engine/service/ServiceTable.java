package io.weir.engine.service;

import io.weir.scheduler.Scheduler;
import java.util.stream.IntStream;

/**
 * Everything the workers know of services, servers and addresses: one immutable snapshot, published as a whole.
 *
 * <p>Built by {@link ServiceRegistry} on the control thread; published with a release store and picked up by each
 * worker with an acquire load at the start of a cycle, so a burst sees one snapshot from end to end. The public
 * arrays must not be written. The only mutable things reachable from here are the schedulers: each belongs to one
 * worker.
 *
 * <p>Service and server numbers are stable from snapshot to snapshot for as long as a flow may refer to them.
 */
public final class ServiceTable {
    /** Owned address: a virtual address of at least one service. */
    public static final int OWNED_VIRTUAL = 1;
    /** Owned address: a gateway that only the port {@code value >>> 8} answers for. */
    public static final int OWNED_GATEWAY = 2;

    static final int LINE_SHIFT = 3;
    /** Longs of a server's line. */
    static final int LINE = 1 << LINE_SHIFT;

    /** Grows by one from table to table. */
    public final long generation;
    /** (virtual address, port, protocol) → service; port 0 stands for all ports. */
    public final EndpointIndex services;
    /** (real server address, port, protocol) → endpoint; port 0 stands for all ports. */
    public final EndpointIndex endpoints;
    /** (address, 0, 0) → kind of ownership. */
    public final EndpointIndex owned;
    /** Whether any service stands for all ports of its address. */
    public final boolean anyPort;

    /** By service: server slot at each position of the pool; null for a service that takes no new flows. */
    public final int[][] slotAt;
    /** [worker][service]. */
    public final Scheduler[][] schedulers;
    /** By server slot: the endpoint, if a client's endpoint and this one tell a flow; else a number that no endpoint has. */
    public final int[] endpointOf;
    /** By service: what is done about unknown flows and dead servers. */
    public final ReconstructionPolicy[] policies;
    /** By service: how new flows get to their servers. */
    public final Forwarding[] forwardings;
    /** By service: which servers may own an unknown flow; null for a service that is served no more. */
    public final FlowOwners[] owners;

    /** Numbers of the local IPv4 addresses that new connections may use. */
    public final int[] localV4;
    /** The same of IPv6. */
    public final int[] localV6;

    private final boolean[] up;
    private final boolean[] served;
    private final int[] serviceOf;
    private final int[] soleSlot;
    private final long[] nat;

    /** Bit n is set when a local address ends with the six bits n. */
    private final long natFilter;

    /**
     * By server slot, {@value #LINE} longs each, one cache line: all that forwarding needs of a server and its service.
     *
     * <pre>
     *  | next hop | server hi | server lo | virtual hi | virtual lo | server port:16 virtual port:16 header delta:16 transport delta:16 | forwarding | tunnel |
     * </pre>
     */
    private final long[] lines;

    private final long[] virtuals;

    /** Hold the memory that {@link #tunnel} and {@link #path} refer to. */
    private final TunnelHeaders tunnels;

    private final PathMtu[] paths;
    private final int[][] slotsAtEnd;
    private final EndpointIndex tunnelEnds;

    ServiceTable(long generation, ServiceTableArrays from) {
        this.generation = generation;
        this.services = from.services.build();
        this.endpoints = from.endpoints.build();
        this.owned = from.owned.build();
        this.anyPort = from.anyPort;
        this.slotAt = from.slotAt;
        this.schedulers = from.schedulers;
        this.endpointOf = from.endpointOf;
        this.policies = from.policies;
        this.owners = from.owners;
        this.forwardings = from.forwardings;
        this.up = from.up;
        this.served = from.served;
        this.serviceOf = from.serviceOf;
        this.soleSlot = from.soleSlot;
        this.nat = new long[from.nat.size() * 2];
        long filter = 0;
        for (int n = 0; n < from.nat.size(); n++) {
            nat[n * 2] = from.nat.get(n).hi();
            nat[n * 2 + 1] = from.nat.get(n).lo();
            filter |= 1L << from.nat.get(n).lo();
        }
        this.natFilter = filter;
        this.localV4 = local(from, true);
        this.localV6 = local(from, false);
        this.lines = from.lines;
        this.virtuals = from.virtuals;
        this.tunnels = from.tunnels;
        this.paths = from.paths.toArray(PathMtu[]::new);
        this.slotsAtEnd = from.slotsAtEnd.stream()
                .map(slots -> slots.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
        this.tunnelEnds = from.tunnelEnds.build();
    }

    private static int[] local(ServiceTableArrays from, boolean v4) {
        return IntStream.range(0, from.nat.size())
                .filter(n -> from.natUsable.get(n) && from.nat.get(n).isV4() == v4)
                .toArray();
    }

    /** Whether an address may be a local one of the node's own connections; mostly says no for others. */
    public boolean mayBeNat(long lo) {
        return (natFilter >>> lo & 1) != 0;
    }

    /** The number of a local address, or {@link EndpointIndex#ABSENT}. */
    public int nat(long hi, long lo) {
        for (int n = 0; n < nat.length; n += 2) {
            if (nat[n + 1] == lo && nat[n] == hi) {
                return n >> 1;
            }
        }
        return EndpointIndex.ABSENT;
    }

    /** By number of a local address: its upper half. */
    public long natHi(int number) {
        return nat[number << 1];
    }

    /** By number of a local address: its lower half. */
    public long natLo(int number) {
        return nat[(number << 1) + 1];
    }

    /** By service: whether it has had a server that was up: else it may be that none has been checked yet. */
    public boolean hasServed(int service) {
        return served[service];
    }

    /** By server slot: its service. */
    public int serviceOf(int slot) {
        return serviceOf[slot];
    }

    /** By endpoint: the slot of the only server that is there; {@link EndpointIndex#ABSENT} when several services share it. */
    public int soleSlot(int endpoint) {
        return soleSlot[endpoint];
    }

    /** By service: whether anything happens to the flows of a server that dies. */
    public boolean watchesServers(int service) {
        return policies[service].onServerDeath() != ReconstructionPolicy.OnServerDeath.KEEP;
    }

    /** By server slot: whether it is not known to be down. */
    public boolean isUp(int slot) {
        return up[slot];
    }

    /** By service: upper half of the virtual address. */
    public long virtualHi(int service) {
        return virtuals[service << 1];
    }

    /** By service: lower half of the virtual address. */
    public long virtualLo(int service) {
        return virtuals[(service << 1) + 1];
    }

    /** By server slot: {@link NextHop} towards the server; 0 while its MAC is not known, and for one behind a tunnel. */
    public long nextHop(int slot) {
        return lines[slot << LINE_SHIFT];
    }

    /** By server slot: its template of {@link TunnelHeaders}, as long as this table is reachable; 0: it needs none. */
    public long tunnel(int slot) {
        return lines[(slot << LINE_SHIFT) + 7];
    }

    /** By server slot: whether it is known where to send its packets. */
    public boolean isReachable(int slot) {
        return nextHop(slot) != 0 || tunnel(slot) != 0 && TunnelHeaders.hop(tunnel(slot)) != 0;
    }

    /** The number of an outer destination, or {@link EndpointIndex#ABSENT}: no tunnel ends there. */
    public int tunnelEnd(long hi, long lo) {
        return paths.length == 0 ? EndpointIndex.ABSENT : tunnelEnds.find(hi, lo, 0, 0);
    }

    /** By number of an outer destination: where {@link PathMtu} has its word, as long as this table is reachable. */
    public long path(int end) {
        return paths[end].address();
    }

    /** By number of an outer destination: the slots of the servers there; not to be written. */
    public int[] slotsAt(int end) {
        return slotsAtEnd[end];
    }

    /** By server slot: whether its answers pass this node; if not, only its clients are heard. */
    public boolean answersPass(int slot) {
        return lines[(slot << LINE_SHIFT) + 6] < Forwarding.DR.ordinal();
    }

    /** By server slot: whether it knows its clients by addresses of the node alone. */
    public boolean isFullNat(int slot) {
        return lines[(slot << LINE_SHIFT) + 6] == Forwarding.FULLNAT.ordinal();
    }

    /** By server slot: upper half of the address that its packets are sent to: under DR and TUN the virtual one. */
    public long serverHi(int slot) {
        return lines[(slot << LINE_SHIFT) + 1];
    }

    /** By server slot: lower half of the same. */
    public long serverLo(int slot) {
        return lines[(slot << LINE_SHIFT) + 2];
    }

    /** By server slot: upper half of its service's virtual address. */
    public long virtualHiOf(int slot) {
        return lines[(slot << LINE_SHIFT) + 3];
    }

    /** By server slot: lower half of its service's virtual address. */
    public long virtualLoOf(int slot) {
        return lines[(slot << LINE_SHIFT) + 4];
    }

    /** By server slot: its port; 0: all ports. */
    public int serverPort(int slot) {
        return (int) (lines[(slot << LINE_SHIFT) + 5] >>> 48);
    }

    /** By server slot: its service's port; 0: all ports. */
    public int virtualPortOf(int slot) {
        return (int) (lines[(slot << LINE_SHIFT) + 5] >>> 32) & 0xffff;
    }

    /** By server slot: checksum delta of the IPv4 header when the virtual address becomes the server's. */
    public int headerDelta(int slot) {
        return (int) (lines[(slot << LINE_SHIFT) + 5] >>> 16) & 0xffff;
    }

    /** By server slot: checksum delta of the transport header for the address and, if translated, the port. */
    public int transportDelta(int slot) {
        return (int) lines[(slot << LINE_SHIFT) + 5] & 0xffff;
    }

    /** The service for a packet's destination, or {@link EndpointIndex#ABSENT}. */
    public int service(long hi, long lo, int port, int protocol) {
        int service = services.find(hi, lo, port, protocol);
        return service >= 0 || !anyPort ? service : services.find(hi, lo, 0, protocol);
    }

    /** The real server's endpoint for a packet's source, or {@link EndpointIndex#ABSENT}. */
    public int endpoint(long hi, long lo, int port, int protocol) {
        int endpoint = endpoints.find(hi, lo, port, protocol);
        return endpoint >= 0 || !anyPort ? endpoint : endpoints.find(hi, lo, 0, protocol);
    }

    /** Whether an address is owned, on any port. */
    public boolean owns(long hi, long lo) {
        return owned.find(hi, lo, 0, 0) >= 0;
    }

    /** Whether an ARP request or neighbour solicitation for this address, seen on this port, is ours to answer. */
    public boolean answersFor(long hi, long lo, int port) {
        int ownership = owned.find(hi, lo, 0, 0);
        return ownership == OWNED_VIRTUAL || ownership >= 0 && ownership == (port << 8 | OWNED_GATEWAY);
    }
}
