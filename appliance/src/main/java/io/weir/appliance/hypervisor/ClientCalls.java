package io.weir.appliance.hypervisor;

import io.weir.scheduler.IpAddress;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Which clients are in conversation with the guests of one hypervisor, and so which entries its switch needs under
 * {@code hypervisor.flows = client}. The I/O thread's.
 *
 * <p>All connections of a client to one {@link Outlet} rest on one entry where the outlet stands for one virtual port. Where it
 * stands for several, each connection has an entry of its own: a client may call a second virtual port at any time, and
 * the entry of the first would be there before the second's.
 *
 * <p><b>Inherited entries</b> are those that a switch had when this node became its master: connections of the node
 * before may need them. They stay until the switch has seen no packet of theirs for as long as a connection may be idle.
 */
final class ClientCalls {
    /** Told which entries come and go. */
    interface Changes {
        void add(ClientEntry entry);

        void remove(ClientEntry entry);
    }

    /** A connection that rests on an entry. */
    private static final class Call {
        private final int worker;
        private boolean stale;

        private Call(int worker) {
            this.worker = worker;
        }
    }

    private record Key(Outlet outlet, IpAddress client, int clientPort) {
        private ClientEntry entry(int virtualPort) {
            return new ClientEntry(outlet, client, clientPort, virtualPort);
        }
    }

    private static final class Caller {
        private final int virtualPort;
        private final Map<Integer, Call> calls = new HashMap<>(4); // by the client's port
        private boolean inherited;

        private Caller(int virtualPort) {
            this.virtualPort = virtualPort;
        }

        private boolean isNeeded() {
            return inherited || !calls.isEmpty();
        }
    }

    private final int limit;
    private final Changes changes;
    private final Map<Key, Caller> callers = new HashMap<>();
    private Map<Outlet, Boolean> outlets = Map.of();
    private long refused;

    /**
     * @param limit entries at most
     * @param changes told of each
     */
    ClientCalls(int limit, Changes changes) {
        this.limit = limit;
        this.changes = changes;
    }

    /**
     * From now on these outlets have entries for clients; those of others, and of outlets that are another now, are forgotten.
     *
     * @param now whether an outlet stands for several virtual ports
     */
    void outlets(Map<Outlet, Boolean> now) {
        Map<Outlet, Boolean> before = outlets;
        outlets = Map.copyOf(now);
        callers.keySet().removeIf(key -> !now.containsKey(key.outlet) || now.get(key.outlet) != before.get(key.outlet));
    }

    /** Null when there are none for this outlet. */
    private Key key(Outlet outlet, IpAddress client, int clientPort) {
        Boolean shared = outlets.get(outlet);
        return shared == null ? null : new Key(outlet, client, shared ? clientPort : 0);
    }

    /** A connection has begun, or is known to be there. */
    void begun(Outlet outlet, IpAddress client, int clientPort, int virtualPort, int worker) {
        Key key = key(outlet, client, clientPort);
        if (key == null) {
            return;
        }
        Caller caller = callers.get(key);
        if (caller != null && caller.virtualPort != virtualPort) { // the end of the one before has not been told yet
            remove(key);
            caller = null;
        }
        if (caller == null) {
            if (callers.size() >= limit) {
                refused++;
                return;
            }
            caller = new Caller(virtualPort);
            callers.put(key, caller);
            changes.add(key.entry(virtualPort));
        }
        caller.calls.put(clientPort, new Call(worker));
    }

    private void remove(Key key) {
        changes.remove(key.entry(callers.remove(key).virtualPort));
    }

    /** A connection has ended. */
    void ended(Outlet outlet, IpAddress client, int clientPort, int virtualPort) {
        Key key = key(outlet, client, clientPort);
        Caller caller = callers.get(key);
        if (caller != null && caller.virtualPort == virtualPort) {
            caller.calls.remove(clientPort);
            if (!caller.isNeeded()) {
                remove(key);
            }
        }
    }

    /**
     * The switch has an entry of ours.
     *
     * @return whether it stays; if not, another is in its place, or nobody needs it
     */
    boolean inherit(ClientEntry entry) {
        Boolean shared = outlets.get(entry.outlet());
        if (shared == null || shared != (entry.clientPort() != 0)) {
            return false;
        }
        Key key = new Key(entry.outlet(), entry.client(), entry.clientPort());
        Caller caller = callers.computeIfAbsent(key, k -> new Caller(entry.virtualPort()));
        boolean same = caller.virtualPort == entry.virtualPort();
        caller.inherited |= same;
        return same;
    }

    /** The switch has removed an entry that no packet has used for long; it is made again if a connection needs it. */
    void idle(ClientEntry entry) {
        Key key = key(entry.outlet(), entry.client(), entry.clientPort());
        Caller caller = callers.get(key);
        if (caller == null || caller.virtualPort != entry.virtualPort() || key.clientPort != entry.clientPort()) {
            return;
        }
        caller.inherited = false;
        if (caller.isNeeded()) {
            changes.add(entry);
        } else {
            callers.remove(key);
        }
    }

    /** A worker is about to tell of all its flows. */
    void startOver(int worker) {
        callers.values().forEach(caller -> caller.calls.values().forEach(call -> call.stale |= call.worker == worker));
    }

    /** It has; what it has not told of is no more. */
    void settle(int worker) {
        for (Iterator<Map.Entry<Key, Caller>> each = callers.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<Key, Caller> entry = each.next();
            Caller caller = entry.getValue();
            boolean some = caller.calls.values().removeIf(call -> call.stale && call.worker == worker);
            if (some && !caller.isNeeded()) {
                each.remove();
                changes.remove(entry.getKey().entry(caller.virtualPort));
            }
        }
    }

    /** A worker's flows are another node's now: their entries stay. */
    void disown(int worker) {
        callers.values()
                .forEach(caller -> caller.inherited |= caller.calls.values().removeIf(call -> call.worker == worker));
    }

    /** Nothing is inherited: the switch is asked what it has. */
    void forgetInherited() {
        callers.values().removeIf(caller -> {
            caller.inherited = false;
            return !caller.isNeeded();
        });
    }

    /** All entries that there should be. */
    void forEach(Consumer<ClientEntry> action) {
        callers.forEach((key, caller) -> action.accept(key.entry(caller.virtualPort)));
    }

    /** The virtual port that a client has called; 0 when that is not known. */
    int virtualPort(Outlet outlet, IpAddress client, int clientPort) {
        Caller caller = callers.get(key(outlet, client, clientPort));
        return caller != null && (caller.inherited || caller.calls.containsKey(clientPort)) ? caller.virtualPort : 0;
    }

    /** How many entries there should be. */
    int entries() {
        return callers.size();
    }

    /** How many connections have no entry, since there were too many. */
    long refused() {
        return refused;
    }
}
