package io.weir.scheduler;

/** Reads and writes address literals: RFC 4291 section 2.2 in, RFC 5952 section 4 out. */
final class IpAddressText {
    private static final int GROUPS = 8;

    private IpAddressText() {}

    static IpAddress parse(String text) {
        if (text.indexOf(':') < 0) {
            return IpAddress.ofV4(parseV4(text, text));
        }
        return parseV6(text);
    }

    private static int parseV4(String part, String whole) {
        int address = 0;
        int octets = 0;
        int at = 0;
        while (true) {
            int value = 0;
            final int start = at;
            while (at < part.length() && isDigit(part.charAt(at)) && at - start < 4) {
                value = value * 10 + (part.charAt(at) - '0');
                at++;
            }
            if (at == start) {
                throw bad(whole, "four decimal numbers 0-255 separated by dots are expected");
            }
            if (value > 255) {
                throw bad(whole, part.substring(start, at) + " is more than 255");
            }
            if (at - start > 1 && part.charAt(start) == '0') {
                throw bad(whole, "a number must not start with 0");
            }
            address = address << 8 | value;
            octets++;
            if (at == part.length()) {
                break;
            }
            if (part.charAt(at) != '.' || octets == 4) {
                throw bad(whole, "four decimal numbers 0-255 separated by dots are expected");
            }
            at++;
        }
        if (octets != 4) {
            throw bad(whole, "four decimal numbers 0-255 separated by dots are expected");
        }
        return address;
    }

    private static IpAddress parseV6(String text) {
        final int gap = text.indexOf("::");
        if (gap >= 0 && text.indexOf("::", gap + 1) >= 0) {
            throw bad(text, "'::' may occur only once");
        }
        final int[] groups = new int[GROUPS];
        if (gap < 0) {
            if (readGroups(text, text, groups, 0) != GROUPS) {
                throw bad(text, "eight groups, or '::', are expected");
            }
        } else {
            final int[] tail = new int[GROUPS];
            final int before = readGroups(text.substring(0, gap), text, groups, 0);
            final int after = readGroups(text.substring(gap + 2), text, tail, before + 1);
            System.arraycopy(tail, before + 1, groups, GROUPS - after, after);
        }
        return new IpAddress(half(groups, 0), half(groups, 4));
    }

    /** Reads colon-separated groups into {@code groups} from {@code at}; returns how many there were. */
    private static int readGroups(String part, String whole, int[] groups, int at) {
        if (part.isEmpty()) {
            return 0;
        }
        int count = 0;
        int from = 0;
        while (true) {
            final int colon = part.indexOf(':', from);
            final String group = colon < 0 ? part.substring(from) : part.substring(from, colon);
            final boolean dotted = group.indexOf('.') >= 0;
            if (dotted && (colon >= 0 || !whole.endsWith(group))) {
                throw bad(whole, "an IPv4 part may only be the last");
            }
            if (at + count + (dotted ? 2 : 1) > GROUPS) {
                throw bad(whole, "more than eight groups");
            }
            if (dotted) {
                final int v4 = parseV4(group, whole);
                groups[at + count++] = v4 >>> 16;
                groups[at + count++] = v4 & 0xffff;
            } else {
                groups[at + count++] = parseGroup(group, whole);
            }
            if (colon < 0) {
                return count;
            }
            from = colon + 1;
        }
    }

    private static int parseGroup(String group, String whole) {
        if (group.isEmpty() || group.length() > 4) {
            throw bad(whole, "a group is one to four hexadecimal digits");
        }
        int value = 0;
        for (int i = 0; i < group.length(); i++) {
            final char c = group.charAt(i);
            final int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw bad(whole, c == '%' ? "a zone is not allowed here" : "'" + c + "' is no hexadecimal digit");
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private static long half(int[] groups, int from) {
        long value = 0;
        for (int i = from; i < from + 4; i++) {
            value = value << 16 | groups[i];
        }
        return value;
    }

    static String format(IpAddress address) {
        if (address.isV4()) {
            final int v4 = address.v4();
            return (v4 >>> 24) + "." + (v4 >>> 16 & 255) + "." + (v4 >>> 8 & 255) + "." + (v4 & 255);
        }
        final int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = (int) ((i < 4 ? address.hi() : address.lo()) >>> (48 - 16 * (i & 3))) & 0xffff;
        }
        int best = -1;
        int bestLength = 1;
        for (int i = 0; i < GROUPS; i++) {
            int length = 0;
            while (i + length < GROUPS && groups[i + length] == 0) {
                length++;
            }
            if (length > bestLength) {
                best = i;
                bestLength = length;
            }
        }
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == best) {
                text.append("::");
                i += bestLength - 1;
            } else {
                if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                    text.append(':');
                }
                text.append(Integer.toHexString(groups[i]));
            }
        }
        return text.toString();
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static IllegalArgumentException bad(String text, String why) {
        return new IllegalArgumentException("'" + text + "' is no IP address: " + why);
    }
}
