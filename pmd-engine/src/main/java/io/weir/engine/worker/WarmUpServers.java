package io.weir.engine.worker;

import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import io.weir.engine.packet.Ethernet;
import io.weir.engine.packet.FrameWriter;
import io.weir.engine.packet.Ipv4;
import io.weir.engine.packet.Ipv6;
import io.weir.engine.packet.Transport;
import io.weir.scheduler.IpAddress;
import java.util.Set;

/**
 * The other end of a warm-up's back port for {@link WarmUpTakeover}: servers that answer what a worker asks them. They own
 * some flows, by the client's port, acknowledge what they get of these and of connections that the node opens, and answer
 * a RST to anything else (RFC 9293 §3.10.7.1).
 */
final class WarmUpServers implements WarmUpWire.FarEnd, AutoCloseable {
    /** The first of the ports that they listen at. */
    static final int FIRST_PORT = 8001;

    static final int PORTS = 4;

    /** Clients' ports modulo this: that many servers, and one owner that there is not. */
    static final int OWNERS = 4;

    /** Addresses of the node itself, from which it opens connections. */
    static final Set<IpAddress> LOCAL = Set.of(IpAddress.parse("172.16.0.1"), IpAddress.parse("fd00::1"));

    private static final FrameWriter.Path BACK =
            new FrameWriter.Path(IsolatedWorkers.SERVER_MAC, IsolatedWorkers.BACK_MAC);
    private static final IpAddress LOCAL_V4 = IpAddress.parse("172.16.0.1");
    private static final IpAddress LOCAL_V6 = IpAddress.parse("fd00::1");
    private static final int FIRST_SEQ = 7000;
    private static final int LAST_OCTET_OF_FIRST = 11;

    private final NativeBlock block = new NativeBlock(256);
    private final WarmUpWire wire;
    private boolean silent;
    private int answers;

    WarmUpServers(WarmUpWire wire) {
        this.wire = wire;
    }

    /** The address of one of them, the first being 0. */
    static IpAddress address(boolean v4, int n) {
        return IpAddress.parse(v4 ? "192.0.2." + (LAST_OCTET_OF_FIRST + n) : "fd00::" + Integer.toHexString(n + 11));
    }

    /** Whether they say nothing at all from now on. */
    void silent(boolean now) {
        silent = now;
    }

    /** How often they have answered since this was asked last. */
    int takeAnswers() {
        int taken = answers;
        answers = 0;
        return taken;
    }

    @Override
    public void frame(int port, long address, int length) {
        if (port != IsolatedWorkers.BACK || silent) {
            return;
        }
        int type = Mem.getU16Be(address + Ethernet.TYPE);
        long ip = address + Ethernet.HEADER;
        if (type == Ethernet.TYPE_IPV4 && Mem.getU8(ip + Ipv4.PROTOCOL) == Transport.TCP) {
            answer(
                    0,
                    Ipv4.mapped(Mem.getIntBe(ip + Ipv4.SOURCE)),
                    0,
                    Ipv4.mapped(Mem.getIntBe(ip + Ipv4.DESTINATION)),
                    ip + Ipv4.HEADER,
                    Mem.getU16Be(ip + Ipv4.TOTAL_LENGTH) - Ipv4.HEADER);
        } else if (type == Ethernet.TYPE_IPV6 && Mem.getU8(ip + Ipv6.NEXT_HEADER) == Transport.TCP) {
            answer(
                    Mem.getLongBe(ip + Ipv6.SOURCE),
                    Mem.getLongBe(ip + Ipv6.SOURCE + 8),
                    Mem.getLongBe(ip + Ipv6.DESTINATION),
                    Mem.getLongBe(ip + Ipv6.DESTINATION + 8),
                    ip + Ipv6.HEADER,
                    Mem.getU16Be(ip + Ipv6.PAYLOAD_LENGTH));
        }
    }

    private void answer(long fromHi, long fromLo, long toHi, long toLo, long tcp, int bytes) {
        int from = Mem.getU16Be(tcp);
        int to = Mem.getU16Be(tcp + 2);
        if (to < FIRST_PORT || to >= FIRST_PORT + PORTS) {
            return;
        }
        int flags = Mem.getU8(tcp + Transport.TCP_FLAGS);
        int seq = Mem.getIntBe(tcp + Transport.TCP_SEQ);
        int ack = Mem.getIntBe(tcp + Transport.TCP_ACK);
        int payload = bytes - (Mem.getU8(tcp + Transport.TCP_DATA_OFFSET) >>> 4 << 2);
        boolean owned = isLocal(fromHi, fromLo) || (toLo & 0xff) - 11 == from % OWNERS;
        int length;
        if ((flags & Transport.SYN) != 0) {
            length = write(toHi, toLo, to, fromHi, fromLo, from, Transport.SYN | Transport.ACK, FIRST_SEQ, seq + 1);
        } else if (payload == 0) {
            return;
        } else if (owned) {
            length = write(toHi, toLo, to, fromHi, fromLo, from, Transport.ACK, ack, seq + payload);
        } else {
            length = write(toHi, toLo, to, fromHi, fromLo, from, Transport.RST, ack, 0);
        }
        answers++;
        wire.inject(IsolatedWorkers.BACK, block.address(), length);
    }

    private int write(long fromHi, long fromLo, int from, long toHi, long toLo, int to, int flags, int seq, int ack) {
        return FrameWriter.tcp(block.address(), BACK, fromHi, fromLo, from, toHi, toLo, to, flags, seq, ack, 0);
    }

    private static boolean isLocal(long hi, long lo) {
        return hi == LOCAL_V4.hi() && lo == LOCAL_V4.lo() || hi == LOCAL_V6.hi() && lo == LOCAL_V6.lo();
    }

    @Override
    public void close() {
        block.close();
    }
}
