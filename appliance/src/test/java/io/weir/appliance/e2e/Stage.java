package io.weir.appliance.e2e;

import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.BedOptions;
import io.weir.appliance.bed.BedServers;
import io.weir.appliance.bed.IpFamily;

/** A bed, its servers, and a contender at work in its node. */
final class Stage implements AutoCloseable {
    private final Contender contender;
    private final Bed bed;
    private final int workers;
    private Contender.Node node;

    private Stage(Contender contender, Bed bed, int workers) {
        this.contender = contender;
        this.bed = bed;
        this.workers = workers;
    }

    static Stage build(Contender contender, Shape shape) {
        Bed bed = Bed.create(BedOptions.WHOLE
                .withQueues(shape.workers())
                .withFrontMtu(shape.frontMtu())
                .withBackMtu(shape.backMtu()));
        try {
            BedServers.start(bed);
            masqueradeForServers(bed);
            Stage stage = new Stage(contender, bed, shape.workers());
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
        node = bed.own(contender.start(bed, workers));
    }

    @Override
    public void close() {
        bed.close();
    }
}
