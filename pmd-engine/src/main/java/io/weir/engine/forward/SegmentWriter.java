package io.weir.engine.forward;

import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;
import io.weir.engine.counters.WorkerCounters;
import io.weir.engine.packet.Checksum;
import io.weir.engine.packet.Ethernet;
import io.weir.engine.packet.Ipv4;
import io.weir.engine.packet.Ipv6;
import io.weir.engine.packet.TcpOptions;
import io.weir.engine.packet.Transport;
import io.weir.engine.service.NextHop;
import io.weir.engine.service.ServiceTable;

/**
 * Writes and sends the segments of connections that the node itself opens to real servers. Owned by one worker.
 *
 * <p>Set the fields, then send: they say between whom, and with which numbers.
 */
public final class SegmentWriter {
    private static final int WINDOW = 65535;
    private static final int SYN_OPTIONS = 12;
    private static final int SYN_OPTIONS_WITH_TIMESTAMPS = 20;
    private static final int ACK_OPTIONS_WITH_TIMESTAMPS = 12;

    private final Egress egress;
    private final WorkerCounters counters;

    /** Number of the local address. */
    public int local;
    /** Local port. */
    public int localPort;
    /** Slot of the server. */
    public int server;
    /** The server's port. */
    public int serverPort;

    public int seq;
    public int ack;
    /** Whether timestamps go with it. */
    public boolean timestamps;

    public int tsVal;
    public int tsEcr;

    /**
     * @param egress the worker's way out
     * @param counters the worker's counters
     */
    public SegmentWriter(Egress egress, WorkerCounters counters) {
        this.egress = egress;
        this.counters = counters;
    }

    /**
     * Sends a SYN that offers MSS, SACK, window scale and, if wanted, timestamps.
     *
     * @param mss maximum segment size; 0: what the link allows
     * @return whether it left
     */
    public boolean syn(ServiceTable table, PortFacts ports, int mss, int windowScale, Counter sent) {
        int options = timestamps ? SYN_OPTIONS_WITH_TIMESTAMPS : SYN_OPTIONS;
        long frame = egress.pool().allocate();
        if (frame == 0) {
            return false;
        }
        boolean v6 = !Ipv4.isMapped(table.serverHi(server), table.serverLo(server));
        long hop = table.nextHop(server);
        int headers = (v6 ? Ipv6.HEADER : Ipv4.HEADER) + Transport.TCP_HEADER;
        int offered = mss != 0 ? mss : ports.mtu()[NextHop.port(hop)] - headers;
        long at = tcp(frame, v6) + Transport.TCP_HEADER;
        Mem.putIntBe(at, TcpOptions.MSS << 24 | TcpOptions.MSS_LENGTH << 16 | offered & 0xffff);
        if (timestamps) {
            Mem.putIntBe(at + 4, 0x0402_080a); // SACK permitted, timestamps
            Mem.putIntBe(at + 8, tsVal);
            Mem.putIntBe(at + 12, 0);
        } else {
            Mem.putIntBe(at + 4, 0x0101_0402); // NOP, NOP, SACK permitted
        }
        Mem.putIntBe(at + options - 4, 0x0103_0300 | windowScale); // NOP, window scale
        return send(table, ports, frame, v6, Transport.SYN, options, WINDOW, sent);
    }

    /**
     * Sends an acknowledgement without payload.
     *
     * @param window as it is on the wire
     * @return whether it left
     */
    public boolean ack(ServiceTable table, PortFacts ports, int window, Counter sent) {
        long frame = egress.pool().allocate();
        if (frame == 0) {
            return false;
        }
        boolean v6 = !Ipv4.isMapped(table.serverHi(server), table.serverLo(server));
        long at = tcp(frame, v6) + Transport.TCP_HEADER;
        if (timestamps) {
            Mem.putIntBe(at, 0x0101_080a);
            Mem.putIntBe(at + 4, tsVal);
            Mem.putIntBe(at + 8, tsEcr);
        }
        int options = timestamps ? ACK_OPTIONS_WITH_TIMESTAMPS : 0;
        return send(table, ports, frame, v6, Transport.ACK, options, window, sent);
    }

    /**
     * Sends a RST with the sequence number, and nothing else.
     *
     * @return whether it left
     */
    public boolean rst(ServiceTable table, PortFacts ports, Counter sent) {
        long frame = egress.pool().allocate();
        if (frame == 0) {
            return false;
        }
        boolean v6 = !Ipv4.isMapped(table.serverHi(server), table.serverLo(server));
        return send(table, ports, frame, v6, Transport.RST, 0, 0, sent);
    }

    private static long tcp(long frame, boolean v6) {
        return frame + Ethernet.HEADER + (v6 ? Ipv6.HEADER : Ipv4.HEADER);
    }

    private boolean send(
            ServiceTable table,
            PortFacts ports,
            long frame,
            boolean v6,
            int flags,
            int options,
            int window,
            Counter sent) {
        long ip = frame + Ethernet.HEADER;
        long tcp = tcp(frame, v6);
        int length = Transport.TCP_HEADER + options;
        Mem.putU16Be(frame + Ethernet.TYPE, v6 ? Ethernet.TYPE_IPV6 : Ethernet.TYPE_IPV4);
        if (v6) {
            Ipv6.writeHeader(
                    ip,
                    Transport.TCP,
                    length,
                    Replies.TTL,
                    table.natHi(local),
                    table.natLo(local),
                    table.serverHi(server),
                    table.serverLo(server));
        } else {
            Replies.writeIpv4(ip, Transport.TCP, length, (int) table.natLo(local), (int) table.serverLo(server));
        }
        Mem.putIntBe(tcp, localPort << 16 | serverPort);
        Mem.putIntBe(tcp + Transport.TCP_SEQ, seq);
        Mem.putIntBe(tcp + Transport.TCP_ACK, (flags & Transport.ACK) != 0 ? ack : 0);
        Mem.putIntBe(tcp + Transport.TCP_DATA_OFFSET, length / 4 << 28 | flags << 16 | window);
        Mem.putIntBe(tcp + Transport.TCP_CHECKSUM, 0);
        Checksum.writeTransport(ip, tcp, Transport.TCP, Transport.TCP_CHECKSUM, length);
        int bytes = (int) (tcp + length - frame);
        if (!egress.forward(table.nextHop(server), frame, bytes, 0, 0, ports)) {
            return false;
        }
        counters.increment(sent);
        return true;
    }
}
