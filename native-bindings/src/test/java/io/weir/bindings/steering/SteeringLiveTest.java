package io.weir.bindings.steering;

import static io.weir.bindings.steering.TestFrames.arp;
import static io.weir.bindings.steering.TestFrames.frame;
import static io.weir.bindings.steering.TestFrames.ip;
import static io.weir.bindings.steering.TestFrames.packet;
import static io.weir.bindings.steering.TestFrames.ports;
import static io.weir.bindings.steering.TestFrames.tagged;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.bindings.DeviceFacts;
import io.weir.bindings.Libc;
import io.weir.bindings.Mem;
import io.weir.bindings.NamespaceThread;
import io.weir.bindings.NativeBlock;
import io.weir.bindings.Pages;
import io.weir.bindings.Requires;
import io.weir.bindings.SocketAbi;
import io.weir.bindings.TapDevice;
import io.weir.bindings.bpf.BpfLink;
import io.weir.bindings.bpf.BpfMap;
import io.weir.bindings.bpf.BpfProgram;
import io.weir.bindings.packet.PacketRing;
import io.weir.bindings.packet.PacketSocket;
import io.weir.bindings.xdp.Umem;
import io.weir.bindings.xdp.XskSocket;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The programs where they really run: frames enter the kernel by a TAP device. */
class SteeringLiveTest {
    private static final String VIP = "10.3.0.5";
    private static final String HOST = "10.3.0.1";
    private static final String CLIENT = "10.3.0.9";
    private static final int CAPACITY = 2048;
    private static final int TIMEOUT_MS = 10_000;

    private NamespaceThread namespace;
    private NativeBlock buffer;
    private TapDevice tap;
    private SteeringMaps maps;

    @BeforeEach
    void make() {
        Requires.file("/dev/net/tun");
        namespace = new NamespaceThread();
        buffer = new NativeBlock(CAPACITY);
        tap = namespace.call(() -> TapDevice.create("tap0", 1500, 0x0200_0000_0001L));
        // the kernel holds both, so that it would answer for both
        namespace.sh("ip addr add " + HOST + "/24 dev tap0");
        namespace.sh("ip addr add " + VIP + "/24 dev tap0");
        maps = SteeringMaps.create();
        maps.replaceOwned(List.of(ip(VIP), ip("2001:db8::5")));
        maps.replaceLocal(List.of(ip(HOST)));
        maps.replaceServers(List.of(new Endpoint(ip("10.3.0.77"), 8000, Endpoint.TCP)));
    }

    @AfterEach
    void remove() {
        if (maps != null) {
            maps.close();
        }
        if (tap != null) {
            tap.close();
        }
        if (namespace != null) {
            namespace.close();
            buffer.close();
        }
    }

    @Test
    void shouldKeepTheKernelFromAnsweringWhenTcxDropsItsCopy() {
        write(arp(1, CLIENT, VIP));
        assertEquals(VIP, nextArpSender());
        try (BpfProgram program = SteeringProgram.tcx(maps, SteeringBed.NAT_PORTS);
                BpfLink link = namespace.call(() -> BpfLink.attachTcxIngress(program, tap.index()))) {
            write(arp(1, CLIENT, VIP));
            write(arp(1, CLIENT, HOST));
            assertEquals(HOST, nextArpSender(), link.toString());
        }
        write(arp(1, CLIENT, VIP));
        assertEquals(VIP, nextArpSender());
    }

    @Test
    void shouldGiveTheKernelEverythingWhenNoSocketIsThere() {
        try (BpfMap sockets = BpfMap.xskMap(1);
                BpfProgram program = SteeringProgram.xdp(maps, SteeringBed.NAT_PORTS, sockets);
                BpfLink link = namespace.call(() -> BpfLink.attachXdp(program, tap.index(), BpfLink.XdpMode.GENERIC))) {
            write(arp(1, CLIENT, VIP));
            assertEquals(VIP, nextArpSender(), link.toString());
        }
    }

    @Test
    void shouldBringItsFramesToTheXdpSocketAndTheOthersToTheKernel() {
        DeviceFacts device = namespace.call(() -> DeviceFacts.of("tap0"));
        for (BpfLink.XdpMode mode : BpfLink.XdpMode.values()) {
            try (Pages pages = Pages.map(64 * CAPACITY, Pages.Mode.OFF);
                    BpfMap sockets = BpfMap.xskMap(1);
                    BpfProgram program = SteeringProgram.xdp(maps, SteeringBed.NAT_PORTS, sockets);
                    BpfLink link = namespace.call(() -> BpfLink.attachXdp(program, tap.index(), mode));
                    XskSocket socket = namespace.call(() -> XskSocket.open(
                            new Umem(pages.address(), 64 * CAPACITY, CAPACITY),
                            device,
                            0,
                            64,
                            XskSocket.ZeroCopy.OFF))) {
                for (int i = socket.fill().room(); i > 0; i--) {
                    socket.fill().put((long) (i - 1) * CAPACITY);
                }
                socket.fill().publish();
                sockets.put(0, socket.fd());
                List<byte[]> ours = List.of(
                        arp(1, CLIENT, VIP),
                        frame(packet(CLIENT, VIP, Endpoint.TCP, ports(5, 80))),
                        tagged(frame(packet("10.3.0.77", CLIENT, Endpoint.TCP, ports(8000, 5))), 0x8100));
                ours.forEach(this::write);
                write(arp(1, CLIENT, HOST));
                assertEquals(HOST, nextArpSender(), link.toString());
                List<String> received = new ArrayList<>();
                while (received.size() < ours.size() && socket.poll(TIMEOUT_MS) > 0) {
                    for (int i = 0; i < socket.rx().available(); i++) {
                        byte[] frame = new byte[socket.rx().length(i)];
                        Mem.copy(pages.address() + socket.rx().offset(i), frame, 0, frame.length);
                        received.add(HexFormat.of().formatHex(frame));
                    }
                    socket.rx().release(socket.rx().available());
                }
                assertEquals(ours.stream().map(HexFormat.of()::formatHex).toList(), received, mode.name());
            }
        }
    }

    @Test
    void shouldFilterAndDivideFramesAmongPacketSockets() {
        int workers = 3;
        ReferenceClassifier reference = new ReferenceClassifier(SteeringBed.NAT_PORTS, SteeringBed.SEED, workers);
        reference.owned.addAll(List.of(AddressKey.of(ip(VIP)), AddressKey.of(ip("2001:db8::5"))));
        reference.local.add(AddressKey.of(ip(HOST)));
        reference.servers.add(new Endpoint(ip("10.3.0.77"), 8000, Endpoint.TCP));
        List<byte[]> frames = new ArrayList<>();
        for (int i = 1; i <= 40; i++) {
            frames.add(frame(packet(CLIENT, VIP, Endpoint.TCP, ports(i, 80))));
            frames.add(frame(packet("2001:db8::" + i, "2001:db8::5", Endpoint.UDP, ports(i, 80))));
            frames.add(frame(packet("10.3.0.77", CLIENT, Endpoint.TCP, ports(8000, i))));
            frames.add(frame(packet("10.3.0.77", HOST, Endpoint.TCP, ports(8000, i))));
            frames.add(tagged(frame(packet(CLIENT, VIP, Endpoint.TCP, ports(i, 80))), 0x8100));
            frames.add(tagged(frame(packet(CLIENT, HOST, Endpoint.TCP, ports(i, 80))), 0x8100));
            frames.add(tagged(frame(packet(CLIENT, VIP, Endpoint.TCP, ports(i, 80))), 0x88a8));
            frames.add(tagged(tagged(frame(packet(CLIENT, VIP, Endpoint.TCP, ports(i, 80))), 0x8100), 0x8100));
        }
        List<List<String>> expected = new ArrayList<>(List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>()));
        for (byte[] frame : frames) {
            OptionalInt owner = reference.classify(frame);
            owner.ifPresent(o -> expected.get(o).add(HexFormat.of().formatHex(frame)));
        }
        DeviceFacts device = namespace.call(() -> DeviceFacts.of("tap0"));
        List<PacketSocket> sockets = new ArrayList<>();
        try (BpfProgram filter = SteeringProgram.socketFilter(maps, SteeringBed.NAT_PORTS);
                BpfProgram fanout = SteeringProgram.fanout(maps, SteeringBed.NAT_PORTS, SteeringBed.SEED, workers)) {
            int group = 0;
            for (int i = 0; i < workers; i++) {
                PacketSocket socket = namespace.call(() -> PacketSocket.open(device, 1024, CAPACITY));
                sockets.add(socket);
                group = socket.joinFanout(group, fanout.fd());
            }
            sockets.forEach(socket -> socket.start(filter.fd()));
            frames.forEach(this::write);
            for (int i = 0; i < workers; i++) {
                assertEquals(
                        expected.get(i), receive(sockets.get(i), expected.get(i).size()), "worker " + i);
            }
        } finally {
            sockets.forEach(PacketSocket::close);
        }
    }

    private static List<String> receive(PacketSocket socket, int count) {
        PacketRing ring = socket.ring();
        List<String> frames = new ArrayList<>();
        while (frames.size() < count && socket.poll(TIMEOUT_MS) > 0) {
            while (ring.next()) {
                byte[] frame = new byte[ring.length()];
                Mem.copy(ring.frame(), frame, 0, frame.length);
                frames.add(HexFormat.of().formatHex(frame));
            }
            ring.giveBack();
        }
        return frames;
    }

    private void write(byte[] frame) {
        Mem.copy(frame, 0, buffer.address(), frame.length);
        assertEquals(frame.length, tap.write(buffer.address(), frame.length));
    }

    /** Who sent the next ARP reply that the kernel sends. */
    private String nextArpSender() {
        try (NativeBlock pollfd = new NativeBlock(SocketAbi.POLLFD_SIZE)) {
            Mem.putInt(pollfd.address(), tap.fd());
            Mem.putInt(pollfd.address() + SocketAbi.POLLFD_EVENTS, SocketAbi.POLLIN);
            while (Libc.poll(pollfd.address(), 1, TIMEOUT_MS) == 1) {
                int length = tap.read(buffer.address(), CAPACITY);
                long at = buffer.address();
                if (length >= 42 && Mem.getU16Be(at + 12) == 0x0806 && Mem.getU16Be(at + 20) == 2) {
                    byte[] sender = new byte[4];
                    Mem.copy(at + 28, sender, 0, 4);
                    return TestFrames.address(sender);
                }
            }
        }
        throw new AssertionError("no ARP reply came");
    }
}
