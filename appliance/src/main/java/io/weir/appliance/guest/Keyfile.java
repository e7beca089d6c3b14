package io.weir.appliance.guest;

import io.weir.appliance.guest.GuestException.Kind;
import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * NetworkManager: more addresses in the keyfile of the device's connection (nm-settings-keyfile(5)). NetworkManager writes
 * the file itself when somebody changes the connection, and then keeps the addresses and loses our comments.
 *
 * @param path the keyfile
 */
record Keyfile(String path) implements NetworkConfiguration {
    private static final Pattern ADDRESS = Pattern.compile("^address(?:es)?(\\d+)[ \\t]*=", Pattern.MULTILINE);
    private static final Pattern METHOD = Pattern.compile("^method[ \\t]*=[ \\t]*(\\S*)", Pattern.MULTILINE);
    private static final Set<String> METHODS = Set.of("auto", "manual", "dhcp", "");

    @Override
    public String system() {
        return "networkmanager";
    }

    @Override
    public String mode() {
        return "600";
    }

    @Override
    public String keep(String text, SortedSet<IpAddress> addresses) throws GuestException {
        String kept = text;
        for (final boolean v4 : new boolean[] {true, false}) {
            final SortedSet<IpAddress> family =
                    new TreeSet<>(addresses.stream().filter(a -> a.isV4() == v4).toList());
            if (!family.isEmpty()) {
                kept = keep(kept, v4 ? "ipv4" : "ipv6", family);
            }
        }
        return kept;
    }

    private String keep(String text, String name, SortedSet<IpAddress> addresses) throws GuestException {
        final Matcher header = Pattern.compile("^\\[" + name + "][ \\t]*(?:\\n|\\z)", Pattern.MULTILINE)
                .matcher(text);
        if (!header.find()) {
            final List<String> lines = new ArrayList<>(List.of("[" + name + "]"));
            lines.addAll(lines(addresses, 1));
            lines.add("method=auto");
            return Block.append(text, addresses, lines);
        }
        final int next = text.indexOf("\n[", header.end() - 1);
        final String section = text.substring(header.end(), next < header.end() ? text.length() : next);
        final String method = Optional.of(METHOD.matcher(section))
                .filter(Matcher::find)
                .map(m -> m.group(1))
                .orElse("");
        if (!METHODS.contains(method)) {
            throw new GuestException(Kind.UNSUITED, path + ": [" + name + "] method=" + method + " takes no addresses");
        }
        final int highest = ADDRESS.matcher(section)
                .results()
                .mapToInt(match -> Integer.parseInt(match.group(1)))
                .max()
                .orElse(0);
        return Block.insert(text, header.end(), addresses, lines(addresses, highest + 1));
    }

    private static List<String> lines(SortedSet<IpAddress> addresses, int first) {
        final int[] number = {first};
        return addresses.stream()
                .map(address -> "address" + number[0]++ + "=" + NetworkConfiguration.prefixed(address))
                .toList();
    }

    @Override
    public String release(String text, SortedSet<IpAddress> addresses) throws GuestException {
        final String rest = Block.remove(text);
        if (!rest.equals(text) || addresses.isEmpty()) {
            return rest;
        }
        final String any = addresses.stream()
                .map(address -> Pattern.quote(NetworkConfiguration.prefixed(address)))
                .collect(Collectors.joining("|"));
        return Pattern.compile(
                        "^address(?:es)?\\d+[ \\t]*=[ \\t]*(?:" + any + ")[;, \\t]*(?:\\n|\\z)", Pattern.MULTILINE)
                .matcher(text)
                .replaceAll("");
    }

    @Override
    public String afterwards() {
        return "command -v nmcli >/dev/null || exit 0; nmcli connection load \"$1\" || :";
    }
}
