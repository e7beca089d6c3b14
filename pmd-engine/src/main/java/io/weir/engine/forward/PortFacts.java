package io.weir.engine.forward;

import java.util.Arrays;

/**
 * What forwarding must know of the node's devices, by {@link io.weir.engine.port.PacketPort#index}; immutable, built by
 * the control thread from what the kernel says.
 *
 * @param mac MAC address of the device, low 48 bits
 * @param mtu longest IP packet in bytes
 * @param ipv4 an IPv4 address to send ICMP errors from; 0 when the device has none
 * @param ipv6Hi an IPv6 address to send ICMPv6 errors from, upper half; both halves 0 when the device has none
 * @param ipv6Lo lower half
 */
public record PortFacts(long[] mac, int[] mtu, int[] ipv4, long[] ipv6Hi, long[] ipv6Lo) {
    /** Whether these are the same facts; a record of arrays has no useful {@code equals}. */
    public boolean isSameAs(PortFacts other) {
        return Arrays.equals(mac, other.mac)
                && Arrays.equals(mtu, other.mtu)
                && Arrays.equals(ipv4, other.ipv4)
                && Arrays.equals(ipv6Hi, other.ipv6Hi)
                && Arrays.equals(ipv6Lo, other.ipv6Lo);
    }
}
