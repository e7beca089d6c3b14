package io.weir.ha.vrrp;

import io.weir.scheduler.IpAddress;
import java.util.List;

/** Tells a network where addresses are from now on. HA thread only; nothing blocks. */
public interface AddressAnnouncer extends AutoCloseable {
    /** Sends a gratuitous ARP request or an unsolicited neighbour advertisement for each address, as its family wants. */
    void announce(List<IpAddress> addresses);

    @Override
    void close();
}
