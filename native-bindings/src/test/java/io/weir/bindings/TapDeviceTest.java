package io.weir.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TapDeviceTest {
    private static final long MAC = 0x0200_0000_00aaL;
    private static final int CAPACITY = 2048;

    private NamespaceThread namespace;
    private NativeBlock buffer;

    @BeforeEach
    void make() {
        Requires.file("/dev/net/tun");
        namespace = new NamespaceThread();
        buffer = new NativeBlock(CAPACITY);
    }

    @AfterEach
    void remove() {
        if (namespace != null) {
            namespace.close();
            buffer.close();
        }
    }

    @Test
    void shouldBeUpWithItsAddressAndItsMtuAndNothingElse() {
        try (TapDevice tap = namespace.call(() -> TapDevice.create("weir0", 1400, MAC))) {
            DeviceFacts facts = namespace.call(() -> DeviceFacts.of("weir0"));
            assertTrue(facts.up());
            assertEquals(1400, facts.mtu());
            assertEquals(MAC, facts.mac());
            assertEquals(MAC, tap.mac());
            assertEquals(facts.index(), tap.index());
            assertEquals(List.of(), tap.warnings());
            assertEquals("", namespace.sh("ip -oneline -family inet6 addr show dev weir0"));
            assertTrue(namespace.sh("ip link show weir0").contains("<BROADCAST,MULTICAST,UP,LOWER_UP>"));
            assertEquals("0", setting("/proc/sys/net/ipv6/conf/weir0/accept_ra"));
            String all = setting("/proc/sys/net/ipv4/conf/all/rp_filter");
            assertEquals(all.equals("0") ? "0" : "2", setting("/proc/sys/net/ipv4/conf/weir0/rp_filter"));
        }
    }

    @Test
    void shouldFilterLooselyWhereTheHostFiltersEverywhere() {
        namespace.call(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/conf/all/rp_filter"), "1"));
        try (TapDevice tap = namespace.call(() -> TapDevice.create("weir0", 1500))) {
            assertEquals("2", setting("/proc/sys/net/ipv4/conf/" + tap.name() + "/rp_filter"));
        }
    }

    @Test
    void shouldGoWhenItIsClosed() {
        namespace.call(() -> TapDevice.create("weir0", 1500)).close();
        assertThrows(NativeException.class, () -> namespace.call(() -> DeviceFacts.of("weir0")));
    }

    @Test
    void shouldNameADeviceThatExists() {
        try (TapDevice tap = namespace.call(() -> TapDevice.create("weir0", 1500))) {
            NativeException e =
                    assertThrows(NativeException.class, () -> namespace.call(() -> TapDevice.create(tap.name(), 1500)));
            assertTrue(e.getMessage().contains("a device of that name exists already"), e.getMessage());
        }
    }

    @Test
    void shouldHandFramesToTheKernelAndTakeItsAnswer() {
        try (TapDevice tap = namespace.call(() -> TapDevice.create("weir0", 1500, MAC))) {
            namespace.sh("ip addr add 10.6.0.1/24 dev weir0");
            byte[] request = HexFormat.of()
                    .parseHex("ffffffffffff0200000000bb0806" + "0001080006040001" + "0200000000bb0a060002"
                            + "0000000000000a060001");
            write(tap, request);
            byte[] reply = await(tap, 0x0806);
            assertEquals(
                    "0200000000bb0200000000aa0806" + "0001080006040002" + "0200000000aa0a060001"
                            + "0200000000bb0a060002",
                    HexFormat.of().formatHex(reply));
        }
    }

    @Test
    void shouldHaveTheKernelRouteAFrameThatWasAddressedToAnotherOfItsDevices() {
        namespace.call(() -> Files.writeString(Path.of("/proc/sys/net/ipv4/ip_forward"), "1"));
        try (TapDevice in = namespace.call(() -> TapDevice.create("weir0", 1500, MAC));
                TapDevice out = namespace.call(() -> TapDevice.create("out0", 1500))) {
            namespace.sh("ip addr add 10.5.0.1/24 dev out0");
            namespace.sh("ip route add default via 10.5.0.254");
            namespace.sh("ip neigh add 10.5.0.9 lladdr 02:00:00:00:00:09 dev out0");
            // UDP 10.4.0.9:4000 → 10.5.0.9:5000, to a hardware address of another device
            byte[] frame = HexFormat.of()
                    .parseHex("020000000077" + "020000000088" + "0800" + "4500001c12340000401154a00a0400090a050009"
                            + "0fa0138800080000");
            checksum(frame);
            Mem.copy(frame, 0, buffer.address(), frame.length);
            assertEquals(frame.length, in.writeReaddressed(buffer.address(), frame.length));
            byte[] forwarded = await(out, 0x0800);
            assertEquals(
                    HexFormat.of().formatHex(frame, 26, frame.length),
                    HexFormat.of().formatHex(forwarded, 26, forwarded.length));
            assertEquals(63, forwarded[22]);
            assertEquals(-Errno.EAGAIN, in.read(buffer.address(), CAPACITY));
        }
    }

    private void write(TapDevice tap, byte[] frame) {
        Mem.copy(frame, 0, buffer.address(), frame.length);
        assertEquals(frame.length, tap.write(buffer.address(), frame.length));
    }

    /** The next frame of an EtherType. */
    private byte[] await(TapDevice tap, int type) {
        try (NativeBlock pollfd = new NativeBlock(SocketAbi.POLLFD_SIZE)) {
            Mem.putInt(pollfd.address(), tap.fd());
            Mem.putInt(pollfd.address() + SocketAbi.POLLFD_EVENTS, SocketAbi.POLLIN);
            while (Libc.poll(pollfd.address(), 1, 10_000) == 1) {
                int length = tap.read(buffer.address(), CAPACITY);
                if (length > 14 && Mem.getU16Be(buffer.address() + 12) == type) {
                    byte[] frame = new byte[length];
                    Mem.copy(buffer.address(), frame, 0, length);
                    return frame;
                }
            }
        }
        throw new AssertionError("no such frame came");
    }

    /** Fills in the IPv4 header's checksum. */
    private static void checksum(byte[] frame) {
        Arrays.fill(frame, 24, 26, (byte) 0);
        int sum = 0;
        for (int i = 14; i < 34; i += 2) {
            sum += (frame[i] & 0xff) << 8 | frame[i + 1] & 0xff;
        }
        sum = ~((sum & 0xffff) + (sum >>> 16));
        frame[24] = (byte) (sum >>> 8);
        frame[25] = (byte) sum;
    }

    private String setting(String path) {
        return namespace.call(() -> Files.readString(Path.of(path)).strip());
    }
}
