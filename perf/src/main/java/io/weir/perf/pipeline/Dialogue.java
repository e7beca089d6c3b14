package io.weir.perf.pipeline;

import io.weir.bindings.Mem;
import io.weir.engine.packet.Ethernet;
import io.weir.engine.packet.FrameWriter;
import io.weir.engine.packet.Ipv4;
import io.weir.engine.packet.Ipv6;
import io.weir.engine.packet.Transport;
import io.weir.engine.worker.InMemoryNode;
import io.weir.scheduler.IpAddress;

/**
 * Writes the frames that clients and the servers of a {@link Farm} exchange through an {@link InMemoryNode}.
 *
 * <p>A client is a number from 0 to {@link #MOST_CLIENTS} − 1 and has an endpoint of its own: 60,000 ports of each
 * address, addresses counted up from 10.0.0.1 or 2001:db8:c::1.
 */
final class Dialogue {
    /** Ports of one client address that are used. */
    static final int PORTS = 60_000;

    /** The addresses stay in 10.0.0.0/8. */
    static final long MOST_CLIENTS = (1L << 23) * PORTS;

    private static final FrameWriter.Path FROM_CLIENT =
            new FrameWriter.Path(InMemoryNode.CLIENT_MAC, InMemoryNode.FRONT_MAC);
    private static final FrameWriter.Path FROM_SERVER =
            new FrameWriter.Path(InMemoryNode.SERVER_MAC, InMemoryNode.BACK_MAC);
    private static final int FIRST_PORT = 2_000;
    private static final int SEQ = 1000;
    private static final int ACK = 2000;

    private final IpAddress virtual;
    private final long clientHi;
    private final long clientBase;
    private final long[] serverHi;
    private final long[] serverLo;
    private final int[] serverPort;

    Dialogue(Farm farm) {
        this.virtual = farm.virtual();
        this.serverPort = farm.ports();
        IpAddress[] servers = farm.servers();
        this.serverHi = new long[servers.length];
        this.serverLo = new long[servers.length];
        for (int s = 0; s < servers.length; s++) {
            serverHi[s] = servers[s].hi();
            serverLo[s] = servers[s].lo();
        }
        IpAddress client = IpAddress.parse(virtual.isV4() ? "10.0.0.1" : "2001:db8:c::1");
        this.clientHi = client.hi();
        this.clientBase = client.lo();
    }

    long clientHi() {
        return clientHi;
    }

    long clientLo(long client) {
        return clientBase + client / PORTS;
    }

    static int clientPort(long client) {
        return FIRST_PORT + (int) (client % PORTS);
    }

    /** Writes a client's segment; returns the frame's length. */
    int fromClient(long frame, long client, int flags, int payload) {
        return FrameWriter.tcp(
                frame,
                FROM_CLIENT,
                clientHi,
                clientLo(client),
                clientPort(client),
                virtual.hi(),
                virtual.lo(),
                Farm.PORT,
                flags,
                SEQ,
                ACK,
                payload);
    }

    /** Writes a server's segment without payload; returns the frame's length. */
    int fromServer(long frame, int server, long client, int flags) {
        return FrameWriter.tcp(
                frame,
                FROM_SERVER,
                serverHi[server],
                serverLo[server],
                serverPort[server],
                clientHi,
                clientLo(client),
                clientPort(client),
                flags,
                ACK,
                SEQ,
                0);
    }

    /** Writes a client's datagram; returns the frame's length. */
    int datagram(long frame, long client, int payload) {
        return FrameWriter.udp(
                frame,
                FROM_CLIENT,
                clientHi,
                clientLo(client),
                clientPort(client),
                virtual.hi(),
                virtual.lo(),
                Farm.PORT,
                payload);
    }

    /**
     * Reads which server a client's forwarded frame goes to.
     *
     * @throws IllegalStateException when it is another client's, or goes to no server of the farm
     */
    int serverOf(long frame, long client) {
        long ip = frame + Ethernet.HEADER;
        boolean v4 = virtual.isV4();
        long l4 = ip + (v4 ? Ipv4.HEADER : Ipv6.HEADER);
        long lo = v4 ? Ipv4.mapped(Mem.getIntBe(ip + Ipv4.DESTINATION)) : Mem.getLongBe(ip + Ipv6.DESTINATION + 8);
        int port = Mem.getU16Be(l4 + Transport.DESTINATION_PORT);
        if (Mem.getU16Be(l4) != clientPort(client)) {
            throw new IllegalStateException("another client's packet was forwarded first");
        }
        for (int s = 0; s < serverLo.length; s++) {
            if (serverLo[s] == lo && serverPort[s] == port) {
                return s;
            }
        }
        throw new IllegalStateException("forwarded to no server of the farm");
    }
}
