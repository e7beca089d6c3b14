package io.weir.appliance.config;

import java.util.regex.Pattern;

/**
 * The hardware address of one station.
 *
 * @param bits its 48 bits, the first octet uppermost
 */
public record MacAddress(long bits) {
    private static final Pattern TEXT = Pattern.compile("[0-9a-fA-F]{1,2}(:[0-9a-fA-F]{1,2}){5}");
    private static final long GROUP = 1L << 40;

    /**
     * Reads {@code 52:54:00:12:34:56}.
     *
     * @param text as in the file
     * @return the address
     * @throws IllegalArgumentException if it is not the address of one station; the message says what is right
     */
    public static MacAddress parse(String text) {
        long bits = 0;
        if (TEXT.matcher(text).matches()) {
            for (final String octet : text.split(":")) {
                bits = bits << 8 | Integer.parseInt(octet, 16);
            }
        }
        if (bits == 0 || (bits & GROUP) != 0) {
            throw new IllegalArgumentException("the hardware address of one station, as 52:54:00:12:34:56, is right");
        }
        return new MacAddress(bits);
    }

    @Override
    public String toString() {
        return String.format(
                "%02x:%02x:%02x:%02x:%02x:%02x",
                bits >> 40 & 0xff,
                bits >> 32 & 0xff,
                bits >> 24 & 0xff,
                bits >> 16 & 0xff,
                bits >> 8 & 0xff,
                bits & 0xff);
    }
}
