package io.weir.bindings;

import static io.weir.bindings.EthtoolAbi.IFNAMSIZ;
import static io.weir.bindings.EthtoolAbi.IFREQ_DATA;
import static io.weir.bindings.EthtoolAbi.IFREQ_NAME;
import static io.weir.bindings.EthtoolAbi.IFREQ_SIZE;
import static io.weir.bindings.EthtoolAbi.SIOCETHTOOL;
import static io.weir.bindings.EthtoolAbi.VALUE_CMD;
import static io.weir.bindings.EthtoolAbi.VALUE_DATA;
import static io.weir.bindings.EthtoolAbi.VALUE_SIZE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * The offloads of a device that decide what frames look like to a program that reads them raw: what
 * {@code ethtool -K DEV tx off tso off gso off gro off} switches, through the {@code SIOCETHTOOL} ioctl.
 *
 * <p>With transmit checksums on, a local stack's frames cross veth with unfinished checksums; with segmentation and
 * receive aggregation on, they are longer than the MTU. The calling thread's network namespace decides which device a
 * name means.
 */
public final class EthtoolOffloads {
    private static final int AF_INET = 2;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x8_0000;

    /** One switch. */
    public enum Offload {
        /** Transmit checksums ({@code tx}). */
        TX_CHECKSUM(EthtoolAbi.ETHTOOL_GTXCSUM, EthtoolAbi.ETHTOOL_STXCSUM),
        /** TCP segmentation ({@code tso}). */
        TCP_SEGMENTATION(EthtoolAbi.ETHTOOL_GTSO, EthtoolAbi.ETHTOOL_STSO),
        /** Generic segmentation ({@code gso}). */
        GENERIC_SEGMENTATION(EthtoolAbi.ETHTOOL_GGSO, EthtoolAbi.ETHTOOL_SGSO),
        /** Generic receive aggregation ({@code gro}). */
        GENERIC_RECEIVE(EthtoolAbi.ETHTOOL_GGRO, EthtoolAbi.ETHTOOL_SGRO);

        private final int get;
        private final int set;

        Offload(int get, int set) {
            this.get = get;
            this.set = set;
        }
    }

    private EthtoolOffloads() {}

    /**
     * Switches all of them off.
     *
     * @param device its name in the calling thread's namespace
     */
    public static void disableAll(String device) {
        for (Offload offload : Offload.values()) {
            set(device, offload, false);
        }
    }

    /**
     * Switches one.
     *
     * @param device its name in the calling thread's namespace
     * @param offload which
     * @param on the wanted state
     */
    public static void set(String device, Offload offload, boolean on) {
        exchange(device, offload.set, on ? 1 : 0, offload);
    }

    /**
     * Whether one is on.
     *
     * @param device its name in the calling thread's namespace
     * @param offload which
     */
    public static boolean isOn(String device, Offload offload) {
        return exchange(device, offload.get, 0, offload) != 0;
    }

    private static int exchange(String device, int command, int data, Offload offload) {
        byte[] name = device.getBytes(StandardCharsets.UTF_8);
        if (name.length == 0 || name.length >= IFNAMSIZ) {
            throw new IllegalArgumentException("a device's name has 1 to 15 bytes, not \"" + device + "\"");
        }
        int fd = NativeException.check(Libc.socket(AF_INET, SOCK_DGRAM_CLOEXEC, 0), "socket(AF_INET, SOCK_DGRAM)");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(VALUE_SIZE, 8);
            value.set(ValueLayout.JAVA_INT, VALUE_CMD, command);
            value.set(ValueLayout.JAVA_INT, VALUE_DATA, data);
            MemorySegment request = arena.allocate(IFREQ_SIZE, 8);
            MemorySegment.copy(name, 0, request, ValueLayout.JAVA_BYTE, IFREQ_NAME, name.length);
            request.set(ValueLayout.JAVA_LONG, IFREQ_DATA, value.address());
            NativeException.check(
                    Libc.ioctl(fd, SIOCETHTOOL, request.address()),
                    "ioctl(SIOCETHTOOL, \"%s\", %s)".formatted(device, offload));
            return value.get(ValueLayout.JAVA_INT, VALUE_DATA);
        } finally {
            Libc.close(fd);
        }
    }
}
