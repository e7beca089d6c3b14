package io.weir.appliance.hypervisor;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Which entries of ours a switch has, by their cookies, and what has to be done until it has those that it should. */
final class EntryTable {
    private final int owner;
    private final Set<Long> present = new HashSet<>();

    EntryTable(int owner) {
        this.owner = owner;
    }

    /** Nothing is known any more. */
    void forget() {
        present.clear();
    }

    /** The switch has an entry with this cookie. */
    void found(long cookie) {
        if (cookie >>> 48 == owner) {
            present.add(cookie);
        }
    }

    /** The switch has not taken it. */
    void refused(FlowEntry entry) {
        present.remove(entry.cookie(owner));
    }

    /** How many it has. */
    int present() {
        return present.size();
    }

    /**
     * Adds what is missing, then deletes what is too much: an entry that only does something else is replaced in its
     * place, and no packet passes between the two.
     *
     * @return whether anything was done
     */
    boolean converge(List<FlowEntry> wanted, Consumer<FlowEntry> add, LongConsumer delete) {
        Map<Long, FlowEntry> cookies = new LinkedHashMap<>();
        wanted.forEach(entry -> cookies.put(entry.cookie(owner), entry));
        Set<Long> surplus = new HashSet<>(present);
        surplus.removeAll(cookies.keySet());
        boolean changed = !surplus.isEmpty();
        for (Map.Entry<Long, FlowEntry> each : cookies.entrySet()) {
            if (present.add(each.getKey())) {
                add.accept(each.getValue());
                changed = true;
            }
        }
        surplus.forEach(delete::accept);
        present.removeAll(surplus);
        return changed;
    }
}
