package io.weir.ha.vrrp;

import io.weir.scheduler.IpAddress;
import java.util.Optional;

/** Where advertisements of one family go to and come from. HA thread only; nothing blocks. */
public interface VrrpChannel extends AutoCloseable {
    /** The address that it sends from: the primary address of RFC 9568, whose family is the channel's. */
    IpAddress source();

    /**
     * Sends an advertisement to all who are to hear it.
     *
     * @return whether one at least was reached, as far as this host can tell
     */
    boolean send(Advertisement advertisement);

    /** The next packet, good until the next call; empty when there is none. */
    Optional<Datagram> receive();

    @Override
    void close();
}
