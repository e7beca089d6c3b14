package io.weir.appliance.guest;

import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;

/**
 * netplan: a file of our own, whose addresses are added to the device's others (netplan-yaml, "addresses").
 *
 * @param kind the mapping that the device is in, for example {@code ethernets}
 * @param id the device's name there
 * @param networkd whether it is systemd-networkd that netplan configures; NetworkManager takes no lifetime
 */
record Netplan(String kind, String id, boolean networkd) implements NetworkConfiguration {
    @Override
    public String system() {
        return "netplan";
    }

    @Override
    public String path() {
        return "/etc/netplan/99-weir.yaml";
    }

    @Override
    public boolean isOurs() {
        return true;
    }

    @Override
    public String mode() {
        return "600";
    }

    @Override
    public String afterwards() {
        return """
                command -v netplan >/dev/null || exit 0
                root=$(mktemp -d) && mkdir "$root/etc" && cp -a /etc/netplan "$root/etc" || exit 1
                if [ -d /run/netplan ]; then mkdir "$root/run" && cp -a /run/netplan "$root/run"; fi
                netplan generate --root-dir "$root"
                status=$?
                rm -rf "$root"
                exit $status
                """;
    }

    @Override
    public String keep(String text, SortedSet<IpAddress> addresses) {
        final List<String> lines = new ArrayList<>(
                List.of("network:", "  version: 2", "  " + kind + ":", "    \"" + id + "\":", "      addresses:"));
        for (final IpAddress address : addresses) {
            final boolean deprecated = networkd && !address.isV4();
            lines.add("        - \"" + NetworkConfiguration.prefixed(address) + "\"" + (deprecated ? ":" : ""));
            if (deprecated) {
                lines.add("            lifetime: 0");
            }
        }
        return Block.append(text, addresses, lines);
    }
}
