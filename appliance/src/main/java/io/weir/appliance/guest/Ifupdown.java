package io.weir.appliance.guest;

import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;

/**
 * ifupdown and its like: more {@code iface} stanzas of the device, which add to the others (interfaces(5)). They are in a
 * file of our own where the main one reads its directory.
 *
 * @param device its name
 * @param directory whether {@code /etc/network/interfaces.d} is read
 */
record Ifupdown(String device, boolean directory) implements NetworkConfiguration {
    @Override
    public String system() {
        return "ifupdown";
    }

    @Override
    public String path() {
        return directory ? "/etc/network/interfaces.d/weir" : "/etc/network/interfaces";
    }

    @Override
    public boolean isOurs() {
        return directory;
    }

    @Override
    public String keep(String text, SortedSet<IpAddress> addresses) {
        final List<String> lines = new ArrayList<>();
        for (final boolean v4 : new boolean[] {true, false}) {
            final List<IpAddress> family =
                    addresses.stream().filter(a -> a.isV4() == v4).toList();
            if (!family.isEmpty()) {
                lines.add("iface " + device + (v4 ? " inet manual" : " inet6 manual"));
            }
            for (final IpAddress address : family) {
                final String place = NetworkConfiguration.prefixed(address) + " dev " + device;
                lines.add("    up ip address replace " + place + (v4 ? "" : " nodad preferred_lft 0"));
                lines.add("    down ip address del " + place + " || true");
            }
        }
        return Block.append(text, addresses, lines);
    }
}
