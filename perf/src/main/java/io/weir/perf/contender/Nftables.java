package io.weir.perf.contender;

import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.VirtualService.RealServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Kernel NAT: nftables DNAT and connection tracking.
 *
 * <p>Over veth the kernel forwards on the core of whoever sent the frame. With receive packet steering it forwards on the
 * core that is meant for the contender, as the others do.
 *
 * @param steered whether the node's devices steer packets to its core (RPS)
 */
public record Nftables(boolean steered) implements Contender {
    private static final String TIME_WAIT = "net/netfilter/nf_conntrack_tcp_timeout_time_wait";

    @Override
    public String label() {
        return steered ? "nftables, rps" : "nftables";
    }

    @Override
    public Optional<String> lacking() {
        return Tools.lacking("nft", "nftables");
    }

    @Override
    public String where(int core) {
        return steered ? "forwards on core " + core : "forwards on the senders' cores";
    }

    @Override
    public Running start(Site site) {
        site.holdVirtualAddress();
        site.node().runWith(rules(site.service()), "nft", "-f", "-");
        site.node().sysctl(TIME_WAIT, "5"); // as short as the others keep what is over
        if (steered) {
            String mask = Long.toHexString(1L << site.core());
            for (String device : List.of(site.front(), site.back())) {
                site.node()
                        .run(
                                "sh",
                                "-c",
                                "for q in /sys/class/net/%s/queues/rx-*; do echo %s >$q/rps_cpus; done"
                                        .formatted(device, mask));
            }
        }
        return new Running() {
            @Override
            public String target() {
                return site.virtual();
            }

            @Override
            public boolean hasOwnCore() {
                return steered;
            }

            @Override
            public void close() {
                site.node().run("nft", "flush", "ruleset");
            }
        };
    }

    private static String rules(VirtualService service) {
        String ip = service.family() == IpFamily.IPV4 ? "ip" : "ip6";
        List<String> turns = new ArrayList<>();
        for (RealServer server : service.servers()) {
            for (int i = 0; i < server.weight(); i++) {
                turns.add("%d : %s . %d".formatted(turns.size(), server.address(), server.port()));
            }
        }
        return """
                table %1$s balancer {
                  chain forward-to-servers {
                    type nat hook prerouting priority dstnat;
                    %1$s daddr %2$s %3$s dport %4$d dnat %1$s to numgen inc mod %5$d map { %6$s }
                  }
                }
                """.formatted(
                ip, service.family().vip(), service.protocol(), service.port(), turns.size(), String.join(", ", turns));
    }
}
