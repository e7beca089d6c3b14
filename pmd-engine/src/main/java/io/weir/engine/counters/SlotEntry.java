package io.weir.engine.counters;

/**
 * What a server slot stands for, as people see it.
 *
 * @param service the service's name
 * @param protocol {@code tcp} or {@code udp}
 * @param virtual the virtual address and port
 * @param scheduler the scheduler's name
 * @param forward the forwarding mode's name
 * @param server the server's name within the service
 * @param address the server's address and port
 * @param weight its weight
 * @param up whether it takes new flows
 * @param health what its last health check found, without tabs; empty when it is not checked
 */
public record SlotEntry(
        String service,
        String protocol,
        String virtual,
        String scheduler,
        String forward,
        String server,
        String address,
        int weight,
        boolean up,
        String health) {}
