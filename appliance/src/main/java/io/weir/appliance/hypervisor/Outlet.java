package io.weir.appliance.hypervisor;

import io.weir.scheduler.IpAddress;

/**
 * Where replies leave a guest that only their client tells apart.
 *
 * @param port the guest's port of the switch
 * @param tcp TCP, else UDP
 * @param virtual the virtual address, which they come from
 * @param guestPort the guest's TCP or UDP port
 */
record Outlet(String port, boolean tcp, IpAddress virtual, int guestPort) {}
