package io.weir.appliance.hypervisor;

import io.weir.scheduler.IpAddress;

/**
 * Where a server sits, whose flows are told of by its slot. Immutable.
 *
 * @param host its hypervisor's address
 * @param port its port of the switch there
 * @param tcp TCP, else UDP
 * @param virtual the virtual address
 * @param guestPort its TCP or UDP port; 0: the one that is called
 */
public record Seat(IpAddress host, String port, boolean tcp, IpAddress virtual, int guestPort) {
    Outlet outlet(int virtualPort) {
        return new Outlet(port, tcp, virtual, guestPort == 0 ? virtualPort : guestPort);
    }
}
