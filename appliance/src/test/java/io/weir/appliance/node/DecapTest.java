package io.weir.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.Requires;
import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.BedOptions;
import io.weir.appliance.bed.EventLoops;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Peers;
import io.weir.bindings.DeviceFacts;
import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import io.weir.bindings.raw.RawSender;
import io.weir.engine.packet.Checksum;
import io.weir.scheduler.IpAddress;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code weir decap} on a server with a real stack: a datagram through each tunnel, answered straight to its sender. */
class DecapTest {
    private static final int PORT = 7;
    private static final int GUE = 6080;
    private Bed bed;

    @BeforeEach
    void build() {
        Requires.root();
        Requires.tool("ip");
        bed = Bed.create(BedOptions.ARTICLE.withDirect(true));
        EventLoops loops = bed.own(new EventLoops());
        for (IpFamily family : IpFamily.values()) {
            bed.own(Peers.echo(loops, bed.serverA(), family.vip(PORT)));
        }
    }

    @AfterEach
    void takeDown() {
        if (bed != null) {
            bed.close();
        }
    }

    private String decap(int code, String... more) {
        String[] arguments = new String[3 + more.length];
        arguments[0] = "decap";
        arguments[1] = "--interface";
        arguments[2] = Bed.HOST_DEVICE;
        System.arraycopy(more, 0, arguments, 3, more.length);
        try (WeirProcess process = WeirProcess.run(bed.serverA(), arguments)) {
            assertEquals(code, process.exitCode(), process::log);
            return process.out();
        }
    }

    @Test
    void shouldUnwrapUntilItIsSwitchedOff() {
        for (String mode : new String[] {"native", "generic"}) {
            decap(0, "--mode", mode);
            for (IpFamily inner : IpFamily.values()) {
                for (IpFamily outer : IpFamily.values()) {
                    byte[] packet = datagram(inner);
                    boolean v6 = inner == IpFamily.IPV6;
                    byte[] number = {0, (byte) (v6 ? 41 : 4), 0, 0};
                    byte[] type = {0, 0, (byte) (v6 ? 0x86 : 0x08), (byte) (v6 ? 0xdd : 0)};
                    assertTrue(echoes(inner, outer, v6 ? 41 : 4, packet), mode + " IPIP " + inner + outer);
                    assertTrue(echoes(inner, outer, 47, join(type, packet)), mode + " GRE " + inner + outer);
                    assertTrue(echoes(inner, outer, 17, join(number, packet)), mode + " GUE " + inner + outer);
                }
            }
            assertTrue(decap(1).contains("--off detaches it"));
            decap(0, "--off");
            assertTrue(decap(1, "--off").contains("nothing to detach"));
        }
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** The datagram that the client's socket would have sent to the virtual address. */
    private static byte[] datagram(IpFamily family) {
        byte[] from = IpFamily.address(family.front(2)).getAddress();
        byte[] to = IpFamily.address(family.vip()).getAddress();
        int header = family.headerLength();
        ByteBuffer packet = ByteBuffer.allocate(header + 8 + 5);
        if (family == IpFamily.IPV4) {
            packet.putInt(0x4500_0000 | packet.capacity()).putInt(0x0001_0000).putInt(0x4011_0000);
        } else {
            packet.putInt(0x6000_0000).putInt((8 + 5) << 16 | 0x1140);
        }
        packet.put(from).put(to);
        packet.putShort((short) 4321)
                .putShort((short) PORT)
                .putShort((short) (8 + 5))
                .putShort((short) 0);
        packet.put(new byte[] {'h', 'e', 'l', 'l', 'o'});
        try (NativeBlock memory = new NativeBlock(packet.capacity())) {
            long at = memory.address();
            Mem.copy(packet.array(), 0, at, packet.capacity());
            if (family == IpFamily.IPV4) {
                Mem.putU16(at + 10, Checksum.finish(Checksum.sum(at, header, 0)));
            }
            Checksum.writeTransport(at, at + header, 17, 6, 8 + 5);
            Mem.copy(at, packet.array(), 0, packet.capacity());
        }
        return packet.array();
    }

    /** Sends a payload through a tunnel to the server, and waits for the answer to what is in it. */
    private boolean echoes(IpFamily inner, IpFamily outer, int protocol, byte[] payload) {
        return bed.client().call(() -> {
            try (DatagramSocket socket = new DatagramSocket(IpFamily.socketAddress(inner.front(2), 4321))) {
                socket.setSoTimeout(500);
                for (int attempt = 0; attempt < 10; attempt++) {
                    send(outer, protocol, payload);
                    DatagramPacket answer = new DatagramPacket(new byte[100], 100);
                    try {
                        socket.receive(answer);
                    } catch (SocketTimeoutException e) {
                        continue; // the first may be lost to address resolution
                    }
                    assertEquals(inner.vip(PORT), answer.getSocketAddress());
                    assertEquals(
                            "hello", new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII));
                    return true;
                }
                return false;
            }
        });
    }

    private static void send(IpFamily outer, int protocol, byte[] payload) throws Exception {
        if (protocol == 17) {
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.send(new DatagramPacket(
                        payload, payload.length, new InetSocketAddress(IpFamily.address(outer.back(2)), GUE)));
            }
            return;
        }
        IpAddress from = IpAddress.parse(outer.front(2));
        IpAddress to = IpAddress.parse(outer.back(2));
        try (RawSender sender = RawSender.open(protocol, DeviceFacts.of(Bed.HOST_DEVICE), from.hi(), from.lo(), 64);
                NativeBlock memory = new NativeBlock(payload.length)) {
            Mem.copy(payload, 0, memory.address(), payload.length);
            sender.send(to.hi(), to.lo(), memory.address(), payload.length);
        }
    }
}
