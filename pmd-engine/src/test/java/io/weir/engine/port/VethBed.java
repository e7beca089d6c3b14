package io.weir.engine.port;

import java.util.List;
import java.util.function.Function;

/** The ports of a node of one worker over two veth pairs, opened by {@link PortFactory}. */
final class VethBed implements PortBed {
    static final int RING = 256;

    private final VethLink link;
    private final RedirectSteering programs;
    private final NodePorts ports;
    private final VethPeer[] peers = new VethPeer[2];

    VethBed(Driver driver, Function<List<String>, RedirectSteering> steering) throws Exception {
        this(driver, steering, RING);
    }

    VethBed(Driver driver, Function<List<String>, RedirectSteering> steering, int ringSize) throws Exception {
        link = new VethLink(2, 1);
        try {
            List<String> devices = List.of("d0", "d1");
            programs = link.atNode(() -> steering.apply(devices));
            PortOptions options = PortOptions.of(devices, 1).withDriver(driver).withRingSize(ringSize);
            ports = link.atNode(() -> PortFactory.open(options, programs));
            for (int i = 0; i < 2; i++) {
                String device = "p" + i;
                peers[i] = link.atPeer(() -> new VethPeer(device));
            }
        } catch (RuntimeException | Error e) {
            link.close();
            throw e;
        }
    }

    NodePorts ports() {
        return ports;
    }

    /** Closes the far end of a port, whose capturing costs the sender time. */
    void closePeer(int index) {
        if (peers[index] != null) {
            peers[index].close();
            peers[index] = null;
        }
    }

    VethLink link() {
        return link;
    }

    @Override
    public PacketPort port(int index) {
        return ports.port(0, index);
    }

    @Override
    public FramePool pool() {
        return ports.store().pool(0);
    }

    @Override
    public void inject(int index, byte[] frame, int copies) {
        peers[index].inject(frame, copies);
    }

    @Override
    public byte[] capture(int index) {
        return peers[index].capture();
    }

    @Override
    public int drain(int index) {
        return peers[index].drain();
    }

    @Override
    public int ringSize() {
        return RING;
    }

    @Override
    public void close() {
        try (link;
                programs;
                ports) {
            closePeer(0);
            closePeer(1);
        }
    }
}
