package io.weir.appliance.hypervisor;

import io.weir.appliance.config.HypervisorsConfig.Host;
import java.util.Map;

/** What a {@link SwitchSession} is one of. Called on the I/O thread. */
interface Sessions {
    /** The hypervisor of a datapath, now this session's; null when there is none. */
    Host claim(long datapath, SwitchSession session);

    /** What is wanted now; null while that is not known. */
    Wanted wanted();

    /** What a switch needs of that. */
    HypervisorFlows.Wanted entries(Host host, Wanted wanted, Map<String, Integer> ports);

    /** The owner in the cookies. */
    int owner();

    /** The clients of a hypervisor; null when there are no entries for single clients. */
    HostClients clients(Host host);

    /** Seconds after which a switch removes an entry for a client that no packet uses. */
    int idleSeconds();

    /** Takes in what is known of flows. */
    void hear();

    /** Something has changed. */
    void report(SwitchSession session, HypervisorStatus status);

    /** It has ended. */
    void ended(SwitchSession session, String why);
}
