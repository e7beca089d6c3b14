package io.weir.perf.pipeline;

import io.weir.bindings.Mem;
import io.weir.bindings.steering.FlowHash;
import io.weir.engine.packet.Ethernet;
import io.weir.engine.packet.FrameWriter;
import io.weir.engine.packet.Ipv4;
import io.weir.engine.packet.Ipv6;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.FramePool;
import io.weir.engine.port.MemoryPort;
import io.weir.engine.worker.InMemoryNode;
import io.weir.scheduler.IpAddress;

/**
 * A number of TCP flows through an in-memory node, each from a client endpoint of its own: opens them by a full
 * handshake, remembers which server each got, and writes packets of either direction.
 */
final class FlowPopulation {
    private static final FrameWriter.Path FROM_CLIENT =
            new FrameWriter.Path(InMemoryNode.CLIENT_MAC, InMemoryNode.FRONT_MAC);
    private static final FrameWriter.Path FROM_SERVER =
            new FrameWriter.Path(InMemoryNode.SERVER_MAC, InMemoryNode.BACK_MAC);
    private static final int PORTS = 60_000;
    private static final int FIRST_PORT = 2_000;

    private final InMemoryNode node;
    private final IpAddress virtual;
    private final int virtualPort;
    private final long clientHi;
    private final long clientBase;
    private final int flows;
    private final int workers;
    private final byte[] serverOf;
    private final long[] serverHi;
    private final long[] serverLo;
    private final int[] serverPort;

    FlowPopulation(InMemoryNode node, int workers, Farm farm, int flows) {
        this.node = node;
        this.workers = workers;
        this.virtual = farm.virtual();
        this.virtualPort = Farm.PORT;
        this.flows = flows;
        this.serverOf = new byte[flows];
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

    int size() {
        return flows;
    }

    /** Opens all flows: SYN, SYN-ACK, ACK. */
    void open() {
        for (int flow = 0; flow < flows; flow++) {
            exchange(flow);
        }
    }

    /** The worker that owns a flow. */
    int owner(int flow) {
        return FlowHash.owner(node.hasher().hash(clientHi, clientLo(flow), clientPort(flow)), workers);
    }

    /** Opens some flows. */
    void open(int[] some) {
        for (int flow : some) {
            exchange(flow);
        }
    }

    private void exchange(int flow) {
        int worker = owner(flow);
        FramePool pool = node.store().pool(worker);
        long frame = pool.allocate();
        pass(worker, InMemoryNode.FRONT, frame, fromClient(frame, flow, Transport.SYN), InMemoryNode.BACK);
        MemoryPort back = node.port(worker, InMemoryNode.BACK);
        serverOf[flow] = serverOfFrame(back.sentAddress());
        drain(worker);
        frame = pool.allocate();
        int length = fromServer(frame, flow, Transport.SYN | Transport.ACK);
        pass(worker, InMemoryNode.BACK, frame, length, InMemoryNode.FRONT);
        drain(worker);
        frame = pool.allocate();
        pass(worker, InMemoryNode.FRONT, frame, fromClient(frame, flow, Transport.ACK), InMemoryNode.BACK);
        drain(worker);
    }

    private void pass(int worker, int in, long frame, int length, int out) {
        MemoryPort port = node.port(worker, in);
        port.inject(frame, length, 0);
        port.publish();
        node.worker(worker).doWork();
        if (node.port(worker, out).sent() != 1) {
            throw new IllegalStateException("a packet of the set-up was not forwarded");
        }
    }

    private byte serverOfFrame(long frame) {
        long ip = frame + Ethernet.HEADER;
        boolean v4 = virtual.isV4();
        long lo = v4 ? Ipv4.mapped(Mem.getIntBe(ip + Ipv4.DESTINATION)) : Mem.getLongBe(ip + Ipv6.DESTINATION + 8);
        int port = Mem.getU16Be(ip + (v4 ? Ipv4.HEADER : Ipv6.HEADER) + Transport.DESTINATION_PORT);
        for (int s = 0; s < serverLo.length; s++) {
            if (serverLo[s] == lo && serverPort[s] == port) {
                return (byte) s;
            }
        }
        throw new IllegalStateException("forwarded to no server of the pool");
    }

    /** Takes everything out of the far sides of the first worker and gives the frames back. Returns how many. */
    int drain() {
        return drain(0);
    }

    /** The same of any worker: on its thread, if it has one. */
    int drain(int worker) {
        FramePool pool = node.store().pool(worker);
        int taken = 0;
        for (int p = 0; p < 2; p++) {
            MemoryPort port = node.port(worker, p);
            for (int n = port.sent(); n > 0; n--) {
                pool.release(port.sentAddress());
                port.takeSent();
                taken++;
            }
        }
        return taken;
    }

    /** Writes a client's segment without payload: the shortest frame there is. */
    int fromClient(long frame, int flow, int flags) {
        return FrameWriter.tcp(
                frame,
                FROM_CLIENT,
                clientHi,
                clientLo(flow),
                clientPort(flow),
                virtual.hi(),
                virtual.lo(),
                virtualPort,
                flags,
                1000,
                2000,
                0);
    }

    /** Writes a segment of the flow's server. */
    int fromServer(long frame, int flow, int flags) {
        int server = serverOf[flow];
        return FrameWriter.tcp(
                frame,
                FROM_SERVER,
                serverHi[server],
                serverLo[server],
                serverPort[server],
                clientHi,
                clientLo(flow),
                clientPort(flow),
                flags,
                2000,
                1000,
                0);
    }

    private long clientLo(int flow) {
        return clientBase + flow / PORTS;
    }

    private static int clientPort(int flow) {
        return FIRST_PORT + flow % PORTS;
    }
}
