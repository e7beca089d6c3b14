package io.weir.appliance.hypervisor;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Which entries for clients one switch has, and what has to be done until it has those that it should. */
final class ClientTable {
    /** Does it. */
    interface Orders {
        /** Adds an entry, in place of the one that is there. */
        void add(ClientPlace place, int virtualPort);

        /** Deletes an entry. */
        void delete(ClientPlace place, int virtualPort);
    }

    private final Map<ClientPlace, Integer> present = new HashMap<>(); // virtual ports
    private final Orders orders;

    ClientTable(Orders orders) {
        this.orders = orders;
    }

    /** Nothing is known any more. */
    void forget() {
        present.clear();
    }

    /** The switch has this one. */
    void found(ClientPlace place, int virtualPort) {
        present.put(place, virtualPort);
    }

    /** The switch has removed this one, or has not taken it. */
    void lost(ClientPlace place) {
        present.remove(place);
    }

    /** How many it has. */
    int present() {
        return present.size();
    }

    /**
     * What the switch has becomes a part of what it should have.
     *
     * @param ports the switch's ports by name
     */
    void inheritTo(ClientCalls calls, Map<String, Integer> ports) {
        Map<Integer, String> names = new HashMap<>();
        ports.forEach((name, number) -> names.put(number, name));
        present.forEach((place, virtualPort) -> {
            String port = names.get(place.inPort());
            if (port != null) {
                Outlet outlet = new Outlet(port, place.tcp(), place.virtual(), place.guestPort());
                calls.inherit(new ClientEntry(outlet, place.client(), place.clientPort(), virtualPort));
            }
        });
    }

    /** Adds what is missing, then deletes what is too much. */
    void converge(ClientCalls calls, Map<String, Integer> ports) {
        Set<ClientPlace> wanted = new HashSet<>();
        calls.forEach(entry -> {
            Integer inPort = ports.get(entry.outlet().port());
            if (inPort != null) {
                ClientPlace place = entry.place(inPort);
                wanted.add(place);
                put(place, entry.virtualPort());
            }
        });
        for (ClientPlace place : Set.copyOf(present.keySet())) {
            if (!wanted.contains(place)) {
                take(place);
            }
        }
    }

    /** There is to be an entry; nothing happens where there is no such port. */
    void add(ClientEntry entry, Map<String, Integer> ports) {
        Integer inPort = ports.get(entry.outlet().port());
        if (inPort != null) {
            put(entry.place(inPort), entry.virtualPort());
        }
    }

    /** There is to be one no more. */
    void remove(ClientEntry entry, Map<String, Integer> ports) {
        Integer inPort = ports.get(entry.outlet().port());
        if (inPort != null) {
            take(entry.place(inPort));
        }
    }

    private void put(ClientPlace place, int virtualPort) {
        Integer before = present.put(place, virtualPort);
        if (before == null || before != virtualPort) {
            orders.add(place, virtualPort);
        }
    }

    private void take(ClientPlace place) {
        Integer virtualPort = present.remove(place);
        if (virtualPort != null) {
            orders.delete(place, virtualPort);
        }
    }
}
