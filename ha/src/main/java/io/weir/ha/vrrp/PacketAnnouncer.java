package io.weir.ha.vrrp;

import io.weir.bindings.DeviceFacts;
import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import io.weir.bindings.NativeException;
import io.weir.bindings.packet.PacketSender;
import io.weir.bindings.packet.PacketSocket;
import io.weir.engine.packet.Ethernet;
import io.weir.engine.packet.GratuitousArp;
import io.weir.engine.packet.Ipv6;
import io.weir.engine.packet.NeighbourAdvertisement;
import io.weir.ha.HaCounter;
import io.weir.ha.HaCounters;
import io.weir.scheduler.IpAddress;
import java.util.List;

/**
 * Announces through a packet socket on one device, with the device's own hardware address, read anew each time. What the
 * kernel does not take is counted; the next repetition makes it good.
 */
public final class PacketAnnouncer implements AddressAnnouncer {
    private static final int BATCH = 64;
    private static final int FRAME = 128;
    private static final int FRAME_SIZE = 2048;

    private final PacketSocket socket;
    private final HaCounters counters;
    private final PacketSender sender = new PacketSender(BATCH);
    private final NativeBlock frames = new NativeBlock((long) BATCH * FRAME);

    private PacketAnnouncer(PacketSocket socket, HaCounters counters) {
        this.socket = socket;
        this.counters = counters;
    }

    /**
     * Opens it in the calling thread's network namespace.
     *
     * @throws NativeException when there is no such device, or without CAP_NET_RAW
     */
    public static PacketAnnouncer open(String device, HaCounters counters) {
        return new PacketAnnouncer(PacketSocket.open(DeviceFacts.of(device), 0, FRAME_SIZE), counters);
    }

    @Override
    public void announce(List<IpAddress> addresses) {
        long mac;
        try {
            mac = DeviceFacts.of(socket.device().name()).mac();
        } catch (NativeException e) {
            addresses.forEach(address -> counters.increment(HaCounter.ANNOUNCE_FAILED));
            return;
        }
        for (int from = 0; from < addresses.size(); from += BATCH) {
            send(addresses.subList(from, Math.min(addresses.size(), from + BATCH)), mac);
        }
    }

    private void send(List<IpAddress> batch, long mac) {
        for (IpAddress address : batch) {
            long frame = frames.address() + (long) sender.position() * FRAME;
            sender.put(
                    frame,
                    address.isV4() ? GratuitousArp.write(frame, mac, address.v4()) : write6(frame, mac, address));
        }
        int sent = Math.max(0, sender.send(socket.fd()));
        for (int i = 0; i < batch.size(); i++) {
            HaCounter announced = batch.get(i).isV4() ? HaCounter.ANNOUNCED_ARP : HaCounter.ANNOUNCED_ND;
            counters.increment(i < sent ? announced : HaCounter.ANNOUNCE_FAILED);
        }
        sender.drop(batch.size());
    }

    private static int write6(long frame, long mac, IpAddress address) {
        Ethernet.address(frame, NeighbourAdvertisement.ALL_NODES_MAC, mac);
        Mem.putU16Be(frame + Ethernet.TYPE, Ethernet.TYPE_IPV6);
        NeighbourAdvertisement.writeToAll(frame + Ethernet.HEADER, address.hi(), address.lo(), mac);
        return Ethernet.HEADER + Ipv6.HEADER + NeighbourAdvertisement.LENGTH;
    }

    @Override
    public void close() {
        socket.close();
        sender.close();
        frames.close();
    }
}
