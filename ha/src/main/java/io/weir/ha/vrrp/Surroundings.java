package io.weir.ha.vrrp;

import io.weir.scheduler.IpAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the HA thread must know of the node and its network: made by the control thread, which hears of changes.
 * Immutable; equal ones say that nothing has changed.
 *
 * @param device name of the device of the advertisements
 * @param index its number, which changes when it is made anew
 * @param mtu its MTU
 * @param own all addresses that it holds
 * @param ipv4 the address to advertise from over IPv4
 * @param ipv6 the address to advertise from over IPv6
 * @param virtual all virtual addresses and gateway addresses of the node
 * @param announced the same by the index of the port that they are at
 * @param hindrances what keeps the node from forwarding, for people
 * @param weaknesses what makes any other node the better one, for people
 */
public record Surroundings(
        String device,
        int index,
        int mtu,
        List<IpAddress> own,
        Optional<IpAddress> ipv4,
        Optional<IpAddress> ipv6,
        VirtualAddresses virtual,
        Map<Integer, List<IpAddress>> announced,
        List<String> hindrances,
        List<String> weaknesses) {

    /** The address to advertise from over a family. */
    public Optional<IpAddress> source(boolean v4) {
        return v4 ? ipv4 : ipv6;
    }
}
