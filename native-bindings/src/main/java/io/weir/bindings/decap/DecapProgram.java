package io.weir.bindings.decap;

import io.weir.bindings.bpf.BpfMap;
import io.weir.bindings.bpf.BpfProgram;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Collection;

/**
 * An XDP program that takes the outer header off packets that come through a tunnel to one of some addresses, so that the
 * kernel gets the inner packet as if it had come by itself: for a real server without tunnel devices.
 *
 * <p>It knows IP in IP (RFC 2003, RFC 2473, RFC 4213), GRE (RFC 2784; a key and a sequence number, RFC 2890, are passed over
 * unread) and generic UDP encapsulation (draft-ietf-intarea-gue, variants 0 and 1, data messages), IPv4 or IPv6 in either.
 * What it does not understand is left to the kernel as it is: fragments of outer packets, outer IPv6 extension headers, GRE
 * with routing, GUE control messages. Outer checksums of UDP and GRE are not looked at: what is inside has its own.
 *
 * <p>Congestion marks survive (RFC 6040): an outer CE becomes an inner one, and a packet whose inner header says that its ends
 * do not know of ECN is dropped, as such a mark means.
 */
public final class DecapProgram {
    /** What {@code bpftool prog} shows: tells it from programs of others. */
    public static final String NAME = "weir_decap";

    /** UDP port of generic UDP encapsulation. */
    public static final int GUE_PORT = 6080;

    private static final int KEY_SIZE = 16;

    private DecapProgram() {}

    /**
     * Loads it.
     *
     * @param addresses outer destinations, of this host
     * @param guePort UDP port, usually {@link #GUE_PORT}
     * @throws io.weir.bindings.NativeException when the kernel refuses
     */
    public static BpfProgram load(Collection<InetAddress> addresses, int guePort) {
        try (BpfMap map =
                BpfMap.create(BpfMap.Type.HASH, NAME, KEY_SIZE, Integer.BYTES, Math.max(1, addresses.size()))) {
            addresses.forEach(address -> map.put(key(address), new byte[] {1, 0, 0, 0}));
            return BpfProgram.load(BpfProgram.Type.XDP, NAME, new DecapCode(map, guePort).assemble());
        }
    }

    /** An IPv6 address, or an IPv4 one in its IPv6 form. */
    private static byte[] key(InetAddress address) {
        byte[] bytes = address.getAddress();
        byte[] key = new byte[KEY_SIZE];
        if (address instanceof Inet4Address) {
            key[10] = (byte) 0xff;
            key[11] = (byte) 0xff;
        }
        System.arraycopy(bytes, 0, key, KEY_SIZE - bytes.length, bytes.length);
        return key;
    }
}
