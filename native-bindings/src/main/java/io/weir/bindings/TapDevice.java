package io.weir.bindings;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An Ethernet device whose wire is this process ({@code /dev/net/tun}): the way back to the kernel for frames that the
 * engine received but does not own. The kernel takes what is {@link #write written} as received from that device, and
 * delivers or routes it; what it sends from the device can be {@link #read}.
 *
 * <p>Lives in the network namespace of the thread that made it, until {@link #close()} or the end of the process. It has
 * no addresses, and configures none of its own accord; reverse path filtering is off on it, or loose where the host
 * filters everywhere. It routes as {@code net.ipv4.conf.default.forwarding} said when it was made.
 *
 * <p>Reading and writing neither block nor allocate; several threads may write.
 */
public final class TapDevice implements AutoCloseable {
    private static final Path IPV4 = Path.of("/proc/sys/net/ipv4/conf");
    private static final Path IPV6 = Path.of("/proc/sys/net/ipv6/conf");

    private final int fd;
    private final String name;
    private final int index;
    private final long mac;
    private final List<String> warnings;
    private boolean closed;

    private TapDevice(int fd, String name, int index, long mac, List<String> warnings) {
        this.fd = fd;
        this.name = name;
        this.index = index;
        this.mac = mac;
        this.warnings = List.copyOf(warnings);
    }

    /**
     * Makes a device and brings it up.
     *
     * @param name 1 to 15 bytes, not in use; the kernel replaces {@code %d} by the first number that makes it so
     * @param mtu bytes of layer 3: the largest of the devices whose frames it will get
     * @throws NativeException when it cannot be made
     */
    public static TapDevice create(String name, int mtu) {
        return create(name, mtu, 0);
    }

    /**
     * As {@link #create(String, int)}, with a hardware address: that of the only device whose frames it will get, so
     * that the kernel takes them as its own.
     *
     * @param name 1 to 15 bytes, not in use
     * @param mtu bytes of layer 3
     * @param mac in the low 48 bits, first byte highest; 0 for a random one
     */
    public static TapDevice create(String name, int mtu, long mac) {
        int fd = Libc.open("/dev/net/tun", TunAbi.O_RDWR | TunAbi.O_NONBLOCK | TunAbi.O_CLOEXEC, 0);
        if (fd < 0) {
            throw new NativeException(
                    "open(\"/dev/net/tun\")",
                    -fd,
                    fd == -Errno.ENOENT || fd == -Errno.ENODEV ? "load the module: `modprobe tun`" : Errno.hint(-fd));
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = request(arena, name);
            request.set(JAVA_SHORT, EthtoolAbi.IFREQ_DATA, (short) (TunAbi.IFF_TAP | TunAbi.IFF_NO_PI));
            int result = Libc.ioctl(fd, TunAbi.TUNSETIFF, request.address());
            if (result < 0) {
                throw new NativeException(
                        "ioctl(TUNSETIFF, \"%s\")".formatted(name),
                        -result,
                        result == -Errno.EBUSY || result == -Errno.EINVAL
                                ? "a device of that name exists already; see `ip link show %s`".formatted(name)
                                : Errno.hint(-result));
            }
            String given = request.getString(EthtoolAbi.IFREQ_NAME);
            List<String> warnings = quieten(given);
            configure(arena, given, mtu, mac);
            DeviceFacts facts = DeviceFacts.of(given);
            return new TapDevice(fd, given, facts.index(), facts.mac(), warnings);
        } catch (RuntimeException e) {
            Libc.close(fd);
            throw e;
        }
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Its number in its network namespace. */
    public int index() {
        return index;
    }

    /** Its hardware address in the low 48 bits, first byte highest. */
    public long mac() {
        return mac;
    }

    /** Its descriptor, for {@code poll(2)}; stays the device's own. */
    public int fd() {
        return fd;
    }

    /** Settings under {@code /proc/sys} that could not be made, each with the value wanted. */
    public List<String> warnings() {
        return warnings;
    }

    /**
     * Hands a frame to the kernel as it is. The kernel ignores a unicast frame that is addressed to another hardware
     * address than {@link #mac()}.
     *
     * @param address of the Ethernet header
     * @param length bytes, without check sequence
     * @return the length, or {@code -errno}: {@code -ENOBUFS} or {@code -EAGAIN} when the kernel is overloaded
     */
    public int write(long address, int length) {
        return (int) Libc.write(fd, address, length);
    }

    /**
     * Hands the kernel a frame that was addressed to one of its other devices: a unicast destination is overwritten
     * with {@link #mac()} in the frame itself.
     *
     * @param address of the Ethernet header
     * @param length bytes, without check sequence
     * @return as {@link #write}
     */
    public int writeReaddressed(long address, int length) {
        if ((Mem.getU8(address) & 1) == 0) {
            Mem.putU16Be(address, (int) (mac >>> 32));
            Mem.putIntBe(address + 2, (int) mac);
        }
        return write(address, length);
    }

    /**
     * Takes a frame that the kernel sends from this device.
     *
     * @param address where to put it
     * @param capacity room there; the rest of a longer frame is lost
     * @return its length, or {@code -errno}: {@code -EAGAIN} when there is none
     */
    public int read(long address, int capacity) {
        return (int) Libc.read(fd, address, capacity);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            Libc.close(fd);
        }
    }

    private static void configure(Arena arena, String name, int mtu, long mac) {
        int socket = NativeException.check(
                Libc.socket(SocketAbi.AF_INET, SocketAbi.SOCK_DGRAM | SocketAbi.SOCK_CLOEXEC, 0),
                "socket(AF_INET, SOCK_DGRAM)");
        try {
            MemorySegment request = request(arena, name);
            if (mac != 0) {
                request.set(JAVA_SHORT, EthtoolAbi.IFREQ_DATA, (short) TunAbi.ARPHRD_ETHER);
                for (int i = 0; i < 6; i++) {
                    request.set(JAVA_BYTE, DeviceAbi.IFREQ_HWADDR_DATA + i, (byte) (mac >>> 40 - 8 * i));
                }
                call(socket, TunAbi.SIOCSIFHWADDR, "SIOCSIFHWADDR %012x".formatted(mac), name, request);
            }
            request.set(JAVA_INT, EthtoolAbi.IFREQ_DATA, mtu);
            call(socket, TunAbi.SIOCSIFMTU, "SIOCSIFMTU " + mtu, name, request);
            call(socket, DeviceAbi.SIOCGIFFLAGS, "SIOCGIFFLAGS", name, request);
            int flags = request.get(JAVA_SHORT, EthtoolAbi.IFREQ_DATA) | DeviceAbi.IFF_UP;
            request.set(JAVA_SHORT, EthtoolAbi.IFREQ_DATA, (short) flags);
            call(socket, TunAbi.SIOCSIFFLAGS, "SIOCSIFFLAGS up", name, request);
        } finally {
            Libc.close(socket);
        }
    }

    private static void call(int socket, int command, String what, String name, MemorySegment request) {
        NativeException.check(
                Libc.ioctl(socket, command, request.address()), "ioctl(%s, \"%s\")".formatted(what, name));
    }

    private static MemorySegment request(Arena arena, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length >= EthtoolAbi.IFNAMSIZ) {
            throw new IllegalArgumentException("a device's name has 1 to 15 bytes, not \"" + name + "\"");
        }
        MemorySegment request = arena.allocate(EthtoolAbi.IFREQ_SIZE, 8);
        MemorySegment.copy(bytes, 0, request, JAVA_BYTE, EthtoolAbi.IFREQ_NAME, bytes.length);
        return request;
    }

    /** Before it is up: no address of its own making, no router's advice, no strict reverse path filter. */
    private static List<String> quieten(String name) {
        List<String> warnings = new ArrayList<>();
        Path v4 = IPV4.resolve(name);
        // the kernel takes the stricter of `all` and the device's own, and 2 (loose) counts as stricter than 1
        set(v4.resolve("rp_filter"), "0".equals(get(IPV4.resolve("all/rp_filter"))) ? "0" : "2", warnings);
        Path v6 = IPV6.resolve(name);
        if (Files.isDirectory(v6)) {
            set(v6.resolve("accept_ra"), "0", warnings);
            set(v6.resolve("autoconf"), "0", warnings);
            set(v6.resolve("router_solicitations"), "0", warnings);
            set(v6.resolve("addr_gen_mode"), "1", warnings);
        }
        return warnings;
    }

    private static String get(Path setting) {
        try {
            return Files.readString(setting).strip();
        } catch (IOException e) {
            return "";
        }
    }

    private static void set(Path setting, String value, List<String> warnings) {
        if (value.equals(get(setting))) {
            return;
        }
        try {
            Files.writeString(setting, value);
        } catch (IOException e) {
            warnings.add(setting + " = " + value + ": " + e.getMessage());
        }
    }
}
