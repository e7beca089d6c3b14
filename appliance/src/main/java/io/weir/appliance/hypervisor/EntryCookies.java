package io.weir.appliance.hypervisor;

import io.netty.buffer.ByteBuf;
import org.projectfloodlight.openflow.exceptions.OFParseError;

/**
 * The cookies in a reply about entries (OpenFlow 1.3.5 §7.3.5.2, {@code ofp_flow_stats}). They say
 * all of a service's entries; the library would not know every action of Open vSwitch's.
 *
 * <pre>
 *   0        2       3     4            8            12         14
 *  ┌────────┬───────┬─────┬────────────┬────────────┬──────────┬─────────┐
 *  │ length │ table │     │ seconds    │ nanoseconds│ priority │ idle    │
 *  ├────────┼───────┴─────┼────────────┼────────────┴──────────┴─────────┤
 *  │ hard   │ flags       │            │ cookie                          │   cookie at 24
 *  ├────────┴─────────────┴────────────┼─────────────────────────────────┤
 *  │ packets                           │ bytes                           │   then match, instructions
 *  └───────────────────────────────────┴─────────────────────────────────┘
 * </pre>
 */
final class EntryCookies {
    private static final int FIXED = 48;
    private static final int COOKIE = 24;

    private EntryCookies() {}

    /** Told of an entry. */
    @FunctionalInterface
    interface Found {
        /**
         * There is one.
         *
         * @param match where its match begins in the buffer
         * @param end where the entry ends
         */
        void accept(long cookie, int match, int end);
    }

    /**
     * Reads them.
     *
     * @param frame a whole message
     * @param from where the first entry begins
     * @param found told of each
     * @throws OFParseError when an entry does not end where the next begins
     */
    static void read(ByteBuf frame, int from, Found found) throws OFParseError {
        int at = from;
        while (at < frame.readableBytes()) {
            int left = frame.readableBytes() - at;
            int length = left < 2 ? 0 : frame.getUnsignedShort(frame.readerIndex() + at);
            if (length < FIXED || length > left) {
                throw new OFParseError("an entry of %d bytes where %d are left".formatted(length, left));
            }
            int begin = frame.readerIndex() + at;
            found.accept(frame.getLong(begin + COOKIE), begin + FIXED, begin + length);
            at += length;
        }
    }
}
