package io.weir.bindings;

import static io.weir.bindings.EthtoolAbi.IFNAMSIZ;
import static io.weir.bindings.EthtoolAbi.IFREQ_DATA;
import static io.weir.bindings.EthtoolAbi.IFREQ_NAME;
import static io.weir.bindings.EthtoolAbi.IFREQ_SIZE;
import static io.weir.bindings.EthtoolAbi.SIOCETHTOOL;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.weir.bindings.EthtoolOffloads.Offload;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * What the kernel says of a network device, asked once by {@code ioctl(2)} in the calling thread's network namespace;
 * nothing is changed.
 *
 * @param name as {@code ip link} shows it
 * @param index the interface's number in its namespace
 * @param up whether it is administratively up
 * @param mtu bytes of layer 3
 * @param mac hardware address in the low 48 bits, first byte highest
 * @param driver the driver's name, or {@code "?"} when it does not say
 * @param rxQueues receive queues in use: combined channels and those for reception only; 1 when the driver does not say
 * @param txChecksum whether frames that a local stack sends may leave with unfinished checksums
 * @param segmentation whether TCP or generic segmentation is on: frames longer than the MTU
 * @param gro whether received frames may be merged into ones longer than the MTU
 */
public record DeviceFacts(
        String name,
        int index,
        boolean up,
        int mtu,
        long mac,
        String driver,
        int rxQueues,
        boolean txChecksum,
        boolean segmentation,
        boolean gro) {

    /**
     * Asks.
     *
     * @param device its name
     * @throws NativeException when there is no such device
     */
    public static DeviceFacts of(String device) {
        int fd = NativeException.check(
                Libc.socket(SocketAbi.AF_INET, SocketAbi.SOCK_DGRAM | SocketAbi.SOCK_CLOEXEC, 0),
                "socket(AF_INET, SOCK_DGRAM)");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(IFREQ_SIZE, 8);
            byte[] name = device.getBytes(StandardCharsets.UTF_8);
            if (name.length == 0 || name.length >= IFNAMSIZ) {
                throw new IllegalArgumentException("a device's name has 1 to 15 bytes, not \"" + device + "\"");
            }
            MemorySegment.copy(name, 0, request, JAVA_BYTE, IFREQ_NAME, name.length);
            ask(fd, DeviceAbi.SIOCGIFINDEX, "SIOCGIFINDEX", device, request);
            int index = request.get(JAVA_INT, DeviceAbi.IFREQ_UNION);
            ask(fd, DeviceAbi.SIOCGIFFLAGS, "SIOCGIFFLAGS", device, request);
            boolean up = (request.get(JAVA_SHORT, DeviceAbi.IFREQ_UNION) & DeviceAbi.IFF_UP) != 0;
            ask(fd, DeviceAbi.SIOCGIFMTU, "SIOCGIFMTU", device, request);
            int mtu = request.get(JAVA_INT, DeviceAbi.IFREQ_UNION);
            ask(fd, DeviceAbi.SIOCGIFHWADDR, "SIOCGIFHWADDR", device, request);
            long mac = 0;
            for (int i = 0; i < 6; i++) {
                mac = mac << 8 | request.get(JAVA_BYTE, DeviceAbi.IFREQ_HWADDR_DATA + i) & 0xff;
            }
            return new DeviceFacts(
                    device,
                    index,
                    up,
                    mtu,
                    mac,
                    driver(fd, request, arena),
                    rxQueues(fd, request, arena),
                    isOn(device, Offload.TX_CHECKSUM),
                    isOn(device, Offload.TCP_SEGMENTATION) || isOn(device, Offload.GENERIC_SEGMENTATION),
                    isOn(device, Offload.GENERIC_RECEIVE));
        } finally {
            Libc.close(fd);
        }
    }

    private static void ask(int fd, int command, String name, String device, MemorySegment request) {
        NativeException.check(Libc.ioctl(fd, command, request.address()), "ioctl(%s, \"%s\")".formatted(name, device));
    }

    private static String driver(int fd, MemorySegment request, Arena arena) {
        MemorySegment info = arena.allocate(DeviceAbi.DRVINFO_SIZE, 8);
        info.set(JAVA_INT, 0, DeviceAbi.ETHTOOL_GDRVINFO);
        request.set(JAVA_LONG, IFREQ_DATA, info.address());
        if (Libc.ioctl(fd, SIOCETHTOOL, request.address()) < 0) {
            return "?";
        }
        return info.asSlice(DeviceAbi.DRVINFO_DRIVER, DeviceAbi.DRVINFO_DRIVER_LENGTH)
                .getString(0);
    }

    private static int rxQueues(int fd, MemorySegment request, Arena arena) {
        MemorySegment channels = arena.allocate(DeviceAbi.CHANNELS_SIZE, 8);
        channels.set(JAVA_INT, 0, DeviceAbi.ETHTOOL_GCHANNELS);
        request.set(JAVA_LONG, IFREQ_DATA, channels.address());
        if (Libc.ioctl(fd, SIOCETHTOOL, request.address()) < 0) {
            return 1;
        }
        return Math.max(
                1,
                channels.get(JAVA_INT, DeviceAbi.CHANNELS_RX_COUNT)
                        + channels.get(JAVA_INT, DeviceAbi.CHANNELS_COMBINED_COUNT));
    }

    private static boolean isOn(String device, Offload offload) {
        try {
            return EthtoolOffloads.isOn(device, offload);
        } catch (NativeException e) {
            return false; // a driver that cannot do it does not answer
        }
    }
}
