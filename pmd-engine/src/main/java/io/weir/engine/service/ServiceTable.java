package io.weir.engine.service;

import io.weir.scheduler.Scheduler;

/**
 * Everything the workers know of services, servers and addresses: one immutable snapshot, published as a whole.
 *
 * <p>Built by {@link ServiceRegistry} on the control thread; published with a release store and picked up by each
 * worker with an acquire load at the start of a cycle, so a burst sees one snapshot from end to end. The arrays are
 * public and must not be written. The only mutable things reachable from here are the schedulers: each belongs to one
 * worker.
 *
 * <p>Service and server numbers are stable from snapshot to snapshot for as long as a flow may refer to them.
 */
public final class ServiceTable {
    /** Owned address: a virtual address of at least one service. */
    public static final int OWNED_VIRTUAL = 1;
    /** Owned address: a gateway that only the port {@code value >>> 8} answers for. */
    public static final int OWNED_GATEWAY = 2;

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

    /** By service: virtual address and port. */
    public final long[] virtualHi;

    public final long[] virtualLo;
    public final int[] virtualPort;
    /** By service: server slot at each position of the pool. */
    public final int[][] slotAt;
    /** [worker][service]. */
    public final Scheduler[][] schedulers;

    /** By server slot. */
    public final long[] serverHi;

    public final long[] serverLo;
    public final int[] serverPort;
    public final int[] endpointOf;
    /** By server slot: checksum delta of the IPv4 header when the virtual address becomes the server's. */
    public final int[] headerDelta;
    /** By server slot: checksum delta of the transport header for the address and, if translated, the port. */
    public final int[] transportDelta;
    /** By server slot: {@link NextHop} towards the server; 0 while its MAC is not known. */
    public final long[] nextHop;

    ServiceTable(long generation, ServiceTableArrays from) {
        this.generation = generation;
        this.services = from.services.build();
        this.endpoints = from.endpoints.build();
        this.owned = from.owned.build();
        this.anyPort = from.anyPort;
        this.virtualHi = from.virtualHi;
        this.virtualLo = from.virtualLo;
        this.virtualPort = from.virtualPort;
        this.slotAt = from.slotAt;
        this.schedulers = from.schedulers;
        this.serverHi = from.serverHi;
        this.serverLo = from.serverLo;
        this.serverPort = from.serverPort;
        this.endpointOf = from.endpointOf;
        this.headerDelta = from.headerDelta;
        this.transportDelta = from.transportDelta;
        this.nextHop = from.nextHop;
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
