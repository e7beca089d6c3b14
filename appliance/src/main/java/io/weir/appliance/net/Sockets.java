package io.weir.appliance.net;

import io.weir.scheduler.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Addresses as sockets take them. */
public final class Sockets {
    private Sockets() {}

    /** The socket address of an endpoint. */
    public static InetSocketAddress address(Endpoint endpoint) {
        try {
            return new InetSocketAddress(
                    InetAddress.getByName(endpoint.address().toString()), endpoint.port());
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("a literal is never looked up", e);
        }
    }
}
