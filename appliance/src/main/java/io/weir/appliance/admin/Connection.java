package io.weir.appliance.admin;

import io.weir.engine.flow.TcpState;
import io.weir.scheduler.Endpoint;
import java.util.List;

/**
 * A connection as it was when its worker came by.
 *
 * @param client the client's endpoint
 * @param virtual what it called
 * @param server the server that it was given
 * @param service the service's name
 * @param serverId the server's name within it
 * @param protocol {@code tcp} or {@code udp}
 * @param state where it stands
 * @param expiresMs so long it lives without another packet
 * @param traits what is special about it: {@code unconfirmed}, {@code pending}, {@code translated}, {@code condemned}
 * @param localPort the node's port towards the server; 0 unless translated
 */
public record Connection(
        Endpoint client,
        Endpoint virtual,
        Endpoint server,
        String service,
        String serverId,
        String protocol,
        TcpState state,
        int expiresMs,
        List<String> traits,
        int localPort) {}
