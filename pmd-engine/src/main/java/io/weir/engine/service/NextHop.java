package io.weir.engine.service;

import io.weir.engine.packet.Ethernet;

/**
 * Where to send a frame: port and MAC address in one long, so that it is read and written as one word.
 *
 * <pre>
 *  63      56 55      48 47                          0
 * +----------+----------+-----------------------------+
 * |    0     |   port   |            MAC              |
 * +----------+----------+-----------------------------+
 * </pre>
 *
 * 0 means unknown: no host has the MAC address 0.
 */
public final class NextHop {
    private NextHop() {}

    /** A hop. */
    public static long of(int port, long mac) {
        return (long) port << 48 | mac & Ethernet.MAC_MASK;
    }

    /** {@link io.weir.engine.port.PacketPort#index} to send on. */
    public static int port(long hop) {
        return (int) (hop >>> 48) & 0xff;
    }

    /** MAC address to send to. */
    public static long mac(long hop) {
        return hop & Ethernet.MAC_MASK;
    }
}
