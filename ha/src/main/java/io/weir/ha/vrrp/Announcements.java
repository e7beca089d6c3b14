package io.weir.ha.vrrp;

import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * When a master announces its addresses: at once, five times more every second, for a frame may be lost and a switch
 * busy, and then every minute. HA thread only.
 */
public final class Announcements implements AutoCloseable {
    private static final int REPEATS = 5;
    private static final long REPEAT_NS = 1_000_000_000L;
    private static final long REFRESH_NS = 60_000_000_000L;

    private final Map<Integer, AddressAnnouncer> announcers;
    private Map<Integer, List<IpAddress>> addresses = Map.of();
    private boolean master;
    private int done;
    private long dueNs;
    private long begunNs;

    /**
     * @param announcers one for each port of the node, by its index
     */
    public Announcements(Map<Integer, AddressAnnouncer> announcers) {
        this.announcers = Map.copyOf(announcers);
    }

    /**
     * What there is to announce, by port. A master announces at once what is new, and goes on as before.
     *
     * @param wanted for ports that have an announcer
     */
    public void addresses(Map<Integer, List<IpAddress>> wanted) {
        Map<Integer, List<IpAddress>> before = addresses;
        addresses = Map.copyOf(wanted);
        if (master) {
            addresses.forEach((port, list) -> {
                Set<IpAddress> known = new HashSet<>(before.getOrDefault(port, List.of()));
                List<IpAddress> fresh = new ArrayList<>(list);
                fresh.removeAll(known);
                announcers.get(port).announce(fresh);
            });
            done = 0; // the repetitions are for the new ones, too
        }
    }

    /** The node has become master: announces all at once. */
    public void begin(long nowNs) {
        master = true;
        begunNs = nowNs;
        done = 0;
        announce(nowNs);
    }

    /** The node is master, and another one may have announced the addresses, too: begins anew, once a second at most. */
    public void renew(long nowNs) {
        if (master && nowNs - begunNs >= REPEAT_NS) {
            begin(nowNs);
        }
    }

    /** The node is master no more. */
    public void end() {
        master = false;
    }

    /** Announces when it is time to. */
    public void tick(long nowNs) {
        if (master && nowNs - dueNs >= 0) {
            done++;
            announce(nowNs);
        }
    }

    private void announce(long nowNs) {
        dueNs = nowNs + (done < REPEATS ? REPEAT_NS : REFRESH_NS);
        addresses.forEach((port, list) -> announcers.get(port).announce(list));
    }

    @Override
    public void close() {
        announcers.values().forEach(AddressAnnouncer::close);
    }
}
