package io.weir.appliance.e2e;

import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.BedOptions;
import io.weir.appliance.bed.BedServers;
import io.weir.appliance.bed.EventLoops;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.VirtualService;

/** A bed, its servers, and a contender at work in its node. */
final class Stage implements AutoCloseable {
    private final Contender contender;
    private final Bed bed;
    private final Shape shape;
    private Contender.Node node;

    private Stage(Contender contender, Bed bed, Shape shape) {
        this.contender = contender;
        this.bed = bed;
        this.shape = shape;
    }

    static Stage build(Contender contender, Shape shape) {
        Bed bed = Bed.create(BedOptions.WHOLE
                .withQueues(shape.workers())
                .withFrontMtu(shape.frontMtu())
                .withBackMtu(shape.backMtu())
                .withDirect(shape.forward().equals("dr") || shape.forward().equals("tun")));
        try {
            EventLoops loops = BedServers.start(bed);
            masqueradeForServers(bed);
            if (bed.options().direct()) {
                restorePorts(bed);
            }
            if (shape.forward().equals("tun")) {
                TunnelServices.prepare(bed, loops);
            }
            shape.overlay().prepare(bed);
            Stage stage = new Stage(contender, bed, shape);
            stage.start();
            return stage;
        } catch (RuntimeException | Error e) {
            bed.close();
            throw e;
        }
    }

    /** The node's kernel lets the servers' own connections out under its front address. */
    private static void masqueradeForServers(Bed bed) {
        StringBuilder rules = new StringBuilder();
        for (IpFamily family : IpFamily.values()) {
            String ip = family == IpFamily.IPV4 ? "ip" : "ip6";
            rules.append("table ").append(ip).append(" outgoing {\n chain as-the-node {\n");
            rules.append("  type nat hook postrouting priority srcnat;\n");
            rules.append("  %s saddr %s oifname %s masquerade\n }\n}\n"
                    .formatted(ip, family.network(family.back(0)), Bed.FRONT));
        }
        bed.node().runWith(rules.toString(), "nft", "-f", "-");
    }

    /** What stands for the hypervisor of the server that has other ports than the services. */
    private static void restorePorts(Bed bed) {
        StringBuilder rules = new StringBuilder();
        for (IpFamily family : IpFamily.values()) {
            String ip = family == IpFamily.IPV4 ? "ip" : "ip6";
            rules.append("table ").append(ip).append(" hypervisor {\n chain answers {\n");
            rules.append("  type filter hook postrouting priority 0;\n");
            rules.append(
                    "  %s saddr %s tcp sport 8000 tcp sport set %d\n".formatted(ip, family.vip(), VirtualService.WEB));
            rules.append("  %s saddr %s udp sport 7007 udp sport set %d\n }\n}\n"
                    .formatted(ip, family.vip(), VirtualService.ECHO));
        }
        bed.serverB().runWith(rules.toString(), "nft", "-f", "-");
    }

    Contender contender() {
        return contender;
    }

    Bed bed() {
        return bed;
    }

    /** The node, when it is Weir. */
    WeirNode weir() {
        return (WeirNode) node;
    }

    Contender.Node node() {
        return node;
    }

    /** Starts a node in place of the one that ended. */
    void start() {
        node = bed.own(contender.start(bed, shape));
    }

    @Override
    public void close() {
        bed.close();
    }
}
