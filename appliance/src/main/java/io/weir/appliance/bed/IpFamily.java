package io.weir.appliance.bed;

import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/**
 * The bed's address plan, once for each version of IP: that of the LVS article's example, and its like in IPv6.
 *
 * <p>What the article names keeps its address; the rest is added around it: routers at .9, a third host at .77, a far
 * client and a far server behind the routers.
 */
public enum IpFamily {
    /** Addresses of the article. */
    IPV4("", 24, 32, "202.103.106.5", "202.100.1.", "172.16.0.", "198.51.100.", "172.17.0."),
    /** Made up after them. */
    IPV6("6", 64, 128, "2001:db8:106::5", "2001:db8:100::", "fd00:172:16::", "2001:db8:198::", "fd00:172:17::");

    private final String suffix;
    private final int prefixLength;
    private final int hostLength;
    private final String vip;
    private final String front;
    private final String back;
    private final String farFront;
    private final String farBack;

    IpFamily(
            String suffix,
            int prefixLength,
            int hostLength,
            String vip,
            String front,
            String back,
            String farFront,
            String farBack) {
        this.suffix = suffix;
        this.prefixLength = prefixLength;
        this.hostLength = hostLength;
        this.vip = vip;
        this.front = front;
        this.back = back;
        this.farFront = farFront;
        this.farBack = farBack;
    }

    /** The virtual address. */
    public String vip() {
        return vip;
    }

    /** A host of the clients' network; the node is 1 (of two nodes, each 11 and 12, the master), the client 2, the edge router 9, the third host 77. */
    public String front(int host) {
        return front + host;
    }

    /** A host of the servers' network; the node is 1, the servers 2 and 3, the inner router 9. */
    public String back(int host) {
        return back + host;
    }

    /** A host of the network behind the edge router, which is 1; the far client is 2. */
    public String farFront(int host) {
        return farFront + host;
    }

    /** A host of the network behind the inner router, which is 1; the far server is 2. */
    public String farBack(int host) {
        return farBack + host;
    }

    /** The network that an address of the plan lies in, for example {@code 172.16.0.0/24}. */
    public String network(String address) {
        int end = Math.max(address.lastIndexOf('.'), address.lastIndexOf(':')) + 1;
        return address.substring(0, end) + (this == IPV4 ? "0" : "") + "/" + prefixLength;
    }

    /** An address with its network's prefix length, as {@code ip address add} wants it. */
    public String withPrefix(String address) {
        return address + "/" + prefixLength;
    }

    /** An address as a network of one. */
    public String alone(String address) {
        return address + "/" + hostLength;
    }

    /** The option of {@code ip} that chooses the version. */
    public String option() {
        return this == IPV4 ? "-4" : "-6";
    }

    /** A service's name in this version: IPv6 adds a 6. */
    public String named(String service) {
        return service + suffix;
    }

    /** Bytes of the IP header without options. */
    public int headerLength() {
        return this == IPV4 ? 20 : 40;
    }

    /** Address and port as text: {@code 172.16.0.3:8000}, {@code [fd00:172:16::3]:8000}. */
    public String endpoint(String address, int port) {
        return this == IPV4 ? address + ":" + port : "[" + address + "]:" + port;
    }

    /** The socket address of a port of the virtual address. */
    public InetSocketAddress vip(int port) {
        return socketAddress(vip, port);
    }

    /** The socket address of a port of an address of the plan. */
    public static InetSocketAddress socketAddress(String address, int port) {
        return new InetSocketAddress(address(address), port);
    }

    /** An address of the plan; nothing is resolved. */
    public static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new UncheckedIOException(literal, e);
        }
    }
}
