package io.weir.bindings.netlink;

/**
 * A network device ({@code struct ifinfomsg}).
 *
 * @param index its number in its namespace
 * @param name as {@code ip link} shows it
 * @param mac hardware address in the low 48 bits, first byte highest; 0 when it has none of 6 bytes
 * @param mtu bytes of layer 3
 * @param up whether it is administratively up
 * @param carrier whether the layer below is up
 * @param loopback whether it is a loopback device
 * @param rxQueues receive queues it was made with; {@code ethtool -l} may have put fewer to use
 * @param txQueues transmit queues
 * @param kind {@code veth}, {@code bond}, {@code vlan} …; empty for hardware
 * @param master index of the bridge, bond or VRF it belongs to, or 0
 * @param xdpProgram number of the attached XDP program, or 0
 */
public record Link(
        int index,
        String name,
        long mac,
        int mtu,
        boolean up,
        boolean carrier,
        boolean loopback,
        int rxQueues,
        int txQueues,
        String kind,
        int master,
        int xdpProgram)
        implements NetlinkRecord {}
