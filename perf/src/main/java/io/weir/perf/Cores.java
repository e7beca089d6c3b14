package io.weir.perf;

import io.weir.bindings.CpuAffinity;
import java.util.BitSet;
import java.util.List;

/**
 * Which core does what in a test bed.
 *
 * @param client who generates load
 * @param server who answers it or counts it
 * @param balancer the contender
 */
public record Cores(int client, int server, int balancer) {
    /**
     * What was asked for, or a core for each where there are enough; with two, clients and servers share the first.
     *
     * @param wanted client, server, balancer; empty for a choice
     */
    public static Cores of(List<Integer> wanted) {
        BitSet online = CpuAffinity.online();
        if (!wanted.isEmpty()) {
            if (wanted.size() != 3 || !wanted.stream().allMatch(core -> core >= 0 && online.get(core))) {
                throw new IllegalArgumentException(
                        "--cores %s: three of %s would be right, for client, server and balancer"
                                .formatted(wanted, online));
            }
            return new Cores(wanted.get(0), wanted.get(1), wanted.get(2));
        }
        int[] cores = online.stream().toArray();
        return switch (cores.length) {
            case 1 -> new Cores(cores[0], cores[0], cores[0]);
            case 2 -> new Cores(cores[0], cores[0], cores[1]);
            case 3 -> new Cores(cores[0], cores[1], cores[2]);
            default -> new Cores(cores[1], cores[2], cores[3]);
        };
    }

    /** Who shares a core with whom, for a note. */
    public String sharing() {
        String text = "cores: client on %d, server on %d, balancer on %d".formatted(client, server, balancer);
        if (client == server && server == balancer) {
            return text + "; all share one, so nothing here says what a balancer could do";
        }
        if (client == server) {
            return text + "; client and server share one, which is the limit where the balancer's is not used up";
        }
        return balancer == client || balancer == server ? text + "; the balancer shares one" : text;
    }
}
