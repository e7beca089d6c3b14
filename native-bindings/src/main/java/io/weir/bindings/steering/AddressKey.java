package io.weir.bindings.steering;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Arrays;

/**
 * A map's key in the form that a collection can hold.
 *
 * <pre>
 *  0               8               16    18      19   20
 * +---------------+---------------+-----+-------+----+
 * | IPv6 address, or ::ffff:a.b.c.d | port | proto | 0  |   port and the rest: servers only
 * +---------------+---------------+-----+-------+----+
 * </pre>
 */
record AddressKey(byte[] bytes) {
    static final int ADDRESS_SIZE = 16;
    static final int SERVER_SIZE = 20;

    static AddressKey of(InetAddress address) {
        return new AddressKey(fill(new byte[ADDRESS_SIZE], address));
    }

    static AddressKey of(Endpoint server) {
        byte[] key = fill(new byte[SERVER_SIZE], server.address());
        key[16] = (byte) (server.port() >>> 8);
        key[17] = (byte) server.port();
        key[18] = (byte) server.protocol();
        return new AddressKey(key);
    }

    private static byte[] fill(byte[] key, InetAddress address) {
        byte[] bytes = address.getAddress();
        if (address instanceof Inet4Address) {
            key[10] = (byte) 0xff;
            key[11] = (byte) 0xff;
        }
        System.arraycopy(bytes, 0, key, ADDRESS_SIZE - bytes.length, bytes.length);
        return key;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AddressKey key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }
}
