package io.weir.scheduler;

/**
 * An address and a port.
 *
 * @param address the address
 * @param port 0 to 65535
 */
public record Endpoint(IpAddress address, int port) implements Comparable<Endpoint> {
    /** Checks the port's range. */
    public Endpoint {
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not in 0 to 65535");
        }
    }

    /**
     * Reads {@code 192.0.2.1:80} or {@code [2001:db8::1]:80}.
     *
     * @param text the literal; no names
     * @return the endpoint
     * @throws IllegalArgumentException if it is no such literal; the message says why
     */
    public static Endpoint parse(String text) {
        final int colon = text.lastIndexOf(':');
        if (colon < 0 || text.endsWith("]")) {
            throw new IllegalArgumentException(
                    "'" + text + "' has no port: ADDRESS:PORT or [ADDRESS]:PORT is expected");
        }
        final String host = text.substring(0, colon);
        final boolean bracketed = host.startsWith("[") && host.endsWith("]");
        if (!bracketed && host.indexOf(':') >= 0) {
            throw new IllegalArgumentException("'" + text + "': an IPv6 address with a port is written [ADDRESS]:PORT");
        }
        final IpAddress address = IpAddress.parse(bracketed ? host.substring(1, host.length() - 1) : host);
        if (bracketed && host.indexOf(':') < 0) {
            throw new IllegalArgumentException("'" + text + "': only an IPv6 address is written in brackets");
        }
        return new Endpoint(address, parsePort(text.substring(colon + 1), text));
    }

    private static int parsePort(String digits, String whole) {
        int port = 0;
        for (int i = 0; i < digits.length(); i++) {
            final char c = digits.charAt(i);
            port = c >= '0' && c <= '9' && port <= 65535 ? port * 10 + (c - '0') : 65536;
        }
        if (digits.isEmpty() || port > 65535 || (digits.length() > 1 && digits.charAt(0) == '0')) {
            throw new IllegalArgumentException("'" + whole + "': port '" + digits + "' is no number in 0 to 65535");
        }
        return port;
    }

    @Override
    public int compareTo(Endpoint other) {
        final int byAddress = address.compareTo(other.address);
        return byAddress != 0 ? byAddress : Integer.compare(port, other.port);
    }

    /** {@return the text that {@link #parse} reads} */
    @Override
    public String toString() {
        return address.isV4() ? address + ":" + port : "[" + address + "]:" + port;
    }
}
