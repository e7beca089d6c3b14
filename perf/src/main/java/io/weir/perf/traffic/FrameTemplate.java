package io.weir.perf.traffic;

import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import io.weir.engine.packet.Checksum;
import io.weir.engine.packet.Ethernet;
import io.weir.engine.packet.FrameWriter;
import io.weir.engine.packet.Ipv4;
import io.weir.engine.packet.Ipv6;
import io.weir.engine.packet.Transport;

/**
 * A whole frame of one size, written once, from which every flow's frames are made: copied, addresses and ports put in,
 * checksums brought up to date by what changed (RFC 1624). The memory is the template's own until it is closed.
 */
public final class FrameTemplate implements AutoCloseable {
    private final NativeBlock block;
    private final FlowHeaders flows;
    private final boolean v4;
    private final boolean tcp;
    private final boolean stamped;
    private final int length;
    private final int payload;
    private final int ip;
    private final int transport;
    private final int checksum;

    /**
     * Writes the template.
     *
     * @param traffic addresses, ports and protocol
     * @param flows the flows' headers
     * @param sourceMac of the sending device
     * @param size with the check sequence; 0: as short as can be, without payload
     * @param flags of a TCP segment
     * @param stamp whether a stamp is wanted, if there is room
     */
    public FrameTemplate(Traffic traffic, FlowHeaders flows, long sourceMac, int size, int flags, boolean stamp) {
        this.flows = flows;
        this.v4 = traffic.source().isV4();
        this.tcp = traffic.protocol().isTcp();
        int headers = headers(v4, traffic.protocol());
        this.payload = size == 0 ? 0 : size - SizeMix.FCS - headers;
        this.ip = Ethernet.HEADER;
        this.transport = ip + (v4 ? Ipv4.HEADER : Ipv6.HEADER);
        this.checksum = transport + Transport.checksumOffset(traffic.protocol().number());
        this.block = new NativeBlock(Math.max(Ethernet.MIN_FRAME, headers + payload));
        this.stamped = stamp && payload >= Stamp.LENGTH;
        this.length = write(traffic, sourceMac, flags);
    }

    /** Bytes of the headers. */
    public static int headers(boolean v4, Protocol protocol) {
        return Ethernet.HEADER
                + (v4 ? Ipv4.HEADER : Ipv6.HEADER)
                + (protocol.isTcp() ? Transport.TCP_HEADER : Transport.UDP_HEADER);
    }

    private int write(Traffic traffic, long sourceMac, int flags) {
        FrameWriter.Path path = new FrameWriter.Path(sourceMac, traffic.destinationMac());
        AddressRange from = traffic.source();
        AddressRange to = traffic.destination();
        int sourcePort = traffic.sourcePorts().first();
        int destinationPort = traffic.destinationPorts().first();
        long at = block.address();
        return tcp
                ? FrameWriter.tcp(
                        at,
                        path,
                        from.hi(),
                        from.lo(0),
                        sourcePort,
                        to.hi(),
                        to.lo(0),
                        destinationPort,
                        flags,
                        0,
                        0,
                        payload)
                : FrameWriter.udp(
                        at, path, from.hi(), from.lo(0), sourcePort, to.hi(), to.lo(0), destinationPort, payload);
    }

    /** Bytes of the frame in memory. */
    public int length() {
        return length;
    }

    /** Bytes behind the transport header. */
    public int payload() {
        return payload;
    }

    /** Whether there is room for a stamp, and one is wanted. */
    public boolean isStamped() {
        return stamped;
    }

    /** A copy of the frame as it stands: of flow 0, with zeros for a stamp. */
    public byte[] bytes() {
        byte[] bytes = new byte[length];
        Mem.copy(block.address(), bytes, 0, length);
        return bytes;
    }

    /** Offset of the transport header. */
    public int transport() {
        return transport;
    }

    /** Offset of the transport checksum. */
    public int checksum() {
        return checksum;
    }

    /** Offset of the payload. */
    public int payloadAt() {
        return transport + (tcp ? Transport.TCP_HEADER : Transport.UDP_HEADER);
    }

    /**
     * Writes one frame.
     *
     * @param frame where
     * @param flow whose
     * @param seq TCP sequence number
     * @param ack TCP acknowledgement number
     * @param tag of the stamp, with the flow
     * @param sequence of the stamp
     * @param sentNs now
     * @param late of the stamp, encoded
     * @return its length
     */
    public int write(long frame, int flow, int seq, int ack, int tag, int sequence, long sentNs, int late) {
        Mem.copy(block.address(), frame, length);
        long delta = flows.transportDelta(flow);
        long ports = frame + transport;
        Mem.putIntBe(ports, flows.ports(flow));
        if (v4) {
            long header = frame + ip;
            Mem.putIntBe(header + Ipv4.SOURCE, flows.source(flow));
            Mem.putIntBe(header + Ipv4.DESTINATION, flows.destination(flow));
            Mem.putU16Be(
                    header + Ipv4.CHECKSUM,
                    Checksum.apply(Mem.getU16Be(header + Ipv4.CHECKSUM), flows.addressDelta(flow)));
        } else {
            Mem.putIntBe(frame + ip + Ipv6.SOURCE + 12, flows.source(flow));
            Mem.putIntBe(frame + ip + Ipv6.DESTINATION + 12, flows.destination(flow));
        }
        if (tcp) {
            Mem.putIntBe(ports + Transport.TCP_SEQ, seq);
            Mem.putIntBe(ports + Transport.TCP_ACK, ack);
            delta += Stamp.words(seq) + Stamp.words(ack);
        }
        if (stamped) {
            delta += Stamp.write(frame + payloadAt(), tag, sequence, sentNs, late);
        }
        int sum = Checksum.apply(Mem.getU16Be(frame + checksum), Checksum.fold(delta));
        Mem.putU16Be(frame + checksum, sum == 0 && !tcp ? 0xffff : sum);
        return length;
    }

    @Override
    public void close() {
        block.close();
    }
}
