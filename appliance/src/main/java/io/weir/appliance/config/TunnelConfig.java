package io.weir.appliance.config;

import io.weir.scheduler.IpAddress;
import java.util.List;
import java.util.OptionalInt;

/**
 * What all tunnels to servers have in common: the keys {@code tunnel.…}.
 *
 * @param sources where encapsulated packets come from, at most one of each version of IP; without one of a version the
 *     address that the host itself would send from
 * @param guePort UDP port of GUE at the servers
 * @param vxlanPort UDP port of VXLAN at the servers' hosts
 * @param vxlanVni the virtual network of servers that name none
 */
public record TunnelConfig(List<Source> sources, int guePort, int vxlanPort, OptionalInt vxlanVni) {
    /** Host bits that a network may have: the node answers for each of its addresses. */
    public static final int MOST_HOST_BITS = 8;

    /**
     * An address, or a network of which each flow has an address of its own.
     *
     * @param first the address, or the network's
     * @param hostBits 0 for an address
     */
    public record Source(IpAddress first, int hostBits) {
        /**
         * Reads {@code ADDRESS} or {@code NETWORK/LENGTH}.
         *
         * @param text as in the file
         * @return the source
         * @throws IllegalArgumentException if it is none; the message says what is right
         */
        public static Source parse(String text) {
            final int slash = text.indexOf('/');
            final IpAddress first = Values.hostAddress(slash < 0 ? text : text.substring(0, slash));
            final int bits = first.isV4() ? 32 : 128;
            final String right = "an address, or a network of at least " + (bits - MOST_HOST_BITS)
                    + " bits as in 10.9.0.0/24, is right";
            if (slash >= 0 && !text.substring(slash + 1).matches("\\d{1,3}")) {
                throw new IllegalArgumentException(right);
            }
            final int hostBits = slash < 0 ? 0 : bits - Integer.parseInt(text.substring(slash + 1));
            if (hostBits < 0 || hostBits > MOST_HOST_BITS) {
                throw new IllegalArgumentException(right);
            }
            if ((first.lo() & (1L << hostBits) - 1) != 0) {
                throw new IllegalArgumentException("bits of " + first + " behind the length are set; "
                        + new IpAddress(first.hi(), first.lo() & -(1L << hostBits)) + text.substring(slash)
                        + " is right");
            }
            return new Source(first, hostBits);
        }
    }
}
