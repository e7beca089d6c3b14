package io.weir.appliance.bed;

/** Who serves what in a bed: everything that {@link VirtualService} names as a real server, and a little more. */
public final class BedServers {
    /** Port of a web service of the node's own kernel, and of the third host. */
    public static final int OWN_PORT = 2222;

    private BedServers() {}

    /** Starts them; they end with the bed. */
    public static EventLoops start(Bed bed) {
        EventLoops loops = bed.own(new EventLoops());
        bed.own(Peers.web(loops, bed.serverA(), 80, "a"));
        bed.own(Peers.web(loops, bed.serverB(), 8000, "b"));
        bed.own(Peers.greeter(loops, bed.serverB(), 21, "b"));
        if (bed.options().far()) {
            if (bed.options().direct()) {
                echoAtVirtualAddresses(bed, loops);
            } else {
                bed.own(Peers.echo(loops, bed.serverA(), 7));
                bed.own(Peers.echo(loops, bed.serverB(), 7007));
            }
            bed.own(Peers.web(loops, bed.farServer(), 80, "c"));
            bed.own(Peers.echo(loops, bed.farServer(), VirtualService.FAR_ECHO));
            bed.own(Peers.web(loops, bed.third(), OWN_PORT, "third"));
            bed.own(Peers.web(loops, bed.node(), OWN_PORT, "node"));
        }
        return loops;
    }

    /** A datagram's answer comes from the address that its socket has. */
    private static void echoAtVirtualAddresses(Bed bed, EventLoops loops) {
        for (IpFamily family : IpFamily.values()) {
            bed.own(Peers.echo(loops, bed.serverA(), family.vip(7)));
            bed.own(Peers.echo(loops, bed.serverB(), family.vip(7007)));
        }
    }
}
