package io.weir.engine.port;

import io.weir.bindings.DeviceFacts;
import io.weir.bindings.EthtoolOffloads;
import io.weir.bindings.EthtoolOffloads.Offload;
import io.weir.bindings.NativeException;
import io.weir.bindings.packet.PacketSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Opens the AF_PACKET sockets of a node, one a device and worker; a device's sockets form a fanout group in the order of
 * the workers. None receives before all are in place.
 */
final class PacketPorts {
    private final PortOptions options;
    private final Steering steering;
    private final List<PacketSocket> sockets = new ArrayList<>();
    private final List<PacketPort> opened = new ArrayList<>();

    PacketPorts(PortOptions options, Steering steering) {
        this.options = options;
        this.steering = steering;
    }

    PacketPort[][] open(List<DeviceFacts> devices, FrameStore store, List<String> reasons) {
        devices.forEach(device -> switchOffMerging(device, reasons));
        int workers = options.workers();
        PacketPort[][] ports = new PacketPort[workers][devices.size()];
        for (int index = 0; index < devices.size(); index++) {
            int fanout = workers > 1 ? steering.fanoutFd(index) : -1;
            int group = 0;
            for (int worker = 0; worker < workers; worker++) {
                PacketSocket socket = PacketSocket.open(devices.get(index), options.ringSize(), options.frameSize());
                sockets.add(socket);
                if (workers > 1) {
                    group = socket.joinFanout(group, fanout);
                }
                ports[worker][index] = new AfPacketPort(index, socket, store.pool(worker), options.ringSize());
                opened.add(ports[worker][index]);
            }
        }
        for (int i = 0; i < sockets.size(); i++) {
            sockets.get(i).start(steering.packetFilterFd(i / workers));
        }
        return ports;
    }

    /** Merged frames do not fit into a slot; the socket sees frames after the kernel has merged them. */
    private static void switchOffMerging(DeviceFacts device, List<String> reasons) {
        if (device.gro()) {
            try {
                EthtoolOffloads.set(device.name(), Offload.GENERIC_RECEIVE, false);
                reasons.add("%s: GRO was on and is now off: merged frames would be dropped".formatted(device.name()));
            } catch (NativeException e) {
                reasons.add("%s: GRO is on and merged frames will be dropped; switch it off: ethtool -K %s gro off (%s)"
                        .formatted(device.name(), device.name(), e.getMessage()));
            }
        }
    }

    void close() {
        opened.forEach(PacketPort::close);
        sockets.subList(opened.size(), sockets.size()).forEach(PacketSocket::close); // at most one without a port
    }
}
