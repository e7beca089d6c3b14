package io.weir.appliance.node;

import io.weir.scheduler.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/** Between the JDK's addresses, which the bindings speak, and the engine's halves. */
final class Addresses {
    private Addresses() {}

    static InetAddress toInet(IpAddress address) {
        byte[] bytes = address.isV4()
                ? ByteBuffer.allocate(4).putInt((int) address.lo()).array()
                : ByteBuffer.allocate(16)
                        .putLong(address.hi())
                        .putLong(address.lo())
                        .array();
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("an address of " + bytes.length + " bytes", e);
        }
    }

    static IpAddress of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.capacity() == 4 ? IpAddress.ofV4(bytes.getInt()) : new IpAddress(bytes.getLong(), bytes.getLong());
    }
}
