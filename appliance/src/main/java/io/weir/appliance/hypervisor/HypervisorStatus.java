package io.weir.appliance.hypervisor;

import java.time.Instant;
import java.util.List;

/**
 * Where the switch of a hypervisor stands, at one moment. Immutable.
 *
 * @param name the hypervisor's
 * @param connected whether its switch is connected, and has said who it is
 * @param role of this node: {@code master}, {@code slave}, {@code equal}; {@code none} before it was granted
 * @param since when it connected or went
 * @param wanted entries that it should have
 * @param present entries that it is known to have; a node that is no master does not know
 * @param connects how often it has connected
 * @param missing ports that the configuration names and the switch does not have
 * @param lastError what last went wrong, for people; empty when nothing did
 * @param clients of {@code hypervisor.flows = client}
 */
public record HypervisorStatus(
        String name,
        boolean connected,
        String role,
        Instant since,
        int wanted,
        int present,
        long connects,
        List<String> missing,
        String lastError,
        ClientStatus clients) {
    static HypervisorStatus never(String name, Instant now) {
        return new HypervisorStatus(name, false, "none", now, 0, 0, 0, List.of(), "", ClientStatus.NONE);
    }

    HypervisorStatus gone(String why, Instant now) {
        return new HypervisorStatus(name, false, "none", now, wanted, present, connects, missing, why, clients);
    }
}
