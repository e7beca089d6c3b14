package io.weir.bindings.raw;

import static io.weir.bindings.SocketAbi.SOL_SOCKET;

import io.weir.bindings.DeviceFacts;
import io.weir.bindings.Libc;
import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import io.weir.bindings.NativeException;
import io.weir.bindings.SocketAbi;
import java.nio.charset.StandardCharsets;

/**
 * What a raw socket for receiving and one for sending have in common: the family, the device, and how options are set.
 *
 * <p>Addresses are two big-endian halves, IPv4 as v4-mapped IPv6, as everywhere in Weir.
 */
abstract class RawSocket implements AutoCloseable {
    private static final int SCRATCH = 128;
    private static final long V4_PREFIX = 0x0000_ffff_0000_0000L;

    private final int fd;
    private final boolean v4;
    private final DeviceFacts device;
    private final NativeBlock scratch = new NativeBlock(SCRATCH);

    RawSocket(boolean v4, int protocol, DeviceFacts device) {
        this.v4 = v4;
        this.device = device;
        int family = v4 ? SocketAbi.AF_INET : SocketAbi.AF_INET6;
        int type = SocketAbi.SOCK_RAW | SocketAbi.SOCK_CLOEXEC;
        int made = Libc.socket(family, type, protocol);
        if (made < 0) {
            scratch.close();
        }
        fd = NativeException.check(made, "socket(%s, SOCK_RAW, %d)".formatted(v4 ? "AF_INET" : "AF_INET6", protocol));
    }

    /** The descriptor, for {@code poll(2)}. */
    public final int fd() {
        return fd;
    }

    final boolean isV4() {
        return v4;
    }

    final DeviceFacts device() {
        return device;
    }

    /** A little memory for arguments. */
    final long scratch() {
        return scratch.address();
    }

    final void bindToDevice() {
        byte[] name = device.name().getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < name.length; i++) {
            Mem.putU8(scratch() + i, name[i]);
        }
        set(SOL_SOCKET, SocketAbi.SO_BINDTODEVICE, "SO_BINDTODEVICE", name.length);
    }

    final void setInt(int level, int option, String name, int value) {
        Mem.putInt(scratch(), value);
        set(level, option, name + ", " + value, Integer.BYTES);
    }

    /** Sets an option to what lies in {@link #scratch}. */
    final void set(int level, int option, String name, int length) {
        NativeException.check(
                Libc.setsockopt(fd, level, option, scratch(), length),
                "setsockopt(%s) on %s".formatted(name, device.name()));
    }

    /** Writes a socket address of this family without a port. Returns its length. */
    final int writeAddress(long at, long hi, long lo) {
        if (v4) {
            Mem.fill(at, RawAbi.SOCKADDR_IN_SIZE, 0);
            Mem.putU16(at, SocketAbi.AF_INET);
            Mem.putIntBe(at + RawAbi.SOCKADDR_IN_ADDR, (int) lo);
            return RawAbi.SOCKADDR_IN_SIZE;
        }
        Mem.fill(at, RawAbi.SOCKADDR_IN6_SIZE, 0);
        Mem.putU16(at, SocketAbi.AF_INET6);
        Mem.putLongBe(at + RawAbi.SOCKADDR_IN6_ADDR, hi);
        Mem.putLongBe(at + RawAbi.SOCKADDR_IN6_ADDR + 8, lo);
        Mem.putInt(at + RawAbi.SOCKADDR_IN6_SCOPE, device.index()); // for link-local addresses and groups
        return RawAbi.SOCKADDR_IN6_SIZE;
    }

    static long mapped(int address) {
        return V4_PREFIX | address & 0xffff_ffffL;
    }

    @Override
    public void close() {
        Libc.close(fd);
        scratch.close();
    }
}
