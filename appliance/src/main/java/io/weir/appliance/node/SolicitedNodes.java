package io.weir.appliance.node;

import io.weir.bindings.Errno;
import io.weir.bindings.raw.Ipv6Groups;
import io.weir.scheduler.IpAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The solicited-node groups (RFC 4291 §2.7.1) of the IPv6 addresses that the engine owns. Neighbour solicitations go to
 * them, and a device that is no member of a group does not let its frames in, nor does a switch that watches MLD send them.
 * Control thread only.
 */
final class SolicitedNodes implements AutoCloseable {
    private static final long GROUP_HI = 0xff02_0000_0000_0000L;
    private static final long GROUP_LO = 0x0000_0001_ff00_0000L;
    private static final long LOW_24 = 0xff_ffff;

    private record Group(int ifindex, long lo) {}

    private final Ipv6Groups groups = Ipv6Groups.open();
    private final int[] ifindexes;
    private final Reports reports;
    private final Set<Group> joined = new HashSet<>();
    private boolean told;

    SolicitedNodes(int[] ifindexes, Reports reports) {
        this.ifindexes = ifindexes;
        this.reports = reports;
    }

    /** Joins and leaves until these are the owned addresses, by port. */
    void update(Map<Integer, List<IpAddress>> owned) {
        Set<Group> wanted = new HashSet<>();
        owned.forEach((port, addresses) -> addresses.forEach(address -> {
            if (!address.isV4()) {
                wanted.add(new Group(ifindexes[port], GROUP_LO | address.lo() & LOW_24));
            }
        }));
        for (Group group : List.copyOf(joined)) {
            if (!wanted.contains(group)) {
                groups.leave(group.ifindex, GROUP_HI, group.lo);
                joined.remove(group);
            }
        }
        for (Group group : wanted) {
            if (!joined.contains(group)) {
                join(group);
            }
        }
    }

    private void join(Group group) {
        int result = groups.join(group.ifindex, GROUP_HI, group.lo);
        if (result == 0) {
            joined.add(group);
        } else if (!told) {
            told = true;
            reports.warn("neighbour solicitations for some IPv6 addresses may not arrive: joining their group: %s"
                    .formatted(Errno.describe(-result)));
        }
    }

    @Override
    public void close() {
        groups.close();
    }
}
