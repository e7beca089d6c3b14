package io.weir.appliance.config;

import io.weir.appliance.config.Choices.HaMode;
import io.weir.scheduler.IpAddress;
import java.time.Duration;
import java.util.List;

/**
 * Takeover between nodes: the keys {@code ha.…}.
 *
 * @param mode how nodes agree who forwards
 * @param vrrp VRRP's parameters, defaults if VRRP is not used
 * @param bgp parameters of the announcement of virtual addresses, defaults if BGP is not used
 * @param watchdog a worker that has not finished a cycle for so long makes the node step down
 */
public record HaConfig(HaMode mode, Vrrp vrrp, Bgp bgp, Duration watchdog) {
    /**
     * The keys {@code ha.vrrp.…}.
     *
     * @param id the virtual router's, 1 to 255
     * @param interfaceName a role or a device
     * @param priority 1 to 255
     * @param advertise the advertisement interval, a multiple of 10 ms
     * @param preempt whether a better priority takes over from a living master
     * @param preemptDelay how long it waits before it does
     * @param peers unicast peers; empty for multicast
     * @param track roles or devices whose link must be up, or services that must have a server
     */
    public record Vrrp(
            int id,
            String interfaceName,
            int priority,
            Duration advertise,
            boolean preempt,
            Duration preemptDelay,
            List<IpAddress> peers,
            List<String> track) {}

    /**
     * The keys {@code ha.bgp.…}.
     *
     * @param table of the kernel's, into which host routes go, 1 to 2³² − 1; 254 is the main table
     * @param metric of these routes, 1 to 2³² − 1
     * @param drain how long the node forwards at its end after it has withdrawn them
     */
    public record Bgp(long table, long metric, Duration drain) {}
}
