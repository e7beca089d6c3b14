package io.weir.ha.vrrp;

import io.weir.scheduler.IpAddress;
import java.util.List;

/**
 * What a master says of itself (RFC 9568 §5.2).
 *
 * @param vrid the virtual router, 1 to 255
 * @param priority 0: the master leaves; 255: it owns the addresses
 * @param centiseconds the master's advertisement interval, 12 bits
 * @param addresses the virtual addresses, all of one family, 1 to 255 of them
 */
public record Advertisement(int vrid, int priority, int centiseconds, List<IpAddress> addresses) {
    /** The longest interval that the field holds. */
    public static final int MAX_CENTISECONDS = 0xfff;

    /** Addresses that the field counts. */
    public static final int MAX_ADDRESSES = 255;

    /** Nanoseconds of a centisecond. */
    public static final long CENTISECOND_NS = 10_000_000L;

    /** The interval in nanoseconds; one of 0, which makes no sense, counts as the shortest. */
    public long intervalNs() {
        return Math.max(1, centiseconds) * CENTISECOND_NS;
    }
}
