package io.weir.appliance.config;

import io.weir.scheduler.IpAddress;
import java.time.Duration;

/**
 * Keeps a client, or a network of clients, on one server.
 *
 * @param timeout for so long after its last connection
 * @param prefix the length of the network's prefix: 32 or 128 for single clients
 */
public record PersistenceConfig(Duration timeout, int prefix) {
    /** Reads a prefix length, or IPv4's dotted mask. */
    static int parseMask(String text) {
        if (text.matches("/?\\d{1,3}")) {
            final int prefix = Integer.parseInt(text.replace("/", ""));
            if (prefix >= 1 && prefix <= 128) {
                return prefix;
            }
        } else if (text.matches("\\d{1,3}(\\.\\d{1,3}){3}")) {
            final int mask = IpAddress.parse(text).v4();
            final int ones = Integer.numberOfLeadingZeros(~mask);
            if (ones >= 1 && Integer.bitCount(mask) == ones) {
                return ones;
            }
        }
        throw new IllegalArgumentException(
                "a prefix length such as 24 or 64, or a mask such as 255.255.255.0, is right");
    }
}
