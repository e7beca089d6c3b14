package io.weir.bindings.steering;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;

/** The classifier once more in plain Java, written for clarity, to compare the programs with. */
final class ReferenceClassifier {
    final Set<AddressKey> owned = new HashSet<>();
    final Set<AddressKey> local = new HashSet<>();
    final Set<AddressKey> nat = new HashSet<>();
    final Set<AddressKey> fullNat = new HashSet<>();
    final Set<AddressKey> tunnelEnds = new HashSet<>();
    final Set<Endpoint> servers = new HashSet<>();
    private final NatPorts natPorts;
    private final long seed;
    private final int workers;

    private enum Part {
        WHOLE,
        LATER_FRAGMENT,
        UNKNOWN
    }

    /** @param payload offset of what follows the IP header and its extensions */
    private record Packet(byte[] source, byte[] destination, int protocol, Part part, int payload, boolean v6) {
        boolean is(int wanted) {
            return part == Part.WHOLE && protocol == wanted;
        }

        boolean isTransport() {
            return is(Endpoint.TCP) || is(Endpoint.UDP);
        }
    }

    ReferenceClassifier(NatPorts natPorts, long seed, int workers) {
        this.natPorts = natPorts;
        this.seed = seed;
        this.workers = workers;
    }

    /** The owning worker's index when the frame is ours. */
    OptionalInt classify(byte[] f) {
        if (f.length < 14) {
            return OptionalInt.empty();
        }
        int type = u16(f, 12);
        int at = 14;
        if (type == 0x8100) {
            if (f.length < 18) {
                return OptionalInt.empty();
            }
            type = u16(f, 16);
            at = 18;
        }
        return switch (type) {
            case 0x0806 -> arp(f, at);
            case 0x0800 -> packet(f, ipv4(f, at));
            case 0x86dd -> packet(f, ipv6(f, at));
            default -> OptionalInt.empty();
        };
    }

    private OptionalInt arp(byte[] f, int at) {
        boolean ethernetAndIpv4 =
                f.length >= at + 28 && u16(f, at) == 1 && u16(f, at + 2) == 0x0800 && f[at + 4] == 6 && f[at + 5] == 4;
        return ethernetAndIpv4 && owned.contains(key(bytes(f, at + 24, 4)))
                ? ownerOf(bytes(f, at + 14, 4), 0)
                : OptionalInt.empty();
    }

    private OptionalInt packet(byte[] f, Packet p) {
        if (p == null || !p.v6 && (p.destination[0] & 0xff) >= 224) {
            return OptionalInt.empty();
        }
        boolean multicast = p.v6 && p.destination[0] == (byte) 0xff;
        if (!multicast && owned.contains(key(p.destination))) {
            return client(f, p);
        }
        if (p.v6 && p.is(58) && f.length > p.payload && (f[p.payload] & 0xff) == 135) {
            return f.length >= p.payload + 24 && owned.contains(key(bytes(f, p.payload + 8, 16)))
                    ? ownerOf(p.source, 0)
                    : OptionalInt.empty();
        }
        if (multicast) {
            return OptionalInt.empty();
        }
        boolean held = local.contains(key(p.destination));
        if (p.part == Part.LATER_FRAGMENT) {
            boolean fromServer =
                    servers.stream().anyMatch(s -> AddressKey.of(s.address()).equals(key(p.source)));
            boolean toNat = nat.contains(key(p.destination)) && fullNat.contains(key(p.source));
            return toNat || fromServer && !held ? ownerOf(p.destination, 0) : OptionalInt.empty();
        }
        if (p.isTransport() && f.length >= p.payload + 4) {
            int from = u16(f, p.payload);
            int to = u16(f, p.payload + 2);
            if (nat.contains(key(p.destination)) && natPorts.contains(to)) {
                return isServer(p.source, from, p.protocol)
                        ? OptionalInt.of(natPorts.owner(to, workers))
                        : OptionalInt.empty();
            }
            return !held && isServer(p.source, from, p.protocol) ? ownerOf(p.destination, to) : OptionalInt.empty();
        }
        Packet quoted = quoted(f, p);
        if (quoted != null && held && isTunnelled(quoted)) {
            return ownerOf(quoted.source, 0);
        }
        if (quoted != null && quoted.isTransport() && f.length >= quoted.payload + 4) {
            int from = u16(f, quoted.payload);
            int to = u16(f, quoted.payload + 2);
            if (nat.contains(key(p.destination)) && natPorts.contains(from)) {
                return isServer(quoted.destination, to, quoted.protocol)
                        ? OptionalInt.of(natPorts.owner(from, workers))
                        : OptionalInt.empty();
            }
            return !held && isServer(quoted.destination, to, quoted.protocol)
                    ? ownerOf(quoted.source, from)
                    : OptionalInt.empty();
        }
        return OptionalInt.empty();
    }

    /** Whether it carries another packet, or may, to where a tunnel of the engine's ends. */
    private boolean isTunnelled(Packet p) {
        return tunnelEnds.contains(key(p.destination)) && (p.is(4) || p.is(41) || p.is(47) || p.is(Endpoint.UDP));
    }

    /** The client of a packet to an owned address. */
    private OptionalInt client(byte[] f, Packet p) {
        if (p.isTransport()) {
            return ownerOf(p.source, f.length >= p.payload + 4 ? u16(f, p.payload) : 0);
        }
        Packet quoted = quoted(f, p);
        if (quoted != null) {
            boolean ports = quoted.isTransport() && f.length >= quoted.payload + 4;
            return ownerOf(quoted.destination, ports ? u16(f, quoted.payload + 2) : 0);
        }
        return ownerOf(p.source, 0);
    }

    private static Packet quoted(byte[] f, Packet p) {
        if (f.length < p.payload + 8) {
            return null;
        }
        int type = f[p.payload] & 0xff;
        if (!p.v6 && p.is(1) && (type == 3 || type == 4 || type == 11 || type == 12)) {
            return ipv4(f, p.payload + 8);
        }
        return p.v6 && p.is(58) && type >= 1 && type <= 4 ? ipv6(f, p.payload + 8) : null;
    }

    private static Packet ipv4(byte[] f, int at) {
        if (f.length < at + 20 || f[at] >>> 4 != 4 || (f[at] & 15) < 5) {
            return null;
        }
        Part part = (u16(f, at + 6) & 0x1fff) == 0 ? Part.WHOLE : Part.LATER_FRAGMENT;
        int payload = at + 4 * (f[at] & 15);
        return new Packet(bytes(f, at + 12, 4), bytes(f, at + 16, 4), f[at + 9] & 0xff, part, payload, false);
    }

    private static Packet ipv6(byte[] f, int at) {
        if (f.length < at + 40 || f[at] >>> 4 != 6) {
            return null;
        }
        int protocol = f[at + 6] & 0xff;
        int next = at + 40;
        Part part = Part.WHOLE;
        for (int i = 0; i < 4 && part == Part.WHOLE; i++) {
            boolean fragment = protocol == 44;
            if (!fragment && protocol != 0 && protocol != 43 && protocol != 60) {
                break;
            }
            if (f.length < next + 8) {
                part = Part.UNKNOWN;
            } else if (fragment && (u16(f, next + 2) & 0xfff8) != 0) {
                part = Part.LATER_FRAGMENT;
            } else {
                protocol = f[next] & 0xff;
                next += fragment ? 8 : 8 * ((f[next + 1] & 0xff) + 1);
            }
        }
        return new Packet(bytes(f, at + 8, 16), bytes(f, at + 24, 16), protocol, part, next, true);
    }

    private boolean isServer(byte[] address, int port, int protocol) {
        return servers.contains(new Endpoint(address(address), port, protocol))
                || servers.contains(new Endpoint(address(address), 0, protocol));
    }

    private OptionalInt ownerOf(byte[] address, int port) {
        byte[] key = key(address).bytes();
        return OptionalInt.of(FlowHash.owner(FlowHash.hash(seed, long64(key, 0), long64(key, 8), port), workers));
    }

    private static AddressKey key(byte[] address) {
        return AddressKey.of(address(address));
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static byte[] bytes(byte[] f, int from, int length) {
        return Arrays.copyOfRange(f, from, from + length);
    }

    private static int u16(byte[] f, int at) {
        return (f[at] & 0xff) << 8 | f[at + 1] & 0xff;
    }

    private static long long64(byte[] f, int at) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | f[at + i] & 0xff;
        }
        return value;
    }
}
