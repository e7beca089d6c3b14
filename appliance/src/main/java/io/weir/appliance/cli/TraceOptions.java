package io.weir.appliance.cli;

import io.weir.scheduler.IpAddress;
import java.util.Optional;

/**
 * What {@code weir trace} shows.
 *
 * @param client whose flows; empty for everybody's
 * @param port from this port of the client's; 0 for all
 * @param follow goes on until interrupted
 */
public record TraceOptions(Optional<IpAddress> client, int port, boolean follow) {
    /**
     * Reads {@code ADDR}, {@code ADDR:PORT} or {@code [ADDR]:PORT}.
     *
     * @param client the text; null for everybody
     * @param follow goes on until interrupted
     * @return the options
     * @throws IllegalArgumentException if it is none of these; the message says what is right
     */
    public static TraceOptions parse(String client, boolean follow) {
        if (client == null) {
            return new TraceOptions(Optional.empty(), 0, follow);
        }
        try {
            final boolean withPort = client.startsWith("[") || client.indexOf(':') == client.lastIndexOf(':');
            if (withPort && client.contains(":")) {
                final var endpoint = io.weir.scheduler.Endpoint.parse(client);
                return new TraceOptions(Optional.of(endpoint.address()), endpoint.port(), follow);
            }
            return new TraceOptions(Optional.of(IpAddress.parse(client)), 0, follow);
        } catch (final IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'%s' is no client; 202.100.1.2, 202.100.1.2:3456 or [2001:db8::2]:3456 would be right"
                            .formatted(client),
                    e);
        }
    }

    /** Whether a flow of this client is shown. */
    public boolean shows(IpAddress address, int fromPort) {
        return client.map(address::equals).orElse(true) && (port == 0 || port == fromPort);
    }
}
