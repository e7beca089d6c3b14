package io.weir.engine.port;

/** How frames get in and out: {@code io.driver}. */
public enum Driver {
    /** AF_XDP when it works on all devices, else AF_PACKET. */
    AUTO,
    /** {@link AfXdpPort}. */
    AF_XDP,
    /** {@link AfPacketPort}. */
    AF_PACKET
}
