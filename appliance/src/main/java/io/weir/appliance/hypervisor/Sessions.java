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

    /** Something has changed. */
    void report(SwitchSession session, HypervisorStatus status);

    /** It has ended. */
    void ended(SwitchSession session, String why);
}
