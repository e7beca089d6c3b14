package io.weir.appliance.node;

import io.weir.bindings.netlink.Link;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Devices without which a node serves nobody. */
final class DeviceLinks {
    private DeviceLinks() {}

    /** What is wrong with any of them, for people; empty: nothing. */
    static List<String> hindrances(Collection<String> devices, Collection<Link> links) {
        Map<String, Link> byName = new HashMap<>();
        links.forEach(link -> byName.put(link.name(), link));
        List<String> hindrances = new ArrayList<>();
        for (String device : devices) {
            Link link = byName.get(device);
            if (link == null) {
                hindrances.add("device %s is gone".formatted(device));
            } else if (!link.up()) {
                hindrances.add("device %s is down".formatted(device));
            } else if (!link.carrier()) {
                hindrances.add("device %s has no carrier".formatted(device));
            }
        }
        return List.copyOf(hindrances);
    }
}
