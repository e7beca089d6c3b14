package io.weir.bindings.steering;

import java.net.InetAddress;

/**
 * A real server as the classifier knows it.
 *
 * @param address its address
 * @param port its port; 0 for all
 * @param protocol 6 for TCP, 17 for UDP
 */
public record Endpoint(InetAddress address, int port, int protocol) {
    public static final int TCP = 6;
    public static final int UDP = 17;

    public Endpoint {
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("port " + port + ": want 0 to 65535");
        }
        if (protocol != TCP && protocol != UDP) {
            throw new IllegalArgumentException("protocol " + protocol + ": want 6 (TCP) or 17 (UDP)");
        }
    }
}
