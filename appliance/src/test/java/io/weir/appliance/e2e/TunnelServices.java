package io.weir.appliance.e2e;

import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.EventLoops;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.Peers;
import io.weir.appliance.bed.VirtualService;
import java.util.ArrayList;
import java.util.List;

/**
 * What the bed's servers serve behind tunnels: the article's services, each server by a tunnel of another kind; and a web
 * service for each kind in each version of IP, at the server nearby and at the far one, whose link is narrow.
 */
final class TunnelServices {
    static final List<String> KINDS = List.of("ipip", "gre", "gue");
    private static final int FIRST_PORT = 9000;
    private static final int FIRST_FAR_PORT = 9100;

    private TunnelServices() {}

    /** Port of a web service behind a tunnel of a kind to a server nearby. */
    static int port(String kind, IpFamily outer) {
        return FIRST_PORT + KINDS.indexOf(kind) * 2 + outer.ordinal();
    }

    /** The same of the far server. */
    static int farPort(String kind) {
        return FIRST_FAR_PORT + KINDS.indexOf(kind);
    }

    /** Starts who serves them, and has every server unwrap what comes. */
    static void prepare(Bed bed, EventLoops loops) {
        for (String kind : KINDS) {
            for (IpFamily outer : IpFamily.values()) {
                bed.own(Peers.web(loops, bed.serverA(), port(kind, outer), kind));
            }
            bed.own(Peers.web(loops, bed.farServer(), farPort(kind), kind));
        }
        for (Namespace server : List.of(bed.serverA(), bed.serverB(), bed.farServer())) {
            WeirNode.runIn(server, "decap", "--interface", Bed.HOST_DEVICE);
        }
    }

    /** How a server of the article's is reached. */
    static String tunnel(VirtualService service, VirtualService.RealServer server) {
        int turn = service.port() % 2 + (server.id().equals("b") ? 1 : 0);
        return " tunnel=" + KINDS.get(turn);
    }

    /** The web services' lines in the node's file. */
    static String properties() {
        List<String> lines = new ArrayList<>();
        for (IpFamily inner : IpFamily.values()) {
            for (String kind : KINDS) {
                for (IpFamily outer : IpFamily.values()) {
                    service(lines, inner, kind, port(kind, outer), outer, outer.back(2));
                }
                service(lines, inner, kind, farPort(kind), inner, inner.farBack(2));
            }
        }
        return String.join("\n", lines) + "\n";
    }

    private static void service(
            List<String> lines, IpFamily inner, String kind, int port, IpFamily outer, String server) {
        String name = "service." + inner.named("t" + port + "x") + ".";
        lines.add(name + "address = " + inner.endpoint(inner.vip(), port));
        lines.add(name + "forward = tun");
        lines.add(name + "server.s = " + outer.endpoint(server, port) + " tunnel=" + kind);
    }
}
