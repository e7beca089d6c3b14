package io.weir.ha.bgp;

import io.weir.scheduler.IpAddress;
import java.util.Set;

/**
 * Where this node's host routes are, for a routing daemon to see. HA thread only. Calls may block, though not for long,
 * and throw {@link io.weir.bindings.NativeException} when the kernel refuses.
 */
public interface RouteTable extends AutoCloseable {
    /** The addresses that it has routes of this node's for now. */
    Set<IpAddress> present();

    /** Adds a route for an address that has none. */
    void add(IpAddress address);

    /** Removes an address's route; one that is gone already is no error. */
    void remove(IpAddress address);

    /** Leaves the routes as they are. */
    @Override
    void close();
}
