package io.weir.appliance.hypervisor;

import io.weir.scheduler.IpAddress;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Which clients are in conversation with the guests of one hypervisor, and so which entries its switch needs under
 * {@code hypervisor.flows = client}. The I/O thread's.
 *
 * <p>All connections of a client to one {@link Outlet} share an entry, which gives replies the virtual port that the first
 * of them called. A connection that called another virtual port has an entry of its own, which also matches its port.
 *
 * <p><b>Inherited entries</b> are those that a switch had when this node became its master: connections of the node
 * before may need them. They stay until the switch has seen no packet of theirs for as long as a connection may be idle.
 */
final class ClientCalls {
    private static final int INHERITED = -1;

    /** Told which entries come and go. */
    interface Changes {
        void add(ClientEntry entry);

        void remove(ClientEntry entry);
    }

    private static final class Call {
        private final int virtualPort;
        private int worker;
        private boolean stale;

        private Call(int virtualPort, int worker) {
            this.virtualPort = virtualPort;
            this.worker = worker;
        }
    }

    /** One client at one outlet. */
    private static final class Caller {
        private final Map<Integer, Call> calls = new HashMap<>(4); // by the client's port
        private int general; // virtual port of the shared entry; 0: there is none
        private int sharing; // calls that rest on it
        private boolean inherited;

        private boolean isGone() {
            return general == 0 && calls.isEmpty();
        }
    }

    private record Key(Outlet outlet, IpAddress client) {}

    private final int limit;
    private final Changes changes;
    private final Map<Key, Caller> callers = new HashMap<>();
    private int entries;
    private long refused;

    /**
     * @param limit entries at most
     * @param changes told of each
     */
    ClientCalls(int limit, Changes changes) {
        this.limit = limit;
        this.changes = changes;
    }

    /** A connection has begun, or is known to be there. */
    void begun(Outlet outlet, IpAddress client, int clientPort, int virtualPort, int worker) {
        Key key = new Key(outlet, client);
        Caller caller = callers.get(key);
        Call known = caller == null ? null : caller.calls.get(clientPort);
        if (known != null && known.virtualPort == virtualPort) {
            known.worker = worker;
            known.stale = false;
            return;
        }
        if (known != null) { // two at once cannot be: the guest could not tell them apart
            ended(outlet, client, clientPort, known.virtualPort);
        }
        caller = callers.computeIfAbsent(key, k -> new Caller());
        if (entries >= limit && caller.general != virtualPort) {
            refused++;
        } else {
            begin(key, caller, clientPort, new Call(virtualPort, worker));
        }
        if (caller.isGone()) {
            callers.remove(key);
        }
    }

    private void begin(Key key, Caller caller, int clientPort, Call call) {
        if (caller.general == 0) {
            caller.general = call.virtualPort;
            caller.inherited = false;
            add(new ClientEntry(key.outlet, key.client, 0, call.virtualPort));
            shareFormerSingles(key, caller);
        }
        if (caller.general == call.virtualPort) {
            caller.sharing++;
        } else {
            add(new ClientEntry(key.outlet, key.client, clientPort, call.virtualPort));
        }
        caller.calls.put(clientPort, call);
    }

    private void add(ClientEntry entry) {
        entries++;
        changes.add(entry);
    }

    private void remove(ClientEntry entry) {
        entries--;
        changes.remove(entry);
    }

    /** A connection has ended. */
    void ended(Outlet outlet, IpAddress client, int clientPort, int virtualPort) {
        Key key = new Key(outlet, client);
        Caller caller = callers.get(key);
        Call call = caller == null ? null : caller.calls.get(clientPort);
        if (call != null && call.virtualPort == virtualPort) {
            end(key, caller, clientPort, call);
            if (caller.isGone()) {
                callers.remove(key);
            }
        }
    }

    private void end(Key key, Caller caller, int clientPort, Call call) {
        caller.calls.remove(clientPort);
        if (call.virtualPort != caller.general) {
            remove(new ClientEntry(key.outlet, key.client, clientPort, call.virtualPort));
        } else if (--caller.sharing == 0 && !caller.inherited) {
            caller.general = 0;
            remove(new ClientEntry(key.outlet, key.client, 0, call.virtualPort));
        }
    }

    /**
     * The switch has an entry of ours.
     *
     * @return whether it stays; if not, another is in its place, or nobody needs it
     */
    boolean inherit(ClientEntry entry) {
        Key key = new Key(entry.outlet(), entry.client());
        Caller caller = callers.computeIfAbsent(key, k -> new Caller());
        if (entry.clientPort() != 0) {
            Call known = caller.calls.get(entry.clientPort());
            if (known == null && caller.general != entry.virtualPort()) {
                caller.calls.put(entry.clientPort(), new Call(entry.virtualPort(), INHERITED));
                entries++;
                return true;
            }
            if (caller.isGone()) {
                callers.remove(key);
            }
            return known != null && known.virtualPort == entry.virtualPort() && caller.general != known.virtualPort;
        }
        if (caller.general == 0) {
            caller.general = entry.virtualPort();
            entries++;
            shareFormerSingles(key, caller);
        }
        caller.inherited = caller.general == entry.virtualPort();
        return caller.inherited;
    }

    /** Connections with entries of their own that the shared one serves as well. */
    private void shareFormerSingles(Key key, Caller caller) {
        for (Iterator<Map.Entry<Integer, Call>> each = caller.calls.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<Integer, Call> call = each.next();
            if (call.getValue().virtualPort == caller.general) {
                remove(new ClientEntry(key.outlet, key.client, call.getKey(), caller.general));
                if (call.getValue().worker == INHERITED) {
                    each.remove();
                } else {
                    caller.sharing++;
                }
            }
        }
    }

    /** The switch has removed an entry that no packet has used for long; it is made again if a connection needs it. */
    void idle(ClientEntry entry) {
        Key key = new Key(entry.outlet(), entry.client());
        Caller caller = callers.get(key);
        if (caller == null) {
            return;
        }
        if (entry.clientPort() != 0) {
            Call call = caller.calls.get(entry.clientPort());
            if (call == null || call.virtualPort != entry.virtualPort() || call.virtualPort == caller.general) {
                return;
            }
            if (call.worker == INHERITED) {
                caller.calls.remove(entry.clientPort());
                entries--;
            } else {
                changes.add(entry);
            }
        } else if (caller.general == entry.virtualPort()) {
            caller.inherited = false;
            if (caller.sharing == 0) {
                caller.general = 0;
                entries--;
            } else {
                changes.add(entry);
            }
        }
        if (caller.isGone()) {
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
            for (Map.Entry<Integer, Call> call : Map.copyOf(caller.calls).entrySet()) {
                if (call.getValue().stale && call.getValue().worker == worker) {
                    end(entry.getKey(), caller, call.getKey(), call.getValue());
                }
            }
            if (caller.isGone()) {
                each.remove();
            }
        }
    }

    /** A worker's flows are another node's now: their entries stay. */
    void disown(int worker) {
        for (Caller caller : callers.values()) {
            caller.calls.values().removeIf(call -> {
                if (call.worker != worker) {
                    return false;
                }
                if (call.virtualPort == caller.general) {
                    caller.inherited = true;
                    caller.sharing--;
                    return true;
                }
                call.worker = INHERITED;
                call.stale = false;
                return false;
            });
        }
    }

    /** Nothing of any other outlet is left; the entries of those are gone otherwise. */
    void retain(Set<Outlet> outlets) {
        if (callers.keySet().removeIf(key -> !outlets.contains(key.outlet))) {
            entries = 0;
            forEach(entry -> entries++);
        }
    }

    /** Nothing is inherited: the switch has none of it. */
    void forgetInherited() {
        for (Iterator<Caller> each = callers.values().iterator(); each.hasNext(); ) {
            Caller caller = each.next();
            caller.calls.values().removeIf(call -> call.worker == INHERITED);
            caller.inherited = false;
            if (caller.sharing == 0) {
                caller.general = 0;
            }
            if (caller.isGone()) {
                each.remove();
            }
        }
        entries = 0;
        forEach(entry -> entries++);
    }

    /** All entries that there should be. */
    void forEach(Consumer<ClientEntry> action) {
        callers.forEach((key, caller) -> {
            if (caller.general != 0) {
                action.accept(new ClientEntry(key.outlet, key.client, 0, caller.general));
            }
            caller.calls.forEach((port, call) -> {
                if (call.virtualPort != caller.general) {
                    action.accept(new ClientEntry(key.outlet, key.client, port, call.virtualPort));
                }
            });
        });
    }

    /** The virtual port that a client has called; 0 when that is not known. */
    int virtualPort(Outlet outlet, IpAddress client, int clientPort) {
        Caller caller = callers.get(new Key(outlet, client));
        if (caller == null) {
            return 0;
        }
        Call call = caller.calls.get(clientPort);
        return call != null ? call.virtualPort : caller.inherited ? caller.general : 0;
    }

    /** How many entries there should be. */
    int entries() {
        return entries;
    }

    /** How many connections have no entry, since there were too many. */
    long refused() {
        return refused;
    }
}
