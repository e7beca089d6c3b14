package io.weir.appliance.e2e;

import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.VirtualService.RealServer;
import java.util.ArrayList;
import java.util.List;

/** The services as rules of kernel NAT; the kernel holds the virtual addresses. */
record NftablesNode(Namespace namespace) implements Contender.Node {
    static NftablesNode start(Bed bed) {
        StringBuilder rules = new StringBuilder();
        for (IpFamily family : IpFamily.values()) {
            bed.node().ip("address add " + family.alone(family.vip()) + " dev lo");
            String ip = family == IpFamily.IPV4 ? "ip" : "ip6";
            rules.append("table ").append(ip).append(" balancer {\n chain forward-to-servers {\n");
            rules.append("  type nat hook prerouting priority dstnat;\n");
            VirtualService.ofBed(family)
                    .forEach(service ->
                            rules.append("  ").append(rule(ip, service)).append('\n'));
            rules.append(" }\n}\n");
        }
        bed.node().runWith(rules.toString(), "nft", "-f", "-");
        return new NftablesNode(bed.node());
    }

    private static String rule(String ip, VirtualService service) {
        List<String> turns = new ArrayList<>();
        for (RealServer server : service.servers()) {
            for (int i = 0; i < server.weight(); i++) {
                turns.add("%d : %s . %d".formatted(turns.size(), server.address(), server.port()));
            }
        }
        return "%s daddr %s %s dport %d dnat %s to numgen inc mod %d map { %s }"
                .formatted(
                        ip,
                        service.family().vip(),
                        service.protocol(),
                        service.port(),
                        ip,
                        turns.size(),
                        String.join(", ", turns));
    }

    @Override
    public void close() {
        namespace.run("nft", "delete table ip balancer; delete table ip6 balancer");
        for (IpFamily family : IpFamily.values()) {
            namespace.ip("address delete " + family.alone(family.vip()) + " dev lo");
        }
    }

    @Override
    public String log() {
        return namespace.run("nft", "list", "ruleset");
    }
}
