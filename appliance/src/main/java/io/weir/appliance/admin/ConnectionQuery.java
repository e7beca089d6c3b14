package io.weir.appliance.admin;

import io.weir.scheduler.Endpoint;
import io.weir.scheduler.IpAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which connections are wanted.
 *
 * @param limit so many at most
 * @param network address that the client's must begin with; empty: any
 * @param prefix so many bits of its 128 count
 * @param clientPort the client's port; -1: any
 * @param service the service's name; empty: any
 */
public record ConnectionQuery(
        int limit, Optional<IpAddress> network, int prefix, int clientPort, Optional<String> service) {
    static final Set<String> PARAMETERS = Set.of("limit", "client", "service");
    static final int MOST = 10_000;

    private static final int DEFAULT = 100;
    private static final int BITS = 128;
    private static final int V4_BITS = 32;

    /**
     * Reads the query's parameters.
     *
     * @throws ApiException 400 when one is wrong
     */
    static ConnectionQuery of(Map<String, String> query) throws ApiException {
        int limit = limit(query.getOrDefault("limit", Integer.toString(DEFAULT)));
        Optional<String> service = Optional.ofNullable(query.get("service"));
        String client = query.get("client");
        if (client == null) {
            return new ConnectionQuery(limit, Optional.empty(), 0, -1, service);
        }
        try {
            int slash = client.indexOf('/');
            if (slash >= 0) {
                IpAddress address = IpAddress.parse(client.substring(0, slash));
                return new ConnectionQuery(
                        limit, Optional.of(address), prefix(address, client.substring(slash + 1)), -1, service);
            }
            boolean port = client.startsWith("[")
                    || client.chars().filter(c -> c == ':').count() == 1;
            Endpoint endpoint = port ? Endpoint.parse(client) : new Endpoint(IpAddress.parse(client), 0);
            return new ConnectionQuery(
                    limit, Optional.of(endpoint.address()), BITS, port ? endpoint.port() : -1, service);
        } catch (IllegalArgumentException e) {
            throw new ApiException(
                    400,
                    "client = '%s': %s; ADDRESS, ADDRESS:PORT, [ADDRESS]:PORT or ADDRESS/PREFIX is right"
                            .formatted(client, e.getMessage()));
        }
    }

    private static int limit(String text) throws ApiException {
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > MOST) {
            throw new ApiException(400, "limit = '%s': a number from 1 to %d is right".formatted(text, MOST));
        }
        return Integer.parseInt(text);
    }

    private static int prefix(IpAddress address, String text) {
        int most = address.isV4() ? V4_BITS : BITS;
        if (!text.matches("\\d{1,3}") || Integer.parseInt(text) > most) {
            throw new IllegalArgumentException("a prefix of 0 to %d bits is right".formatted(most));
        }
        return Integer.parseInt(text) + BITS - most;
    }

    /** The bits of the upper half that count. */
    public long maskHi() {
        return prefix >= Long.SIZE ? -1 : prefix == 0 ? 0 : -1L << Long.SIZE - prefix;
    }

    /** The bits of the lower half that count. */
    public long maskLo() {
        return prefix <= Long.SIZE ? 0 : -1L << BITS - prefix;
    }
}
