package io.weir.ha.vrrp;

import io.weir.bindings.DeviceFacts;
import io.weir.bindings.NativeBlock;
import io.weir.bindings.NativeException;
import io.weir.bindings.raw.RawReceiver;
import io.weir.bindings.raw.RawSender;
import io.weir.scheduler.IpAddress;
import java.util.List;
import java.util.Optional;

/**
 * A channel through raw sockets of protocol 112 on one device: to the group, or to unicast peers. What comes is not
 * filtered by hop limit or sender, so that it can be counted.
 */
public final class RawVrrpChannel implements VrrpChannel {
    private static final int LONGEST = AdvertisementCodec.length(Advertisement.MAX_ADDRESSES, false);

    private final IpAddress source;
    private final List<IpAddress> destinations;
    private final RawReceiver receiver;
    private final RawSender sender;
    private final NativeBlock block = new NativeBlock(LONGEST);

    private RawVrrpChannel(IpAddress source, List<IpAddress> destinations, RawReceiver receiver, RawSender sender) {
        this.source = source;
        this.destinations = destinations;
        this.receiver = receiver;
        this.sender = sender;
    }

    /**
     * Opens it in the calling thread's network namespace.
     *
     * @param source an address of the device
     * @param peers of the same family; none: the group
     * @throws NativeException when the device or the address is not there, or without CAP_NET_RAW
     */
    public static RawVrrpChannel open(DeviceFacts device, IpAddress source, List<IpAddress> peers) {
        boolean v4 = source.isV4();
        IpAddress group = v4 ? ReceptionRules.GROUP_V4 : ReceptionRules.GROUP_V6;
        RawReceiver receiver = RawReceiver.open(v4, AdvertisementCodec.PROTOCOL, device);
        try {
            if (peers.isEmpty()) {
                receiver.join(group.hi(), group.lo());
            }
            RawSender sender = RawSender.open(
                    AdvertisementCodec.PROTOCOL, device, source.hi(), source.lo(), AdvertisementCodec.HOP_LIMIT);
            return new RawVrrpChannel(source, peers.isEmpty() ? List.of(group) : List.copyOf(peers), receiver, sender);
        } catch (NativeException e) {
            receiver.close();
            throw e;
        }
    }

    @Override
    public IpAddress source() {
        return source;
    }

    @Override
    public boolean send(Advertisement advertisement) {
        boolean sent = false;
        for (IpAddress destination : destinations) {
            int length = AdvertisementCodec.write(block.address(), advertisement, source, destination);
            sent |= sender.send(destination.hi(), destination.lo(), block.address(), length) == length;
        }
        return sent;
    }

    @Override
    public Optional<Datagram> receive() {
        int length = receiver.receive();
        if (length < 0) { // nothing there, or the device is down: then nothing will come until it is up
            return Optional.empty();
        }
        return Optional.of(new Datagram(
                new IpAddress(receiver.sourceHi(), receiver.sourceLo()),
                new IpAddress(receiver.destinationHi(), receiver.destinationLo()),
                receiver.hopLimit(),
                receiver.payload(),
                length));
    }

    @Override
    public void close() {
        sender.close();
        receiver.close();
        block.close();
    }
}
