package io.weir.ha.bgp;

import io.weir.bindings.NativeException;
import io.weir.ha.HaCounter;
import io.weir.ha.HaCounters;
import io.weir.scheduler.IpAddress;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Keeps a {@link RouteTable} as it should be: at once when that changes, and again when another program has meddled. What
 * the kernel refuses is said once and tried again at the next {@link #resynchronise}. HA thread only.
 */
final class AnnouncedRoutes {
    private final RouteTable table;
    private final HaCounters counters;
    private final Consumer<String> reports;
    private Set<IpAddress> announced = Set.of();
    private String trouble = "";

    AnnouncedRoutes(RouteTable table, HaCounters counters, Consumer<String> reports) {
        this.table = table;
        this.counters = counters;
        this.reports = reports;
    }

    /** The addresses that have a route as far as is known; another set whenever they have changed. */
    Set<IpAddress> announced() {
        return announced;
    }

    /** What the kernel refused last; empty when it has done all. */
    Optional<String> trouble() {
        return trouble.isEmpty() ? Optional.empty() : Optional.of(trouble);
    }

    /** From now on exactly these. */
    void set(Set<IpAddress> wanted) {
        if (!wanted.equals(announced)) {
            change(wanted, announced);
        }
    }

    /** As {@link #set}, from what the table really has. */
    void resynchronise(Set<IpAddress> wanted) {
        Set<IpAddress> present;
        try {
            present = table.present();
        } catch (NativeException e) {
            refused(e);
            return;
        }
        for (IpAddress address : announced) {
            if (!present.contains(address) && wanted.contains(address)) {
                counters.increment(HaCounter.ROUTES_RESTORED);
                reports.accept("ha: the route to %s was gone, and is put back".formatted(address));
            }
        }
        change(wanted, present);
    }

    private void change(Set<IpAddress> wanted, Set<IpAddress> present) {
        Set<IpAddress> now = new LinkedHashSet<>(present);
        String before = trouble;
        trouble = "";
        for (IpAddress address : present) {
            if (!wanted.contains(address) && done(address, false)) {
                now.remove(address);
            }
        }
        for (IpAddress address : wanted) {
            if (!present.contains(address) && done(address, true)) {
                now.add(address);
            }
        }
        if (!trouble.isEmpty() && !trouble.equals(before)) {
            reports.accept("ha: " + trouble);
        }
        if (!now.equals(announced)) {
            tell(now);
            announced = now;
        }
    }

    private boolean done(IpAddress address, boolean add) {
        try {
            if (add) {
                table.add(address);
            } else {
                table.remove(address);
            }
            counters.increment(add ? HaCounter.ROUTES_ADDED : HaCounter.ROUTES_REMOVED);
            return true;
        } catch (NativeException e) {
            counters.increment(HaCounter.ROUTES_REFUSED);
            trouble = e.getMessage();
            return false;
        }
    }

    private void refused(NativeException e) {
        counters.increment(HaCounter.ROUTES_REFUSED);
        if (!e.getMessage().equals(trouble)) {
            trouble = e.getMessage();
            reports.accept("ha: " + trouble);
        }
    }

    private void tell(Set<IpAddress> now) {
        Set<IpAddress> added = new HashSet<>(now);
        added.removeAll(announced);
        Set<IpAddress> removed = new HashSet<>(announced);
        removed.removeAll(now);
        added.forEach(address -> reports.accept("ha: announced " + address));
        removed.forEach(address -> reports.accept("ha: withdrew " + address));
    }

    /** Withdraws everything, and forgets the table. */
    void close() {
        resynchronise(Set.of());
        table.close();
    }
}
