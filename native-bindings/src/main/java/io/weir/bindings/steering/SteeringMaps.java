package io.weir.bindings.steering;

import io.weir.bindings.bpf.BpfMap;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the classifier knows: whose address is whose, and where the real servers are.
 *
 * <p>Each {@code replace…} call makes one set equal to what is wanted: what is new is added before what is gone is
 * removed, and what stays is not touched, so no frame of a service that stays is misjudged meanwhile. Repeating a call
 * changes nothing. All programs of a node share one instance. It remembers what it wrote, so nobody else may write to
 * the maps. For the control path; thread-safe.
 *
 * <p>In the kernel it is two hash maps: address → flags (one look-up tells all about a destination), and server
 * endpoint → 1.
 */
public final class SteeringMaps implements AutoCloseable {
    /** The engine's: a virtual address, or a gateway address that it answers for. */
    static final int OWNED = 1;
    /** Held by this host's kernel. */
    static final int LOCAL = 2;
    /** A local address for full NAT and replay; may be the kernel's too. */
    static final int NAT = 4;
    /** Some real server's. */
    static final int SERVER = 8;
    /** A real server's that knows its clients by NAT addresses. */
    static final int FULL_NAT = 16;
    /** Where a tunnel of the engine's ends. */
    static final int TUNNEL_END = 32;

    private static final int DEFAULT_ADDRESSES = 16_384;
    private static final int DEFAULT_SERVERS = 65_536;

    private final BpfMap addresses;
    private final BpfMap servers;
    private final Map<AddressKey, Integer> flags = new HashMap<>();
    private final Set<AddressKey> serverKeys = new HashSet<>();

    private SteeringMaps(BpfMap addresses, BpfMap servers) {
        this.addresses = addresses;
        this.servers = servers;
    }

    /** Empty maps with room for 16384 addresses and 65536 servers: about 8 MiB of kernel memory. */
    public static SteeringMaps create() {
        return create(DEFAULT_ADDRESSES, DEFAULT_SERVERS);
    }

    /**
     * Empty maps.
     *
     * @param maxAddresses room for virtual, local, NAT and server addresses together
     * @param maxServers room for server endpoints
     * @throws io.weir.bindings.NativeException when the kernel refuses
     */
    public static SteeringMaps create(int maxAddresses, int maxServers) {
        BpfMap addresses =
                BpfMap.create(BpfMap.Type.HASH, "weir_addresses", AddressKey.ADDRESS_SIZE, Integer.BYTES, maxAddresses);
        try {
            return new SteeringMaps(
                    addresses,
                    BpfMap.create(BpfMap.Type.HASH, "weir_servers", AddressKey.SERVER_SIZE, Integer.BYTES, maxServers));
        } catch (RuntimeException e) {
            addresses.close();
            throw e;
        }
    }

    /** Sets the virtual addresses, and the gateway addresses that the engine answers for. */
    public synchronized void replaceOwned(Collection<InetAddress> wanted) {
        replaceFlag(OWNED, keys(wanted));
    }

    /** Sets the addresses that this host's kernel holds; its subnets' broadcast addresses belong here too. */
    public synchronized void replaceLocal(Collection<InetAddress> wanted) {
        replaceFlag(LOCAL, keys(wanted));
    }

    /** Sets the NAT addresses. */
    public synchronized void replaceNat(Collection<InetAddress> wanted) {
        replaceFlag(NAT, keys(wanted));
    }

    /** Sets which of the real servers' addresses answer to NAT addresses: in fragments, too. */
    public synchronized void replaceFullNat(Collection<InetAddress> wanted) {
        replaceFlag(FULL_NAT, keys(wanted));
    }

    /** Sets where the engine's tunnels end. */
    public synchronized void replaceTunnelEnds(Collection<InetAddress> wanted) {
        replaceFlag(TUNNEL_END, keys(wanted));
    }

    /** Sets the real servers. */
    public synchronized void replaceServers(Collection<Endpoint> wanted) {
        Set<AddressKey> wantedKeys = new HashSet<>();
        Set<AddressKey> wantedAddresses = new HashSet<>();
        for (Endpoint server : wanted) {
            wantedKeys.add(AddressKey.of(server));
            wantedAddresses.add(AddressKey.of(server.address()));
        }
        difference(wantedAddresses, flagged(SERVER)).forEach(key -> set(key, SERVER));
        difference(wantedKeys, serverKeys).forEach(key -> {
            servers.put(key.bytes(), value(1));
            serverKeys.add(key);
        });
        difference(serverKeys, wantedKeys).forEach(key -> {
            servers.remove(key.bytes());
            serverKeys.remove(key);
        });
        difference(flagged(SERVER), wantedAddresses).forEach(key -> clear(key, SERVER));
    }

    BpfMap addresses() {
        return addresses;
    }

    BpfMap servers() {
        return servers;
    }

    @Override
    public void close() {
        addresses.close();
        servers.close();
    }

    private void replaceFlag(int flag, Set<AddressKey> wanted) {
        Set<AddressKey> present = flagged(flag);
        difference(wanted, present).forEach(key -> set(key, flag));
        difference(present, wanted).forEach(key -> clear(key, flag));
    }

    private void set(AddressKey key, int flag) {
        write(key, flags.getOrDefault(key, 0) | flag);
    }

    private void clear(AddressKey key, int flag) {
        write(key, flags.getOrDefault(key, 0) & ~flag);
    }

    private void write(AddressKey key, int value) {
        if (value == 0) {
            addresses.remove(key.bytes());
            flags.remove(key);
        } else {
            addresses.put(key.bytes(), value(value));
            flags.put(key, value);
        }
    }

    private Set<AddressKey> flagged(int flag) {
        Set<AddressKey> keys = new HashSet<>();
        flags.forEach((key, value) -> {
            if ((value & flag) != 0) {
                keys.add(key);
            }
        });
        return keys;
    }

    private static Set<AddressKey> keys(Collection<InetAddress> addresses) {
        Set<AddressKey> keys = new HashSet<>();
        addresses.forEach(address -> keys.add(AddressKey.of(address)));
        return keys;
    }

    private static List<AddressKey> difference(Set<AddressKey> from, Set<AddressKey> without) {
        return from.stream().filter(key -> !without.contains(key)).toList();
    }

    private static byte[] value(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
    }
}
