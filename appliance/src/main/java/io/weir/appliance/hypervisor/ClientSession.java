package io.weir.appliance.hypervisor;

import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.projectfloodlight.openflow.protocol.OFMessage;

/**
 * The part of a conversation with a switch that is about single clients: keeps its entries in step with
 * {@link ClientCalls}, and sends on replies that came before their entry. The I/O thread's.
 */
final class ClientSession implements ClientTable.Orders {
    private static final int REMOVED_REASON = 18;
    private static final int REMOVED_COOKIE = 8;
    private static final int REMOVED_MATCH = 48;
    private static final int IDLE_TIMEOUT = 0;
    private static final int PACKET_COOKIE = 16;
    private static final int PACKET_MATCH = 24;
    private static final int PACKET_PAD = 2;

    private final HostClients clients;
    private final Map<String, Integer> ports;
    private final int owner;
    private final int idleSeconds;
    private final IntSupplier xids;
    private final Consumer<OFMessage> out;
    private final ClientTable table = new ClientTable(this);
    private final Map<Long, ClientPlace> asked = new HashMap<>(); // by xid, until the barrier
    private boolean writes;
    private boolean deleted;

    /**
     * @param clients of the hypervisor
     * @param ports the switch's ports by name, which others change
     * @param owner in the cookies
     * @param idleSeconds after which the switch removes an entry by itself
     * @param xids numbers of messages
     * @param out where they go
     */
    ClientSession(
            HostClients clients,
            Map<String, Integer> ports,
            int owner,
            int idleSeconds,
            IntSupplier xids,
            Consumer<OFMessage> out) {
        this.clients = clients;
        this.ports = ports;
        this.owner = owner;
        this.idleSeconds = idleSeconds;
        this.xids = xids;
        this.out = out;
    }

    /** The switch is about to tell what it has, or this node may not write. */
    void pause() {
        writes = false;
        table.forget();
    }

    /** It has this entry, of which the match lies there in the message. */
    void found(long cookie, ByteBuf frame, int match, int end) {
        ClientPlace place = ClientPlace.read(frame, match, end);
        if (place != null) {
            table.found(place, ClientEntry.virtualPort(cookie));
        }
    }

    /** All that it has is known. */
    void begin() {
        table.inheritTo(clients.calls(), ports);
        writes = true;
    }

    /** Puts everything right. */
    void converge() {
        table.converge(clients.calls(), ports);
    }

    /** There is to be an entry. */
    void add(ClientEntry entry) {
        if (writes) {
            table.add(entry, ports);
        }
    }

    /** There is to be one no more. */
    void remove(ClientEntry entry) {
        if (writes) {
            table.remove(entry, ports);
        }
    }

    @Override
    public void add(ClientPlace place, int virtualPort) {
        int xid = xids.getAsInt();
        asked.put((long) xid, place);
        long cookie = ClientEntry.cookie(owner, place.clientPort(), virtualPort);
        out.accept(OpenFlow.addForClient(place.entry(virtualPort), cookie, idleSeconds, xid));
    }

    @Override
    public void delete(ClientPlace place, int virtualPort) {
        deleted = true;
        long cookie = ClientEntry.cookie(owner, place.clientPort(), virtualPort);
        out.accept(OpenFlow.deleteStrictly(place.entry(virtualPort), cookie, xids.getAsInt()));
    }

    /** Whether something was asked for that no barrier has confirmed. */
    boolean isBusy() {
        return deleted || !asked.isEmpty();
    }

    /** The switch has done all that was asked. */
    void confirmed() {
        asked.clear();
        deleted = false;
    }

    /** The switch has refused something; what, when it was an entry for a client, else null. */
    ClientPlace refused(long xid) {
        ClientPlace place = asked.remove(xid);
        if (place != null) {
            table.lost(place);
        }
        return place;
    }

    /** How many entries it has. */
    int present() {
        return table.present();
    }

    /** The switch has removed an entry (OpenFlow 1.3.5 §7.4.2). */
    void removed(ByteBuf frame) {
        int at = frame.readerIndex();
        if (frame.readableBytes() < REMOVED_MATCH || frame.getUnsignedByte(at + REMOVED_REASON) != IDLE_TIMEOUT) {
            return; // by us, or by others
        }
        long cookie = frame.getLong(at + REMOVED_COOKIE);
        ClientPlace place = ClientPlace.read(frame, at + REMOVED_MATCH, frame.writerIndex());
        if (cookie >>> 48 != owner || place == null) {
            return;
        }
        table.lost(place);
        String port = name(place.inPort());
        if (port != null) {
            Outlet outlet = new Outlet(port, place.tcp(), place.virtual(), place.guestPort());
            clients.calls()
                    .idle(new ClientEntry(outlet, place.client(), place.clientPort(), ClientEntry.virtualPort(cookie)));
        }
    }

    /** The switch has no entry for a packet (OpenFlow 1.3.5 §7.4.1). */
    void packet(ByteBuf frame, long nowNs) {
        int match = frame.readerIndex() + PACKET_MATCH;
        int end = frame.writerIndex();
        if (end - match < Integer.BYTES || frame.getLong(frame.readerIndex() + PACKET_COOKIE) >>> 48 != owner) {
            return;
        }
        int padded = frame.getUnsignedShort(match + 2) + 7 & ~7;
        int inPort = ClientPlace.inPort(frame, match, end);
        int data = match + padded + PACKET_PAD;
        if (inPort >= 0 && data < end) {
            clients.early().take(inPort, name(inPort), frame.slice(data, end - data), nowNs);
        }
    }

    /** Sends a reply on, with the port that its client called. */
    void send(int inPort, ByteBuf frame, boolean tcp, int guestPort, int virtualPort) {
        if (writes) {
            out.accept(
                    OpenFlow.packet(inPort, frame, ClientPlace.restore(tcp, guestPort, virtualPort), xids.getAsInt()));
        }
    }

    private String name(int number) {
        return ports.entrySet().stream()
                .filter(port -> port.getValue() == number)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }
}
