package io.weir.engine.port;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.Errno;
import io.weir.bindings.EthtoolOffloads;
import io.weir.bindings.EthtoolOffloads.Offload;
import io.weir.bindings.Mem;
import io.weir.bindings.NativeException;
import io.weir.bindings.Requires;
import io.weir.bindings.bpf.BpfLink.XdpMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

class PortFactoryTest {
    private static final List<String> DEVICES = List.of("d0", "d1");

    private VethLink link;
    private RedirectSteering steering;
    private NodePorts ports;

    @BeforeEach
    void makeDevices(TestInfo test) throws Exception {
        Requires.root();
        Requires.tool("ip");
        link = new VethLink(2, test.getDisplayName().contains("TwoQueues") ? 2 : 1);
        steering = new RedirectSteering(DEVICES, XdpMode.NATIVE);
    }

    @AfterEach
    void removeDevices() {
        if (link == null) {
            return;
        }
        try {
            if (ports != null) {
                ports.close();
            }
            steering.close();
        } finally {
            link.close();
        }
    }

    private NodePorts open(PortOptions options, Steering how) {
        ports = link.atNode(() -> PortFactory.open(options, how));
        return ports;
    }

    private static PortOptions options(int workers) {
        return PortOptions.of(DEVICES, workers).withRingSize(256);
    }

    private VethPeer peer(int index) {
        return link.atPeer(() -> new VethPeer("p" + index));
    }

    @Test
    void shouldTakeAfXdpAndSayWhyItCopiesWhenLeftToChoose() {
        open(options(1), steering);
        assertEquals(Driver.AF_XDP, ports.driver());
        assertTrue(
                ports.reasons().getFirst().contains("d0 (veth)"),
                ports.reasons().toString());
        assertTrue(
                ports.reasons().getFirst().contains("with copying"),
                ports.reasons().toString());
    }

    @Test
    void shouldTakeAfPacketAndSayWhyWhenNoXdpProgramCanBeAttached() {
        open(options(1), Steering.NONE);
        assertEquals(Driver.AF_PACKET, ports.driver());
        assertTrue(
                ports.reasons().getFirst().contains("no XDP program"),
                ports.reasons().toString());
    }

    @Test
    void shouldTakeAfPacketAndSayWhyWhenTheMtuIsTooLargeForAFrame() {
        link.atNode(() -> VethLink.ip("link set d1 mtu 9000\n"));
        open(options(1), steering);
        assertEquals(Driver.AF_PACKET, ports.driver());
        assertTrue(
                ports.reasons().getFirst().contains("d1 has an MTU of 9000"),
                ports.reasons().toString());
        assertThrows(
                IllegalArgumentException.class,
                () -> link.atNode(() -> PortFactory.open(options(1).withDriver(Driver.AF_XDP), steering)));
    }

    @Test
    void shouldNameDeviceAndCauseWhenADeviceIsDownOrMissing() {
        link.atNode(() -> VethLink.ip("link set d1 down\n"));
        PortOptions xdp = options(1).withDriver(Driver.AF_XDP);
        NativeException down =
                assertThrows(NativeException.class, () -> link.atNode(() -> PortFactory.open(xdp, steering)));
        assertEquals(Errno.ENETDOWN, down.errno());
        assertTrue(down.getMessage().contains("d1"), down.getMessage());
        PortOptions missing = PortOptions.of(List.of("d0", "nosuch0"), 1);
        NativeException e =
                assertThrows(NativeException.class, () -> link.atNode(() -> PortFactory.open(missing, steering)));
        assertEquals(Errno.ENODEV, e.errno());
        assertTrue(e.getMessage().contains("nosuch0"), e.getMessage());
    }

    @Test
    void shouldLeaveNoDescriptorAndNoMappingWhenOpenedAndClosedAgainAndAgain() throws Exception {
        for (Driver driver : new Driver[] {Driver.AF_PACKET, Driver.AF_XDP}) {
            long descriptors = 0;
            long mappings = 0;
            for (int round = 0; round < 4; round++) {
                RedirectSteering programs = new RedirectSteering(DEVICES, XdpMode.NATIVE);
                NodePorts opened = link.atNode(() -> PortFactory.open(options(2).withDriver(driver), programs));
                opened.close();
                programs.close();
                if (round == 1) {
                    descriptors = count("/proc/self/fd", "socket:|bpf");
                    mappings = socketMappings();
                }
            }
            assertEquals(descriptors, count("/proc/self/fd", "socket:|bpf"), driver + " descriptors");
            assertEquals(mappings, socketMappings(), driver + " mappings");
        }
    }

    @Test
    void shouldLeaveNoDescriptorWhenSteeringRefusesTheSecondDevice() throws Exception {
        Steering refusing = new Steering() {
            @Override
            public void registerXsk(int portIndex, int queue, int xskFd) {
                if (portIndex == 1) {
                    throw new IllegalStateException("not this one");
                }
            }

            @Override
            public int packetFilterFd(int portIndex) {
                return -1;
            }

            @Override
            public int fanoutFd(int portIndex) {
                return -1;
            }
        };
        long before = 0;
        for (int round = 0; round < 3; round++) {
            before = round == 1 ? count("/proc/self/fd", "socket:") : before;
            assertThrows(
                    IllegalStateException.class,
                    () -> link.atNode(() -> PortFactory.open(options(2).withDriver(Driver.AF_XDP), refusing)));
        }
        assertEquals(before, count("/proc/self/fd", "socket:"));
    }

    private static long count(String directory, String pattern) throws Exception {
        try (var files = Files.list(Path.of(directory))) {
            return files.filter(file -> {
                        try {
                            return Files.readSymbolicLink(file).toString().matches(".*(" + pattern + ").*");
                        } catch (java.io.IOException e) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    private static long socketMappings() throws Exception {
        return Files.readString(Path.of("/proc/self/maps"))
                .lines()
                .filter(line -> line.contains("socket:"))
                .count();
    }

    @Test
    void shouldSendFromAWorkerWithoutAQueueWhenAnotherOwnsTheOnlyOne() throws Exception {
        open(options(2).withDriver(Driver.AF_XDP), steering);
        assertTrue(assertInstanceOf(AfXdpPort.class, ports.port(0, 0)).isReceiving());
        AfXdpPort sending = assertInstanceOf(AfXdpPort.class, ports.port(1, 0));
        assertEquals(0, sending.receive(new FrameBatch(8)));
        AtomicBoolean stop = new AtomicBoolean();
        Thread owner = Thread.ofPlatform().name("worker 0").start(() -> runOwner(stop));
        try (VethPeer peer = peer(0)) {
            FramePool pool = ports.store().pool(1);
            int free = pool.available();
            byte[] bytes = TestFrames.frame(8, 200);
            int sent = 0;
            int arrived = 0;
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (sent < 20_000 && System.nanoTime() < deadline) {
                for (int i = 0; i < 32 && sent < 20_000; i++) {
                    long frame = pool.allocate();
                    if (frame == 0) {
                        break;
                    }
                    Mem.copy(bytes, 0, frame, bytes.length);
                    if (!sending.send(frame, bytes.length)) {
                        pool.release(frame);
                        break;
                    }
                    sent++;
                }
                sending.flush();
                arrived += peer.drain();
            }
            while ((pool.collect() != free || arrived < sent) && System.nanoTime() < deadline) {
                sending.flush();
                arrived += peer.drain();
            }
            assertEquals(20_000, sent);
            assertEquals(sent, arrived);
            assertEquals(free, pool.available());
            assertEquals(0, sending.invalidDescriptors());
        } finally {
            stop.set(true);
            owner.join();
        }
    }

    private void runOwner(AtomicBoolean stop) {
        FrameBatch batch = new FrameBatch(32);
        FramePool pool = ports.store().pool(0);
        while (!stop.get()) {
            ports.port(0, 0).receive(batch);
            for (int i = 0; i < batch.size; i++) {
                pool.release(batch.address[i]);
            }
            batch.clear();
            pool.publishReturns();
            Thread.yield();
        }
    }

    @Test
    void shouldServeAllQueuesOfADeviceWithTwoQueuesWhenThereIsOneWorker() {
        open(options(1).withDriver(Driver.AF_XDP), steering);
        assertInstanceOf(MultiQueuePort.class, ports.port(0, 0));
        exchange(1);
    }

    @Test
    void shouldGiveEachWorkerAQueueWhenTheDeviceHasTwoQueues() {
        open(options(2).withDriver(Driver.AF_XDP), steering);
        assertEquals(1, assertInstanceOf(AfXdpPort.class, ports.port(1, 1)).queue());
        exchange(2);
    }

    @Test
    void shouldDeliverEachFrameToOneWorkerWhenAfPacketHasTwo() {
        open(options(2).withDriver(Driver.AF_PACKET), steering);
        exchange(2);
    }

    /** Sends 100 frames in and out of port 0, whichever worker gets them. */
    private void exchange(int workers) {
        try (VethPeer peer = peer(0)) {
            for (int i = 0; i < 100; i++) {
                peer.inject(TestFrames.frame(i, 100), 1);
            }
            FrameBatch batch = new FrameBatch(32);
            int got = 0;
            long deadline = System.nanoTime() + 2_000_000_000L;
            while (System.nanoTime() < deadline && got < 100) {
                for (int worker = 0; worker < workers; worker++) {
                    PacketPort port = ports.port(worker, 0);
                    port.receive(batch);
                    for (int i = 0; i < batch.size; i++) {
                        if (TestFrames.isTestFrame(batch.address[i])) {
                            got++;
                            assertTrue(port.send(batch.address[i], batch.length[i]));
                        }
                    }
                    batch.clear();
                    port.flush();
                }
            }
            assertEquals(100, got);
            int back = 0;
            while (back < 100 && System.nanoTime() < deadline) {
                back += peer.drain();
            }
            assertEquals(100, back);
        }
    }

    @Test
    void shouldLookUpTheWorkerByProgramWhenSteeringGivesAFanoutProgram() {
        try (ConstantProgram toOne = new ConstantProgram(1);
                VethPeer peer = peer(0)) {
            open(options(2).withDriver(Driver.AF_PACKET), fds(-1, toOne.fd()));
            for (int i = 0; i < 50; i++) {
                peer.inject(TestFrames.frame(i, 100), 1);
            }
            FrameBatch batch = new FrameBatch(64);
            ports.port(1, 0).await(1000);
            ports.port(1, 0).receive(batch);
            assertEquals(50, batch.size);
            assertEquals(0, ports.port(0, 0).receive(new FrameBatch(64)));
        }
    }

    @Test
    void shouldReceiveNothingWhenSteeringsFilterKeepsNothing() {
        try (ConstantProgram none = new ConstantProgram(0);
                VethPeer peer = peer(0)) {
            open(options(1).withDriver(Driver.AF_PACKET), fds(none.fd(), -1));
            peer.inject(TestFrames.frame(1, 100), 10);
            ports.port(0, 0).await(100);
            assertEquals(0, ports.port(0, 0).receive(new FrameBatch(64)));
        }
    }

    private static Steering fds(int filter, int fanout) {
        return new Steering() {
            @Override
            public void registerXsk(int portIndex, int queue, int xskFd) {
                throw new UnsupportedOperationException();
            }

            @Override
            public int packetFilterFd(int portIndex) {
                return filter;
            }

            @Override
            public int fanoutFd(int portIndex) {
                return fanout;
            }
        };
    }

    @Test
    void shouldSwitchOffMergingAndSaySoWhenAfPacketFindsItOn() {
        boolean on = link.atNode(() -> {
            EthtoolOffloads.set("d1", Offload.GENERIC_RECEIVE, true);
            PortFactory.open(options(1).withDriver(Driver.AF_XDP), steering).close();
            return EthtoolOffloads.isOn("d1", Offload.GENERIC_RECEIVE);
        });
        assertTrue(on, "no need to with AF_XDP");
        open(options(1).withDriver(Driver.AF_PACKET), steering);
        assertTrue(
                ports.reasons().toString().contains("d1: GRO was on"),
                ports.reasons().toString());
        assertFalse(link.atNode(() -> EthtoolOffloads.isOn("d1", Offload.GENERIC_RECEIVE)));
    }

    @Test
    void shouldCountAFrameThatIsLongerThanASlotWhenAfPacketReceivesIt() {
        open(options(1).withDriver(Driver.AF_PACKET), steering);
        link.atNode(() -> VethLink.ip("link set d0 mtu 4000\n"));
        link.atPeer(() -> VethLink.ip("link set p0 mtu 4000\n"));
        try (VethPeer peer = peer(0)) {
            peer.inject(TestFrames.frame(1, 2000), 1);
            peer.inject(TestFrames.frame(2, 100), 1);
            FrameBatch batch = new FrameBatch(8);
            long deadline = System.nanoTime() + 1_000_000_000L;
            while (batch.size == 0 && System.nanoTime() < deadline) {
                ports.port(0, 0).receive(batch);
            }
            assertEquals(1, batch.size);
            assertArrayEquals(TestFrames.frame(2, 100), TestFrames.copy(batch.address[0], batch.length[0]));
            assertEquals(1, ports.port(0, 0).kernelDrops());
        }
    }

    @Test
    void shouldCountWhatTheKernelDroppedWhenNobodyReceives() {
        for (Driver driver : new Driver[] {Driver.AF_PACKET, Driver.AF_XDP}) {
            try (NodePorts opened =
                            link.atNode(() -> PortFactory.open(options(1).withDriver(driver), steering));
                    VethPeer peer = peer(1)) {
                peer.inject(TestFrames.frame(1, 100), 2000);
                long deadline = System.nanoTime() + 2_000_000_000L;
                while (opened.port(0, 1).kernelDrops() < 1000 && System.nanoTime() < deadline) {
                    Thread.onSpinWait();
                }
                assertTrue(
                        opened.port(0, 1).kernelDrops() >= 1000,
                        driver + ": " + opened.port(0, 1).kernelDrops());
            }
        }
    }

    @Test
    void shouldCountFramesThatCouldNotLeaveWhenTheDeviceGoesDown() {
        open(options(1).withDriver(Driver.AF_PACKET), steering);
        link.atNode(() -> VethLink.ip("link set d0 down\n"));
        long frame = ports.store().pool(0).allocate();
        assertNotEquals(0, frame);
        Mem.copy(TestFrames.frame(1, 100), 0, frame, 100);
        int free = ports.store().pool(0).available();
        assertTrue(ports.port(0, 0).send(frame, 100));
        ports.port(0, 0).flush();
        assertEquals(1, ports.port(0, 0).sendDrops());
        assertEquals(free + 1, ports.store().pool(0).available());
    }
}
