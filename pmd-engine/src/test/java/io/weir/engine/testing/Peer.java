package io.weir.engine.testing;

import io.weir.scheduler.IpAddress;

/** One end of a conversation. */
public record Peer(IpAddress address, int port) {
    /** An address literal and a port. */
    public static Peer of(String address, int port) {
        return new Peer(IpAddress.parse(address), port);
    }

    /** The same host on another port. */
    public Peer withPort(int other) {
        return new Peer(address, other);
    }

    /** Whether it is an IPv6 one. */
    public boolean isV6() {
        return !address.isV4();
    }

    /** The address as it is on the wire: 4 or 16 bytes. */
    public byte[] wire() {
        byte[] bytes = new byte[isV6() ? 16 : 4];
        for (int i = 0; i < bytes.length; i++) {
            int shift = (bytes.length - 1 - i) * 8;
            bytes[i] = (byte) (shift < 64 ? address.lo() >>> shift : address.hi() >>> shift - 64);
        }
        return bytes;
    }

    @Override
    public String toString() {
        return (isV6() ? "[" + address + "]" : address) + ":" + port;
    }
}
