package io.weir.appliance.ha;

import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.VirtualService;
import io.weir.bindings.DeviceFacts;
import io.weir.bindings.Libc;
import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import io.weir.bindings.packet.PacketSocket;
import io.weir.engine.testing.FrameBuilder;
import io.weir.engine.testing.Peer;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/** Sends segments of connections that nobody has, each from another address of 10.0.0.0/8, to the virtual address. */
final class MidStreamFlood {
    /** Where the senders pretend to be. */
    static final String SOURCES = "10.0.0.0/8";

    private static final int PAYLOAD = 32;
    private static final int IP = 14;
    private static final int IP_CHECKSUM = IP + 10;
    private static final int IP_SOURCE = IP + 12;
    private static final int TCP = IP + 20;
    private static final int TCP_SEQ = TCP + 4;
    private static final int TCP_CHECKSUM = TCP + 16;
    private static final long TICK_NS = 1_000_000;

    private final byte[] template;

    /**
     * @param destination hardware address of the node
     */
    MidStreamFlood(long destination) {
        Peer nobody = Peer.of("0.0.0.0", 0);
        Peer service = Peer.of(IpFamily.IPV4.vip(), VirtualService.WEB);
        template = FrameBuilder.tcp(nobody, service, FrameBuilder.ACK | FrameBuilder.PSH, 0, 1)
                .macs(0x0200_0000_01feL, destination)
                .payload(PAYLOAD)
                .build();
    }

    /** Sends from a namespace's host; returns how many frames the kernel took. */
    long run(Namespace from, int perSecond, Duration length, long seed) {
        return from.call(() -> {
            try (PacketSocket socket = PacketSocket.open(DeviceFacts.of(Bed.HOST_DEVICE), 0, 2048);
                    NativeBlock frame = new NativeBlock(template.length)) {
                return run(socket, frame.address(), perSecond, length.toNanos(), new SplittableRandom(seed));
            }
        });
    }

    private long run(PacketSocket socket, long frame, int perSecond, long lengthNs, SplittableRandom random) {
        long sent = 0;
        long tried = 0;
        long began = System.nanoTime();
        for (long elapsed = 0; elapsed < lengthNs; elapsed = System.nanoTime() - began) {
            for (long due = elapsed * perSecond / 1_000_000_000L; tried < due; tried++) {
                write(frame, random.nextInt(), random.nextInt(), random.nextInt());
                sent += Libc.sendto(socket.fd(), frame, template.length, 0, 0, 0) == template.length ? 1 : 0;
            }
            LockSupport.parkNanos(TICK_NS);
        }
        return sent;
    }

    private void write(long frame, int host, int port, int seq) {
        Mem.copy(template, 0, frame, template.length);
        int source = 10 << 24 | host & 0xff_ffff;
        int sourcePort = 1024 + (port & 0x7fff);
        Mem.putIntBe(frame + IP_SOURCE, source);
        Mem.putU16Be(frame + TCP, sourcePort);
        Mem.putIntBe(frame + TCP_SEQ, seq);
        int address = (source >>> 16) + (source & 0xffff);
        add(frame + IP_CHECKSUM, address);
        add(frame + TCP_CHECKSUM, address + sourcePort + (seq >>> 16) + (seq & 0xffff));
    }

    /** Takes words into a checksum where there were zeros (RFC 1624). */
    private static void add(long at, int words) {
        int sum = (~Mem.getU16Be(at) & 0xffff) + words;
        sum = (sum >>> 16) + (sum & 0xffff);
        sum = (sum >>> 16) + (sum & 0xffff);
        Mem.putU16Be(at, ~sum & 0xffff);
    }
}
