package io.weir.bindings.netlink;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * A route to one host over a device, without a gateway, as a program puts it into a table of its own
 * ({@code struct rtmsg} with {@code RTA_DST}, {@code RTA_OIF}, {@code RTA_PRIORITY}, {@code RTA_TABLE}).
 *
 * @param destination the host: /32 or /128
 * @param index the device; the kernel removes the route when the device goes down or away
 * @param table its number, unsigned; 254 is the main table
 * @param protocol {@code rtm_protocol} of the program, 1 to 255; {@code /etc/iproute2/rt_protos} lists those in use
 * @param metric unsigned; the least wins
 */
public record DeviceRoute(InetAddress destination, int index, int table, int protocol, int metric) {
    NetlinkRequest request(String what, int type, int flags) {
        boolean v4 = destination instanceof Inet4Address;
        String description = "%s%s ifindex %d table %s metric %s"
                .formatted(
                        what,
                        destination.getHostAddress(),
                        index,
                        Integer.toUnsignedString(table),
                        Integer.toUnsignedString(metric));
        return new NetlinkRequest(description, type, NetlinkAbi.NLM_F_ACK | flags, NetlinkAbi.RTMSG_SIZE)
                .body8(NetlinkAbi.RTM_FAMILY, RouteNetlink.family(destination))
                .body8(NetlinkAbi.RTM_DST_LEN, v4 ? 32 : 128)
                .body8(NetlinkAbi.RTM_PROTOCOL, protocol)
                .body8(NetlinkAbi.RTM_SCOPE, v4 ? NetlinkAbi.RT_SCOPE_LINK : NetlinkAbi.RT_SCOPE_UNIVERSE)
                .body8(NetlinkAbi.RTM_TYPE, Route.Type.UNICAST.ordinal())
                .attribute(NetlinkAbi.RTA_DST, destination)
                .attribute(NetlinkAbi.RTA_OIF, index)
                .attribute(NetlinkAbi.RTA_PRIORITY, metric)
                .attribute(NetlinkAbi.RTA_TABLE, table);
    }
}
