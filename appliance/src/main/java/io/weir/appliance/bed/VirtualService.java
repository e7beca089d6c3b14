package io.weir.appliance.bed;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A service that the bed's peers can serve, for whatever balances it.
 *
 * @param name in the properties file
 * @param family of its addresses
 * @param protocol {@code tcp} or {@code udp}
 * @param port at the virtual address
 * @param scheduler {@code wrr} and so on
 * @param servers who serves it
 */
public record VirtualService(
        String name, IpFamily family, String protocol, int port, String scheduler, List<RealServer> servers) {
    /** The article's web service. */
    public static final int WEB = 80;

    /** The article's FTP service. */
    public static final int FTP = 21;

    /** UDP echo. */
    public static final int ECHO = 7;

    /** A web service of the far server, behind the inner router. */
    public static final int FAR_WEB = 8081;

    /** UDP echo of the far server. */
    public static final int FAR_ECHO = 33434;

    /** A port of the virtual address that nobody serves. */
    public static final int REFUSED = 81;

    /**
     * A server of the service.
     *
     * @param id in the properties file
     * @param address without the port
     * @param port it serves at
     * @param weight its share
     */
    public record RealServer(String id, String address, int port, int weight) {}

    /** The article's two services, for one version of IP. */
    public static List<VirtualService> ofArticle(IpFamily family) {
        return List.of(
                new VirtualService(
                        family.named("web"),
                        family,
                        "tcp",
                        WEB,
                        "wrr",
                        List.of(
                                new RealServer("a", family.back(2), 80, 1),
                                new RealServer("b", family.back(3), 8000, 2))),
                new VirtualService(
                        family.named("ftp"),
                        family,
                        "tcp",
                        FTP,
                        "wrr",
                        List.of(new RealServer("b", family.back(3), 21, 1))));
    }

    /** Everything that the whole bed serves, for one version of IP. */
    public static List<VirtualService> ofBed(IpFamily family) {
        return Stream.concat(
                        ofArticle(family).stream(),
                        Stream.of(
                                new VirtualService(
                                        family.named("echo"),
                                        family,
                                        "udp",
                                        ECHO,
                                        "rr",
                                        List.of(
                                                new RealServer("a", family.back(2), 7, 1),
                                                new RealServer("b", family.back(3), 7007, 1))),
                                new VirtualService(
                                        family.named("farweb"),
                                        family,
                                        "tcp",
                                        FAR_WEB,
                                        "rr",
                                        List.of(new RealServer("c", family.farBack(2), 80, 1))),
                                new VirtualService(
                                        family.named("farecho"),
                                        family,
                                        "udp",
                                        FAR_ECHO,
                                        "rr",
                                        List.of(new RealServer("c", family.farBack(2), FAR_ECHO, 1)))))
                .toList();
    }

    /** Its lines in a node's properties file. */
    public String properties() {
        return properties(server -> "");
    }

    /**
     * The same with more to say of its servers.
     *
     * @param options what follows a server's address and weight
     */
    public String properties(Function<RealServer, String> options) {
        StringBuilder text = new StringBuilder();
        String prefix = "service." + name + ".";
        text.append(prefix).append("address = ").append(family.endpoint(family.vip(), port));
        text.append('\n').append(prefix).append("protocol = ").append(protocol);
        text.append('\n').append(prefix).append("scheduler = ").append(scheduler);
        for (RealServer server : servers) {
            text.append('\n')
                    .append(prefix)
                    .append("server.")
                    .append(server.id())
                    .append(" = ");
            text.append(family.endpoint(server.address(), server.port()));
            text.append(" weight=").append(server.weight()).append(options.apply(server));
        }
        return text.append('\n').toString();
    }
}
