package io.weir.engine.port;

import io.weir.bindings.DeviceFacts;
import io.weir.bindings.Errno;
import io.weir.bindings.NativeException;
import io.weir.bindings.Pages;
import io.weir.bindings.xdp.Umem;
import io.weir.bindings.xdp.XskSocket;
import io.weir.bindings.xdp.XskSocket.ZeroCopy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Opens the AF_XDP sockets of a node on one shared memory.
 *
 * <p>Queue <i>q</i> of a device belongs to worker <i>q</i> mod <i>workers</i>. A worker that has no queue of a device
 * gets a transmit-only socket on the queue of worker number mod <i>queues</i>, so every worker can send everywhere.
 */
final class XdpPorts {
    /** Where the kernel puts a frame into a chunk: {@code XDP_PACKET_HEADROOM}. */
    private static final int XDP_PACKET_HEADROOM = FramePool.FRAME_OFFSET;

    private static final int ETHERNET_AND_VLAN = 14 + 4;
    /** Frames a worker has on top of what its rings can hold. */
    private static final int SPARE_FRAMES = 1024;

    private final PortOptions options;
    private final List<DeviceFacts> devices;
    private final Steering steering;
    private final List<XskSocket> sockets = new ArrayList<>();

    XdpPorts(PortOptions options, List<DeviceFacts> devices, Steering steering) {
        this.options = options;
        this.devices = devices;
        this.steering = steering;
    }

    NodePorts open(LongFunction<Pages> memory, List<String> reasons) {
        for (DeviceFacts device : devices) {
            check(device);
        }
        int frames = framesPerWorker();
        Pages pages = memory.apply(FrameStore.byteSize(options.frameSize(), frames, options.workers()));
        try {
            Umem umem = openSockets(pages, frames, reasons);
            FrameStore store = new FrameStore(pages.address(), options.frameSize(), frames, options.workers());
            PacketPort[][] ports = ports(store);
            for (XskSocket socket : sockets) {
                if (socket.rx() != null) {
                    steering.registerXsk(indexOf(socket), socket.queue(), socket.fd());
                }
            }
            reasons.add(
                    0,
                    "AF_XDP, "
                            + (umem.isZeroCopy()
                                    ? "zero copy"
                                    : "with copying, because of zero copy: " + umem.copyReason()));
            devices.forEach(device -> reasons.add(describe(device)));
            reasons.add(PortFactory.memory(pages));
            return new NodePorts(ports, store, pages, Driver.AF_XDP, reasons);
        } catch (RuntimeException e) {
            closeSockets();
            pages.close();
            throw e;
        }
    }

    private void check(DeviceFacts device) {
        int capacity = options.frameSize() - XDP_PACKET_HEADROOM;
        if (device.mtu() + ETHERNET_AND_VLAN > capacity) {
            throw new IllegalArgumentException("%s has an MTU of %d, a frame of %d bytes holds one of %d"
                    .formatted(device.name(), device.mtu(), options.frameSize(), capacity - ETHERNET_AND_VLAN));
        }
        if (!device.up()) {
            throw new NativeException("AF_XDP on " + device.name(), Errno.ENETDOWN);
        }
    }

    /** What the rings of the busiest worker hold when all are full: fill and RX of its queues, TX and completion. */
    int framesPerWorker() {
        int rings = 0;
        for (DeviceFacts device : devices) {
            int queues = (device.rxQueues() + options.workers() - 1) / options.workers();
            rings += 2 * queues + 2;
        }
        return rings * options.ringSize() + SPARE_FRAMES;
    }

    /** Tries without copying on all devices, then with copying on all: sockets that share memory share the mode. */
    private Umem openSockets(Pages pages, int frames, List<String> reasons) {
        long length = FrameStore.byteSize(options.frameSize(), frames, options.workers());
        Umem umem = new Umem(pages.address(), length, options.frameSize());
        try {
            openAll(umem, options.zeroCopy());
            return umem;
        } catch (NativeException e) {
            closeSockets();
            if (!umem.isZeroCopy() || options.zeroCopy() != ZeroCopy.AUTO) {
                throw e;
            }
            reasons.add("not every device can do without copying: " + e.getMessage());
        }
        Umem copying = new Umem(pages.address(), length, options.frameSize());
        openAll(copying, ZeroCopy.OFF);
        return copying;
    }

    private void openAll(Umem umem, ZeroCopy mode) {
        for (DeviceFacts device : devices) {
            int first = sockets.size();
            for (int queue = 0; queue < device.rxQueues(); queue++) {
                sockets.add(XskSocket.open(umem, device, queue, options.ringSize(), mode));
            }
            for (int worker = device.rxQueues(); worker < options.workers(); worker++) {
                XskSocket owner = sockets.get(first + worker % device.rxQueues());
                sockets.add(XskSocket.openTransmitOnly(owner, options.ringSize()));
            }
        }
    }

    private PacketPort[][] ports(FrameStore store) {
        PacketPort[][] ports = new PacketPort[options.workers()][devices.size()];
        int next = 0;
        for (int index = 0; index < devices.size(); index++) {
            List<List<PacketPort>> byWorker = new ArrayList<>();
            for (int worker = 0; worker < options.workers(); worker++) {
                byWorker.add(new ArrayList<>());
            }
            int count = Math.max(devices.get(index).rxQueues(), options.workers());
            for (int i = 0; i < count; i++) {
                int worker = i % options.workers();
                byWorker.get(worker).add(new AfXdpPort(index, sockets.get(next++), store.pool(worker)));
            }
            for (int worker = 0; worker < options.workers(); worker++) {
                List<PacketPort> own = byWorker.get(worker);
                ports[worker][index] =
                        own.size() == 1 ? own.getFirst() : new MultiQueuePort(own.toArray(PacketPort[]::new));
            }
        }
        return ports;
    }

    private int indexOf(XskSocket socket) {
        return devices.indexOf(socket.device());
    }

    private String describe(DeviceFacts device) {
        int queues = device.rxQueues();
        return "%s (%s): %d receive queue%s for %d worker%s%s"
                .formatted(
                        device.name(),
                        device.driver(),
                        queues,
                        queues == 1 ? "" : "s",
                        options.workers(),
                        options.workers() == 1 ? "" : "s",
                        queues < options.workers()
                                ? "; the others receive by hand-off; set more with ethtool -L %s combined %d"
                                        .formatted(device.name(), options.workers())
                                : "");
    }

    private void closeSockets() {
        sockets.forEach(XskSocket::close);
        sockets.clear();
    }
}
