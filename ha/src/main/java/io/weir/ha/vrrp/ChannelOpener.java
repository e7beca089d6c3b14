package io.weir.ha.vrrp;

import io.weir.scheduler.IpAddress;
import java.util.List;

/** Opens a channel for one family. */
@FunctionalInterface
public interface ChannelOpener {
    /**
     * Opens it, on the thread and in the network namespace in which it will be used.
     *
     * @param device its name
     * @param source address to send from, of the family wanted
     * @param peers of the same family; none: the group
     * @throws io.weir.bindings.NativeException when it cannot
     */
    VrrpChannel open(String device, IpAddress source, List<IpAddress> peers);
}
