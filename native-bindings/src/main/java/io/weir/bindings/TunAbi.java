package io.weir.bindings;

/**
 * TAP devices and what sets them up: {@code linux/if_tun.h}, {@code linux/if.h}, {@code linux/sockios.h},
 * {@code fcntl.h} (Linux 6.1); x86-64 and aarch64 agree.
 */
final class TunAbi {
    static final int TUNSETIFF = 0x4004_54ca;
    static final int IFF_TAP = 0x0002;
    static final int IFF_NO_PI = 0x1000;

    static final int SIOCSIFFLAGS = 0x8914;
    static final int SIOCSIFMTU = 0x8922;
    static final int SIOCSIFHWADDR = 0x8924;
    static final int ARPHRD_ETHER = 1;

    static final int O_RDWR = 0x2;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x8_0000;

    private TunAbi() {}
}
