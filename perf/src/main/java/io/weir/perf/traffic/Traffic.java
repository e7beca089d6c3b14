package io.weir.perf.traffic;

import io.weir.engine.packet.Ethernet;

/**
 * What is sent. A flow is a combination of one source address, source port, destination address and destination port.
 *
 * @param destinationMac next hop
 * @param source addresses of the clients
 * @param destination addresses of the servers, or virtual addresses
 * @param sourcePorts ports of the clients
 * @param destinationPorts ports of the servers
 * @param flows how many combinations are used
 * @param popularity how the frames are shared among them
 * @param protocol what is spoken
 * @param sizes of the frames; SYNs and other segments without data are as short as can be
 */
public record Traffic(
        long destinationMac,
        AddressRange source,
        AddressRange destination,
        PortRange sourcePorts,
        PortRange destinationPorts,
        int flows,
        Popularity popularity,
        Protocol protocol,
        SizeMix sizes) {
    /** Flows at most: what a {@link Stamp} can name. */
    public static final int MAX_FLOWS = 1 << 24;

    private static final long MULTICAST = 1L << 40;

    /** Checks what can be checked without a device. */
    public Traffic {
        if ((destinationMac & ~Ethernet.MAC_MASK) != 0 || destinationMac == 0 || (destinationMac & MULTICAST) != 0) {
            throw new IllegalArgumentException(
                    "destination MAC %s; one host's address would be right".formatted(Ethernet.format(destinationMac)));
        }
        if (source.isV4() != destination.isV4()) {
            throw new IllegalArgumentException(
                    "source %s, destination %s; one family would be right".formatted(source, destination));
        }
        double combinations =
                (double) source.size() * destination.size() * sourcePorts.size() * destinationPorts.size();
        if (flows < 1 || flows > MAX_FLOWS || flows > combinations) {
            throw new IllegalArgumentException(
                    "%d flows; 1 to %.0f would be right: so many combinations have the addresses %s to %s, ports %s to %s"
                            .formatted(
                                    flows,
                                    Math.min(MAX_FLOWS, combinations),
                                    source,
                                    destination,
                                    sourcePorts,
                                    destinationPorts));
        }
    }

    /** UDP of one flow in the shortest frames, from and to addresses of RFC 2544's test network. */
    public static Traffic to(long destinationMac) {
        return new Traffic(
                destinationMac,
                AddressRange.parse("198.18.0.1"),
                AddressRange.parse("198.19.0.1"),
                new PortRange(1024, 65535),
                new PortRange(9, 9),
                1,
                Popularity.TURNS,
                Protocol.UDP,
                SizeMix.of(SizeMix.MIN));
    }

    /**
     * Checks that every size has room for its headers.
     *
     * @throws IllegalArgumentException saying what would be right
     */
    public void requireRoom() {
        for (int size : sizes.sizes()) {
            int least = FrameTemplate.headers(source.isV4(), protocol) + SizeMix.FCS + (protocol.isStateful() ? 1 : 0);
            if (size < least && protocol != Protocol.TCP_SYN) {
                throw new IllegalArgumentException("frame size %d with %s over IPv%s; at least %d would be right"
                        .formatted(size, protocol.label(), source.isV4() ? "4" : "6", least));
            }
        }
    }

    /** The same between other addresses. */
    public Traffic withAddresses(AddressRange from, AddressRange to) {
        return new Traffic(destinationMac, from, to, sourcePorts, destinationPorts, flows, popularity, protocol, sizes);
    }

    /** The same between other ports. */
    public Traffic withPorts(PortRange from, PortRange to) {
        return new Traffic(destinationMac, source, destination, from, to, flows, popularity, protocol, sizes);
    }

    /** The same with other flows. */
    public Traffic withFlows(int number, Popularity law) {
        return new Traffic(
                destinationMac, source, destination, sourcePorts, destinationPorts, number, law, protocol, sizes);
    }

    /** The same with another protocol. */
    public Traffic withProtocol(Protocol other) {
        return new Traffic(
                destinationMac, source, destination, sourcePorts, destinationPorts, flows, popularity, other, sizes);
    }

    /** The same with other frame sizes. */
    public Traffic withSizes(SizeMix mix) {
        return new Traffic(
                destinationMac, source, destination, sourcePorts, destinationPorts, flows, popularity, protocol, mix);
    }
}
