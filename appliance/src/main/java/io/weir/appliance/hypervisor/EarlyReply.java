package io.weir.appliance.hypervisor;

import io.netty.buffer.ByteBuf;
import io.weir.scheduler.IpAddress;

/**
 * A reply that came to its switch before its entry did: what tells its flow.
 *
 * @param tcp TCP, else UDP
 * @param virtual source address
 * @param guestPort source port
 * @param client destination address
 * @param clientPort destination port
 */
record EarlyReply(boolean tcp, IpAddress virtual, int guestPort, IpAddress client, int clientPort) {
    private static final int ETHERNET = 14;
    private static final int TYPE = 12;
    private static final int TAG = 4;
    private static final int VLAN = 0x8100;
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;
    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int FRAGMENT_OFFSET = 0x1fff;
    private static final int PORTS = 4;
    private static final int TCP = 6;
    private static final int UDP = 17;

    /**
     * Reads a frame.
     *
     * @param frame the whole of it
     * @return null when it is anything else
     */
    static EarlyReply read(ByteBuf frame) {
        int at = frame.readerIndex();
        int end = frame.writerIndex();
        if (end - at < ETHERNET) {
            return null;
        }
        int type = frame.getUnsignedShort(at + TYPE);
        int ip = at + ETHERNET;
        if (type == VLAN && end - ip >= TAG) {
            type = frame.getUnsignedShort(ip + 2);
            ip += TAG;
        }
        return type == IPV4 ? v4(frame, ip, end) : type == IPV6 ? v6(frame, ip, end) : null;
    }

    private static EarlyReply v4(ByteBuf frame, int ip, int end) {
        if (end - ip < IPV4_HEADER || (frame.getUnsignedShort(ip + 6) & FRAGMENT_OFFSET) != 0) {
            return null;
        }
        int first = frame.getUnsignedByte(ip);
        int header = (first & 0xf) * Integer.BYTES;
        if (first >>> 4 != 4 || header < IPV4_HEADER) {
            return null;
        }
        return of(
                frame,
                frame.getUnsignedByte(ip + 9),
                IpAddress.ofV4(frame.getInt(ip + 12)),
                IpAddress.ofV4(frame.getInt(ip + 16)),
                ip + header,
                end);
    }

    private static EarlyReply v6(ByteBuf frame, int ip, int end) {
        if (end - ip < IPV6_HEADER || frame.getUnsignedByte(ip) >>> 4 != 6) {
            return null;
        }
        return of(
                frame,
                frame.getUnsignedByte(ip + 6),
                new IpAddress(frame.getLong(ip + 8), frame.getLong(ip + 16)),
                new IpAddress(frame.getLong(ip + 24), frame.getLong(ip + 32)),
                ip + IPV6_HEADER,
                end);
    }

    private static EarlyReply of(ByteBuf frame, int protocol, IpAddress virtual, IpAddress client, int ports, int end) {
        if (end - ports < PORTS || protocol != TCP && protocol != UDP) {
            return null;
        }
        return new EarlyReply(
                protocol == TCP, virtual, frame.getUnsignedShort(ports), client, frame.getUnsignedShort(ports + 2));
    }
}
