package io.weir.appliance.guest;

import io.weir.appliance.guest.GuestException.Kind;
import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Lines of ours in a text of somebody else's, between two comments: {@code # weir: begin ADDRESSES} and
 * {@code # weir: end}. Taking them out gives back the bytes that were there before, exactly; where the text did not end
 * with a line's end, the first comment says so.
 *
 * @param from where it begins in its text
 * @param to where the text goes on after it
 * @param addresses that it is about
 */
record Block(int from, int to, SortedSet<IpAddress> addresses) {
    private static final String BEGIN = "# weir: begin";
    private static final String END = "# weir: end";
    /** A line's end was put before the block, and goes with it. */
    private static final String JOINED = " (+1)";

    /** Puts lines in. */
    static String insert(String text, int at, SortedSet<IpAddress> addresses, List<String> lines) {
        final boolean joined = at > 0 && text.charAt(at - 1) != '\n';
        final String block = (joined ? "\n" : "")
                + BEGIN
                + (joined ? JOINED : "")
                + addresses.stream().map(address -> " " + address).collect(Collectors.joining())
                + "\n"
                + lines.stream().map(line -> line + "\n").collect(Collectors.joining())
                + END
                + "\n";
        return text.substring(0, at) + block + text.substring(at);
    }

    /** Puts lines in at the end. */
    static String append(String text, SortedSet<IpAddress> addresses, List<String> lines) {
        return insert(text, text.length(), addresses, lines);
    }

    /**
     * Takes all lines of ours out.
     *
     * @throws GuestException if somebody has torn them apart, so that nobody knows which are ours
     */
    static String remove(String text) throws GuestException {
        final StringBuilder rest = new StringBuilder();
        int at = 0;
        for (final Block block : in(text)) {
            rest.append(text, at, block.from);
            at = block.to;
        }
        return rest.append(text, at, text.length()).toString();
    }

    /** The addresses that lines of ours in a text are about. */
    static SortedSet<IpAddress> addresses(String text) throws GuestException {
        final SortedSet<IpAddress> addresses = new TreeSet<>();
        in(text).forEach(block -> addresses.addAll(block.addresses));
        return addresses;
    }

    private static List<Block> in(String text) throws GuestException {
        final List<Block> blocks = new ArrayList<>();
        int open = -1;
        SortedSet<IpAddress> addresses = new TreeSet<>();
        for (int line = 0; line < text.length(); ) {
            final int newline = text.indexOf('\n', line);
            final int next = newline < 0 ? text.length() : newline + 1;
            if (text.startsWith(BEGIN, line)) {
                if (open >= 0) {
                    throw torn();
                }
                String words = text.substring(line + BEGIN.length(), next).stripTrailing();
                open = line;
                if (words.startsWith(JOINED)) {
                    words = words.substring(JOINED.length());
                    open = Math.max(0, line - 1);
                }
                addresses = read(words.strip());
            } else if (text.startsWith(END, line)) {
                if (open < 0) {
                    throw torn();
                }
                blocks.add(new Block(open, next, addresses));
                open = -1;
            }
            line = next;
        }
        if (open >= 0) {
            throw torn();
        }
        return blocks;
    }

    private static SortedSet<IpAddress> read(String words) throws GuestException {
        final SortedSet<IpAddress> addresses = new TreeSet<>();
        try {
            for (final String word : words.isEmpty() ? new String[0] : words.split(" +")) {
                addresses.add(IpAddress.parse(word));
            }
        } catch (final IllegalArgumentException e) {
            throw torn();
        }
        return addresses;
    }

    private static GuestException torn() {
        return new GuestException(
                Kind.UNSUITED, "the lines from '" + BEGIN + "' to '" + END + "' were changed; remove them by hand");
    }
}
