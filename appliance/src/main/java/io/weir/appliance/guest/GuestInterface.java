package io.weir.appliance.guest;

import io.weir.scheduler.IpAddress;
import java.util.Set;

/**
 * A network device of a guest.
 *
 * @param name as the guest calls it
 * @param addresses that it has
 */
record GuestInterface(String name, Set<IpAddress> addresses) {}
