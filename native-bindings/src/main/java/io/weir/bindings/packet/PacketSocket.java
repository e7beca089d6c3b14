package io.weir.bindings.packet;

import static io.weir.bindings.MmanAbi.MAP_POPULATE;
import static io.weir.bindings.MmanAbi.MAP_SHARED;
import static io.weir.bindings.MmanAbi.PROT_READ;
import static io.weir.bindings.MmanAbi.PROT_WRITE;
import static io.weir.bindings.SocketAbi.SOL_PACKET;
import static io.weir.bindings.SocketAbi.SOL_SOCKET;

import io.weir.bindings.DeviceFacts;
import io.weir.bindings.Libc;
import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import io.weir.bindings.NativeException;
import io.weir.bindings.PollSet;
import io.weir.bindings.SocketAbi;

/**
 * An AF_PACKET socket on one device with a receive ring that it shares with the kernel.
 *
 * <p>Set up in steps, so that no frame is seen twice or by the wrong socket: {@link #open} binds it with a filter that
 * drops everything; {@link #joinFanout} adds it to the group that divides the device's frames; {@link #start} puts the
 * real filter in place. The ring is one of TPACKET_V2: each frame is visible at once, where TPACKET_V3 shows it when
 * its block is full or a timer of at least a millisecond fires (see {@code docs/decisions}).
 *
 * <p>After it was started it belongs to one thread. Source: {@code net/packet/af_packet.c}, {@code packet(7)}.
 */
public final class PacketSocket implements AutoCloseable {
    /** Bytes free before a received frame that its reader may overwrite. */
    public static final int HEADROOM = 128;
    /** Room for a VLAN tag that is put back, on top of {@link #HEADROOM}, keeping the alignment. */
    private static final int RESERVE = HEADROOM + PacketAbi.TPACKET_ALIGNMENT;
    /** Where a frame begins in its slot: after header and address, {@code TPACKET_ALIGN(52 + 16) + reserve - 14}. */
    private static final int FRAME_AT = 80 + RESERVE - 14;

    private static final int BLOCK_SIZE = 1 << 16;
    private static final int SEND_BUFFER = 16 << 20;
    private static final int SO_DETACH_FILTER = 27;

    private final int fd;
    private final DeviceFacts device;
    private final NativeBlock block = new NativeBlock(64);
    private final PollSet waiting;
    private long ring;
    private long ringLength;
    private int slotSize;
    private int slots;
    private long drops;

    private PacketSocket(int fd, DeviceFacts device) {
        this.fd = fd;
        this.device = device;
        this.waiting = new PollSet(fd);
    }

    /**
     * Opens a socket that receives nothing yet.
     *
     * @param device which device
     * @param slots frames that the ring holds, a power of two; 0: for sending only
     * @param frameSize bytes wanted for a slot, a power of two; enlarged until a frame of the device's MTU fits
     */
    public static PacketSocket open(DeviceFacts device, int slots, int frameSize) {
        int type = SocketAbi.SOCK_RAW | SocketAbi.SOCK_CLOEXEC;
        int fd = NativeException.check(Libc.socket(SocketAbi.AF_PACKET, type, 0), "socket(AF_PACKET, SOCK_RAW)");
        PacketSocket socket = new PacketSocket(fd, device);
        try {
            socket.setUp(slots, frameSize);
            return socket;
        } catch (NativeException e) {
            socket.close();
            throw e;
        }
    }

    private void setUp(int slotCount, int frameSize) {
        set(SOL_PACKET, PacketAbi.PACKET_QDISC_BYPASS, "PACKET_QDISC_BYPASS", 1);
        setInt(SOL_SOCKET, SocketAbi.SO_SNDBUFFORCE, SEND_BUFFER); // a smaller one sends smaller batches
        if (slotCount > 0) {
            set(SOL_PACKET, PacketAbi.PACKET_VERSION, "PACKET_VERSION", PacketAbi.TPACKET_V2);
            set(SOL_PACKET, PacketAbi.PACKET_RESERVE, "PACKET_RESERVE", RESERVE);
            set(SOL_PACKET, PacketAbi.PACKET_IGNORE_OUTGOING, "PACKET_IGNORE_OUTGOING", 1);
            mapRing(slotCount, slotSize(device.mtu(), frameSize));
            dropEverything();
        }
        bind(slotCount > 0 ? PacketAbi.ETH_P_ALL : 0);
    }

    /** The smallest power of two, at least as wanted, that holds a tagged frame of the MTU with its headroom. */
    static int slotSize(int mtu, int wanted) {
        int needed = FRAME_AT + 14 + 4 + mtu;
        return Math.max(wanted, Integer.highestOneBit(needed - 1) << 1);
    }

    private void mapRing(int slotCount, int bytes) {
        slots = slotCount;
        slotSize = bytes;
        int blockSize = (int) Math.min(Math.max(BLOCK_SIZE, bytes), (long) slotCount * bytes);
        ringLength = (long) slotCount * bytes;
        long at = block.address();
        Mem.putInt(at + PacketAbi.REQ_BLOCK_SIZE, blockSize);
        Mem.putInt(at + PacketAbi.REQ_BLOCK_NR, (int) (ringLength / blockSize));
        Mem.putInt(at + PacketAbi.REQ_FRAME_SIZE, bytes);
        Mem.putInt(at + PacketAbi.REQ_FRAME_NR, slotCount);
        NativeException.check(
                Libc.setsockopt(fd, SOL_PACKET, PacketAbi.PACKET_RX_RING, at, PacketAbi.REQ_SIZE),
                "setsockopt(PACKET_RX_RING, %d slots of %d)".formatted(slotCount, bytes));
        long address = Libc.mmap(0, ringLength, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
        if (address < 0) {
            throw new NativeException("mmap(PACKET_RX_RING, %d)".formatted(ringLength), (int) -address);
        }
        ring = address;
        Mem.allow(ring, ringLength);
    }

    private void dropEverything() {
        try (NativeBlock program = new NativeBlock(PacketAbi.SOCK_FPROG_SIZE + PacketAbi.SOCK_FILTER_SIZE)) {
            long filter = program.address() + PacketAbi.SOCK_FPROG_SIZE;
            Mem.putU16(program.address(), 1);
            Mem.putLong(program.address() + PacketAbi.SOCK_FPROG_FILTER, filter);
            Mem.putU16(filter, PacketAbi.BPF_RET_K); // ret 0: keep no byte of any frame
            NativeException.check(
                    Libc.setsockopt(
                            fd, SOL_SOCKET, SocketAbi.SO_ATTACH_FILTER, program.address(), PacketAbi.SOCK_FPROG_SIZE),
                    "setsockopt(SO_ATTACH_FILTER, ret 0)");
        }
    }

    private void bind(int protocol) {
        long at = block.address();
        Mem.fill(at, PacketAbi.SOCKADDR_LL_SIZE, 0);
        Mem.putU16(at + PacketAbi.SOCKADDR_LL_FAMILY, SocketAbi.AF_PACKET);
        Mem.putU16Be(at + PacketAbi.SOCKADDR_LL_PROTOCOL, protocol);
        Mem.putInt(at + PacketAbi.SOCKADDR_LL_IFINDEX, device.index());
        NativeException.check(
                Libc.bind(fd, at, PacketAbi.SOCKADDR_LL_SIZE), "bind(AF_PACKET, %s)".formatted(device.name()));
    }

    /**
     * Joins the sockets that divide a device's frames among them. The number that the program returns, modulo the
     * number of members, is the place in the order of joining.
     *
     * @param group 0 to found a group, else what that returned
     * @param programFd a program of type {@code BPF_PROG_TYPE_SOCKET_FILTER}, or -1: the kernel's own flow hash
     * @return the group
     */
    public int joinFanout(int group, int programFd) {
        int mode = programFd >= 0 ? PacketAbi.PACKET_FANOUT_EBPF : PacketAbi.PACKET_FANOUT_HASH;
        int unique = group == 0 ? PacketAbi.PACKET_FANOUT_FLAG_UNIQUEID : 0;
        int flags = PacketAbi.PACKET_FANOUT_FLAG_IGNORE_OUTGOING | unique;
        int result = setInt(SOL_PACKET, PacketAbi.PACKET_FANOUT, group | (mode | flags) << 16);
        if (result < 0) { // before Linux 6.2 receive() leaves out what is outgoing
            set(SOL_PACKET, PacketAbi.PACKET_FANOUT, "PACKET_FANOUT", group | (mode | unique) << 16);
        }
        if (programFd >= 0) {
            set(SOL_PACKET, PacketAbi.PACKET_FANOUT_DATA, "PACKET_FANOUT_DATA", programFd);
        }
        NativeException.check(option(PacketAbi.PACKET_FANOUT, Integer.BYTES), "getsockopt(PACKET_FANOUT)");
        return Mem.getInt(block.address()) & 0xffff;
    }

    /**
     * Begins to receive.
     *
     * @param filterFd a program of type {@code BPF_PROG_TYPE_SOCKET_FILTER} that says which frames this socket is to
     *     see, or -1: all
     */
    public void start(int filterFd) {
        if (filterFd >= 0) {
            set(SOL_SOCKET, SocketAbi.SO_ATTACH_BPF, "SO_ATTACH_BPF", filterFd);
        } else {
            set(SOL_SOCKET, SO_DETACH_FILTER, "SO_DETACH_FILTER", 0);
        }
    }

    /** Bytes of a slot of the ring. */
    public int slotSize() {
        return slotSize;
    }

    /** The receive ring, for its one reader. */
    public PacketRing ring() {
        return new PacketRing(ring, slotSize, slots);
    }

    /** The device it is bound to. */
    public DeviceFacts device() {
        return device;
    }

    /** The descriptor, for {@code poll(2)} and for sending. */
    public int fd() {
        return fd;
    }

    /** Waits until something was received. */
    public int poll(int timeoutMs) {
        return waiting.await(timeoutMs);
    }

    /** Frames that the kernel dropped because the ring was full, since the socket was opened. */
    public long drops() {
        if (option(PacketAbi.PACKET_STATISTICS, PacketAbi.STATS_SIZE) >= 0) { // which also clears them
            drops += Mem.getInt(block.address() + PacketAbi.STATS_DROPS) & 0xffff_ffffL;
        }
        return drops;
    }

    private int option(int option, int size) {
        long length = block.address() + 32;
        Mem.putInt(length, size);
        return Libc.getsockopt(fd, SOL_PACKET, option, block.address(), length);
    }

    private void set(int level, int option, String name, int value) {
        NativeException.check(
                setInt(level, option, value), "setsockopt(%s, %d) on %s".formatted(name, value, device.name()));
    }

    private int setInt(int level, int option, int value) {
        Mem.putInt(block.address(), value);
        return Libc.setsockopt(fd, level, option, block.address(), Integer.BYTES);
    }

    @Override
    public void close() {
        if (ring != 0) {
            Mem.forbid(ring);
            Libc.munmap(ring, ringLength);
        }
        Libc.close(fd);
        waiting.close();
        block.close();
    }
}
