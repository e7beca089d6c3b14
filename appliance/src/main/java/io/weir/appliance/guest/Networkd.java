package io.weir.appliance.guest;

import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;

/**
 * systemd-networkd: a drop-in beside the device's {@code .network} file (systemd.network(5)).
 *
 * @param networkFile the {@code .network} file that configures the device, wherever it is
 */
record Networkd(String networkFile) implements NetworkConfiguration {
    @Override
    public String system() {
        return "networkd";
    }

    @Override
    public String path() {
        return "/etc/systemd/network" + networkFile.substring(networkFile.lastIndexOf('/')) + ".d/50-weir.conf";
    }

    @Override
    public boolean isOurs() {
        return true;
    }

    @Override
    public String keep(String text, SortedSet<IpAddress> addresses) {
        final List<String> lines = new ArrayList<>();
        for (final IpAddress address : addresses) {
            lines.add("[Address]");
            lines.add("Address=" + NetworkConfiguration.prefixed(address));
            if (!address.isV4()) {
                lines.add("PreferredLifetime=0");
                lines.add("DuplicateAddressDetection=none");
            }
        }
        return Block.append(text, addresses, lines);
    }
}
