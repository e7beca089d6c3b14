package io.weir.appliance.hypervisor;

import io.netty.buffer.ByteBuf;
import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * What an entry for replies to one client matches, on one switch. Two entries with the same place are one.
 *
 * @param inPort number of the guest's port
 * @param tcp TCP, else UDP
 * @param virtual source address
 * @param guestPort source port
 * @param client destination address
 * @param clientPort destination port; 0: any
 */
record ClientPlace(int inPort, boolean tcp, IpAddress virtual, int guestPort, IpAddress client, int clientPort) {
    /** For all connections of a client. */
    static final int GENERAL = 38_000;
    /** For one connection of it. */
    static final int SINGLE = 38_100;

    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int MATCH_OXM = 1;
    private static final int MATCH_HEADER = 4;
    private static final int OXM_HEADER = 4;

    /** The entry that gives replies a virtual port. */
    FlowEntry entry(int virtualPort) {
        boolean v4 = virtual.isV4();
        Oxm source = tcp ? Oxm.TCP_SRC : Oxm.UDP_SRC;
        List<Field> match = new ArrayList<>(List.of(
                Field.of(Oxm.IN_PORT, inPort),
                Field.of(Oxm.ETH_TYPE, v4 ? HypervisorFlows.IPV4 : HypervisorFlows.IPV6),
                Field.of(v4 ? Oxm.IPV4_SRC : Oxm.IPV6_SRC, virtual),
                Field.of(v4 ? Oxm.IPV4_DST : Oxm.IPV6_DST, client),
                Field.of(Oxm.IP_PROTO, tcp ? TCP : UDP),
                Field.of(source, guestPort)));
        if (clientPort != 0) {
            match.add(Field.of(tcp ? Oxm.TCP_DST : Oxm.UDP_DST, clientPort));
        }
        return new FlowEntry(0, clientPort == 0 ? GENERAL : SINGLE, match, restore(tcp, guestPort, virtualPort));
    }

    /** What is done to a reply. */
    static List<Action> restore(boolean tcp, int guestPort, int virtualPort) {
        Action normal = new Action.Normal();
        return guestPort == virtualPort
                ? List.of(normal)
                : List.of(new Action.Set(Field.of(tcp ? Oxm.TCP_SRC : Oxm.UDP_SRC, virtualPort)), normal);
    }

    /**
     * Reads the match of an entry that a switch tells of (OpenFlow 1.3.5 §7.2.3).
     *
     * @param frame a message
     * @param at where the match begins in it
     * @param end where the entry ends
     * @return null when it matches anything else, or is cut off
     */
    static ClientPlace read(ByteBuf frame, int at, int end) {
        if (end - at < MATCH_HEADER || frame.getUnsignedShort(at) != MATCH_OXM) {
            return null;
        }
        int stop = at + frame.getUnsignedShort(at + 2);
        if (stop > end) {
            return null;
        }
        Words words = new Words();
        for (int next = at + MATCH_HEADER; next < stop; ) {
            if (stop - next < OXM_HEADER) {
                return null;
            }
            int header = frame.getInt(next);
            int length = header & 0xff;
            next += OXM_HEADER;
            if (stop - next < length || !words.take(header, frame, next)) {
                return null;
            }
            next += length;
        }
        return words.place();
    }

    /** The port by which a packet came in: the one field that a message about a packet always has; -1 when it has not. */
    static int inPort(ByteBuf frame, int at, int end) {
        boolean has = end - at >= MATCH_HEADER + OXM_HEADER + Integer.BYTES
                && frame.getInt(at + MATCH_HEADER) == Oxm.IN_PORT.header();
        return has ? frame.getInt(at + MATCH_HEADER + OXM_HEADER) : -1;
    }

    private static IpAddress address(ByteBuf frame, int at, boolean v4) {
        return v4 ? IpAddress.ofV4(frame.getInt(at)) : new IpAddress(frame.getLong(at), frame.getLong(at + 8));
    }

    /** The fields met so far. */
    private static final class Words {
        private int inPort = -1;
        private int protocol;
        private int guestPort;
        private int clientPort;
        private IpAddress virtual;
        private IpAddress client;

        /** Whether an entry for a client has this field, without a mask. */
        private boolean take(int header, ByteBuf frame, int at) {
            if (header == Oxm.IN_PORT.header()) {
                inPort = frame.getInt(at);
            } else if (header == Oxm.IP_PROTO.header()) {
                protocol = frame.getUnsignedByte(at);
            } else if (header == Oxm.IPV4_SRC.header() || header == Oxm.IPV6_SRC.header()) {
                virtual = address(frame, at, header == Oxm.IPV4_SRC.header());
            } else if (header == Oxm.IPV4_DST.header() || header == Oxm.IPV6_DST.header()) {
                client = address(frame, at, header == Oxm.IPV4_DST.header());
            } else if (header == Oxm.TCP_SRC.header() || header == Oxm.UDP_SRC.header()) {
                guestPort = frame.getUnsignedShort(at);
            } else if (header == Oxm.TCP_DST.header() || header == Oxm.UDP_DST.header()) {
                clientPort = frame.getUnsignedShort(at);
            } else {
                return header == Oxm.ETH_TYPE.header();
            }
            return true;
        }

        private ClientPlace place() {
            boolean whole = inPort >= 0
                    && (protocol == TCP || protocol == UDP)
                    && guestPort != 0
                    && virtual != null
                    && client != null
                    && virtual.isV4() == client.isV4();
            return whole ? new ClientPlace(inPort, protocol == TCP, virtual, guestPort, client, clientPort) : null;
        }
    }
}
