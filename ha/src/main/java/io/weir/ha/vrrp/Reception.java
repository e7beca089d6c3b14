package io.weir.ha.vrrp;

import io.weir.ha.HaCounter;

/** What became of a packet. */
public sealed interface Reception {
    /**
     * A well-formed advertisement.
     *
     * @param advertisement what it says
     * @param plainChecksum it came over IPv4 with a checksum without pseudo header
     */
    record Heard(Advertisement advertisement, boolean plainChecksum) implements Reception {}

    /**
     * Discarded.
     *
     * @param why the counter of the reason
     */
    record Ignored(HaCounter why) implements Reception {}
}
