package io.weir.appliance.guest;

import io.weir.appliance.guest.GuestException.Kind;
import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code ifcfg-DEVICE}: variables of Red Hat's network scripts and NetworkManager's ifcfg-rh plug-in
 * (nm-settings-ifcfg-rh(5)), or of SUSE's wicked (ifcfg(5)).
 *
 * @param path the file
 */
record Ifcfg(String path) implements NetworkConfiguration {
    private static final String RED_HAT = "/etc/sysconfig/network-scripts/";
    private static final Pattern NUMBERED = Pattern.compile("^[ \\t]*IPADDR(\\d*)=", Pattern.MULTILINE);

    @Override
    public String system() {
        return "ifcfg";
    }

    @Override
    public String keep(String text, SortedSet<IpAddress> addresses) throws GuestException {
        return Block.append(text, addresses, path.startsWith(RED_HAT) ? redHat(text, addresses) : suse(addresses));
    }

    private List<String> redHat(String text, SortedSet<IpAddress> addresses) throws GuestException {
        final List<String> lines = new ArrayList<>();
        int number = NUMBERED.matcher(text)
                .results()
                .mapToInt(match -> match.group(1).isEmpty() ? 0 : Integer.parseInt(match.group(1)))
                .max()
                .orElse(0);
        final List<String> v6 = new ArrayList<>();
        for (final IpAddress address : addresses) {
            if (address.isV4()) {
                number++;
                lines.add("IPADDR" + number + "=" + address);
                lines.add("PREFIX" + number + "=32");
            } else {
                v6.add(NetworkConfiguration.prefixed(address));
            }
        }
        if (!v6.isEmpty()) {
            lines.addAll(redHatV6(text, v6));
        }
        return lines;
    }

    /** One variable has all of them; the last assignment counts, and readers that are no shell expand nothing. */
    private List<String> redHatV6(String text, List<String> addresses) throws GuestException {
        final String on = value(text, "IPV6INIT");
        if (on.equalsIgnoreCase("no")) {
            throw new GuestException(Kind.UNSUITED, path + ": IPV6INIT=no takes no addresses");
        }
        final List<String> lines = new ArrayList<>();
        if (on.isEmpty()) {
            lines.add("IPV6INIT=yes");
        }
        final String others = value(text, "IPV6ADDR_SECONDARIES");
        final String all = (others + " " + String.join(" ", addresses)).strip();
        lines.add("IPV6ADDR_SECONDARIES=\"" + all + "\"");
        return lines;
    }

    private static String value(String text, String name) {
        final Matcher matcher = Pattern.compile(
                        "^[ \\t]*" + name + "=[\"']?([^\"'\\n]*)[\"']?[ \\t]*$", Pattern.MULTILINE)
                .matcher(text);
        String value = "";
        while (matcher.find()) {
            value = matcher.group(1).strip();
        }
        return value;
    }

    private static List<String> suse(SortedSet<IpAddress> addresses) {
        final List<String> lines = new ArrayList<>();
        for (final IpAddress address : addresses) {
            lines.add("IPADDR_weir" + lines.size() + "='" + NetworkConfiguration.prefixed(address) + "'");
        }
        return lines;
    }
}
