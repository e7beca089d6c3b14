package io.weir.appliance.hypervisor;

import io.weir.appliance.config.Choices.ArpAnswers;
import io.weir.appliance.config.Choices.FlowMode;
import io.weir.appliance.config.Choices.Forward;
import io.weir.appliance.config.Choices.Protocol;
import io.weir.appliance.config.HypervisorsConfig;
import io.weir.appliance.config.HypervisorsConfig.Host;
import io.weir.appliance.config.MacAddress;
import io.weir.appliance.config.ServerConfig;
import io.weir.appliance.config.ServiceConfig;
import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Which entries the switch of a hypervisor needs: a function of the configuration and of the switch's ports.
 *
 * <p>Guests hold the virtual address, and their replies go straight to the clients. So the switch gives replies the
 * virtual port, keeps the guests' claims of the address from others, answers for it with the balancer's hardware address,
 * and hands frames for the host itself to the guest whose port they name. All else is the switch's ({@code NORMAL}).
 */
final class HypervisorFlows {
    /** Where solicitations become advertisements: their option can be set only once the type has changed. */
    static final int ADVERTISING = 200;

    private static final int MUTE = 40_000;
    private static final int PRESENT = 39_500;
    private static final int LEAVE = 39_200;
    private static final int ANSWER = 39_000;
    private static final int PORTS = 38_000;
    private static final int UNKNOWN_CLIENT = 37_000;
    private static final int MISS = 0;

    static final long IPV4 = 0x0800;
    private static final long ARP = 0x0806;
    static final long IPV6 = 0x86dd;
    private static final long ICMPV6 = 58;
    private static final long REQUEST = 1;
    private static final long REPLY = 2;
    private static final long SOLICITATION = 135;
    private static final long ADVERTISEMENT = 136;
    private static final long SOLICITED = 0x4000_0000L;
    private static final long OVERRIDE = 0x2000_0000L;
    private static final MacAddress BROADCAST = new MacAddress(0xffff_ffff_ffffL);
    private static final IpAddress NO_V4 = IpAddress.ofV4(0);
    private static final IpAddress NO_V6 = new IpAddress(0, 0);
    private static final Action NORMAL = new Action.Normal();

    private final HypervisorsConfig config;
    private final Host host;
    private final MacAddress balancer;
    private final Map<String, Integer> ports;
    private final Map<Outlet, Boolean> forClients;
    private final Map<FlowEntry.Place, FlowEntry> entries = new LinkedHashMap<>();
    private final Set<String> missing = new LinkedHashSet<>();

    private HypervisorFlows(
            HypervisorsConfig config,
            Host host,
            MacAddress balancer,
            Map<String, Integer> ports,
            Map<Outlet, Boolean> forClients) {
        this.config = config;
        this.host = host;
        this.balancer = balancer;
        this.ports = ports;
        this.forClients = forClients;
    }

    /**
     * The entries, and what could not be made.
     *
     * @param entries no two with the same place
     * @param missing ports that the configuration names and the switch does not have
     */
    record Wanted(List<FlowEntry> entries, Set<String> missing) {}

    /**
     * Which entries a switch needs.
     *
     * @param config how
     * @param host whose switch
     * @param services all services; those that have no server there leave no trace
     * @param balancer hardware address that clients are to send to
     * @param ports the switch's ports by name
     */
    static Wanted of(
            HypervisorsConfig config,
            Host host,
            Collection<ServiceConfig> services,
            MacAddress balancer,
            Map<String, Integer> ports) {
        HypervisorFlows flows = new HypervisorFlows(config, host, balancer, ports, forClients(config, host, services));
        forEach(host, services, flows::server);
        // everything; not without a match, as that could be somebody else's entry, which it would replace
        flows.add(MISS, List.of(Field.of(Oxm.METADATA, 0)), NORMAL);
        return new Wanted(List.copyOf(flows.entries.values()), flows.missing);
    }

    /**
     * Where replies get their port by entries for single clients, if anywhere: where a service's port is not the guest's.
     * Another service that shares the guest's port with it may have the same.
     *
     * @return for each whether it stands for several virtual ports
     */
    static Map<Outlet, Boolean> forClients(HypervisorsConfig config, Host host, Collection<ServiceConfig> services) {
        Map<Outlet, Set<Integer>> virtualPorts = new HashMap<>();
        if (config.flows() == FlowMode.CLIENT) {
            forEach(
                    host,
                    services,
                    (service, server) -> virtualPorts
                            .computeIfAbsent(outlet(service, server), outlet -> new HashSet<>())
                            .add(service.address().port()));
        }
        Map<Outlet, Boolean> outlets = new HashMap<>();
        virtualPorts.forEach((outlet, ports) -> {
            boolean all = virtualPorts.containsKey(new Outlet(outlet.port(), outlet.tcp(), outlet.virtual(), 0));
            if (!ports.equals(Set.of(outlet.guestPort()))) {
                outlets.put(outlet, ports.size() > 1 || all);
            }
        });
        return outlets;
    }

    private static void forEach(
            Host host, Collection<ServiceConfig> services, BiConsumer<ServiceConfig, ServerConfig> action) {
        for (ServiceConfig service : services) {
            if (service.forward() == Forward.DR) {
                service.servers().stream()
                        .filter(server ->
                                server.host().filter(host.address()::equals).isPresent())
                        .forEach(server -> action.accept(service, server));
            }
        }
    }

    private static Outlet outlet(ServiceConfig service, ServerConfig server) {
        return new Outlet(
                server.switchPort().orElseThrow(),
                service.protocol() == Protocol.TCP,
                service.address().address(),
                server.endpoint().port());
    }

    private void server(ServiceConfig service, ServerConfig server) {
        Integer port = port(server.switchPort().orElseThrow());
        if (port == null) {
            return;
        }
        IpAddress virtual = service.address().address();
        if (virtual.isV4()) {
            muteArp(port, virtual, server.endpoint().address());
            answerArp(virtual);
        } else {
            muteNeighbours(port, virtual, server.endpoint().address());
            answerNeighbours(virtual);
        }
        translate(service, server, port);
    }

    private Integer port(String name) {
        Integer port = ports.get(name);
        if (port == null) {
            missing.add(name);
        }
        return port;
    }

    /** A guest may ask with the virtual address as its own, to find a client: nobody is to learn that from it. */
    private void muteArp(int port, IpAddress virtual, IpAddress own) {
        IpAddress sender = own.equals(virtual) ? NO_V4 : own; // a probe (RFC 5227 §2.1.1) tells nobody anything
        Field in = Field.of(Oxm.IN_PORT, port);
        Field arp = Field.of(Oxm.ETH_TYPE, ARP);
        Field request = Field.of(Oxm.ARP_OP, REQUEST);
        Field claims = Field.of(Oxm.ARP_SPA, virtual);
        Field asks = Field.of(Oxm.ARP_TPA, virtual);
        add(MUTE, List.of(in, arp, Field.of(Oxm.ARP_OP, REPLY), claims));
        add(MUTE, List.of(in, arp, request, claims, asks));
        add(MUTE, List.of(in, arp, request, Field.of(Oxm.ARP_SPA, NO_V4), asks));
        add(PRESENT, List.of(in, arp, request, claims), set(Field.of(Oxm.ARP_SPA, sender)), NORMAL);
    }

    private void muteNeighbours(int port, IpAddress virtual, IpAddress own) {
        Field in = Field.of(Oxm.IN_PORT, port);
        add(MUTE, neighbour(List.of(in), ADVERTISEMENT, Field.of(Oxm.ND_TARGET, virtual)));
        add(
                MUTE,
                neighbour(List.of(in), SOLICITATION, Field.of(Oxm.IPV6_SRC, NO_V6), Field.of(Oxm.ND_TARGET, virtual)));
        add(
                PRESENT,
                neighbour(List.of(in), SOLICITATION, Field.of(Oxm.IPV6_SRC, virtual)),
                set(Field.of(Oxm.IPV6_SRC, own)),
                NORMAL);
    }

    /** Announcements are no questions; questions to one station are for the balancer, and tell whether it is there. */
    private void answerArp(IpAddress virtual) {
        Field arp = Field.of(Oxm.ETH_TYPE, ARP);
        Field request = Field.of(Oxm.ARP_OP, REQUEST);
        Field asks = Field.of(Oxm.ARP_TPA, virtual);
        Field all = Field.of(Oxm.ETH_DST, BROADCAST);
        add(LEAVE, List.of(all, arp, request, Field.of(Oxm.ARP_SPA, virtual), asks), NORMAL);
        leaveUplinks(List.of(all, arp, request, asks));
        if (config.arp() == ArpAnswers.DROP) {
            add(ANSWER, List.of(all, arp, request, asks));
        } else {
            add(
                    ANSWER,
                    List.of(all, arp, request, asks),
                    new Action.Move(Oxm.ETH_SRC, Oxm.ETH_DST),
                    set(Field.of(Oxm.ETH_SRC, balancer)),
                    set(Field.of(Oxm.ARP_OP, REPLY)),
                    new Action.Move(Oxm.ARP_SHA, Oxm.ARP_THA),
                    new Action.Move(Oxm.ARP_SPA, Oxm.ARP_TPA),
                    set(Field.of(Oxm.ARP_SHA, balancer)),
                    set(Field.of(Oxm.ARP_SPA, virtual)),
                    new Action.InPort());
        }
    }

    private void answerNeighbours(IpAddress virtual) {
        Field target = Field.of(Oxm.ND_TARGET, virtual);
        // its solicited-node address (RFC 4291 §2.7.1) on Ethernet (RFC 2464 §7)
        Field group = Field.of(Oxm.ETH_DST, 0x3333_ff00_0000L | virtual.lo() & 0xff_ffff);
        List<Field> question = neighbour(List.of(group), SOLICITATION, target);
        add(
                LEAVE,
                neighbour(List.of(group), SOLICITATION, Field.of(Oxm.IPV6_SRC, NO_V6), target),
                NORMAL); // somebody claims it
        leaveUplinks(question);
        if (config.arp() == ArpAnswers.DROP) {
            add(ANSWER, question);
            return;
        }
        add(
                ANSWER,
                question,
                new Action.Move(Oxm.ETH_SRC, Oxm.ETH_DST),
                set(Field.of(Oxm.ETH_SRC, balancer)),
                new Action.Move(Oxm.IPV6_SRC, Oxm.IPV6_DST),
                set(Field.of(Oxm.IPV6_SRC, virtual)),
                set(Field.of(Oxm.ND_OPTIONS_TYPE, 2)),
                set(Field.of(Oxm.ND_RESERVED, SOLICITED | OVERRIDE)),
                set(Field.of(Oxm.ICMPV6_TYPE, ADVERTISEMENT)),
                new Action.GoTo(ADVERTISING));
        put(new FlowEntry(
                ADVERTISING,
                ANSWER,
                neighbour(List.of(), ADVERTISEMENT, target),
                List.of(set(Field.of(Oxm.ND_TLL, balancer)), new Action.InPort())));
    }

    /** What other machines ask reaches the balancer itself, or another hypervisor's; guests that answer are mute. */
    private void leaveUplinks(List<Field> question) {
        if (config.arp() == ArpAnswers.ANSWER) {
            for (String uplink : host.uplinks()) {
                Integer port = port(uplink);
                if (port != null) {
                    List<Field> match = new ArrayList<>(List.of(Field.of(Oxm.IN_PORT, port)));
                    match.addAll(question);
                    add(LEAVE, match, NORMAL);
                }
            }
        }
    }

    private void translate(ServiceConfig service, ServerConfig server, int port) {
        boolean tcp = service.protocol() == Protocol.TCP;
        IpAddress virtual = service.address().address();
        int from = server.endpoint().port();
        int to = service.address().port();
        Field family = Field.of(Oxm.ETH_TYPE, virtual.isV4() ? IPV4 : IPV6);
        Field protocol = Field.of(Oxm.IP_PROTO, tcp ? 6 : 17);
        Oxm source = tcp ? Oxm.TCP_SRC : Oxm.UDP_SRC;
        List<Field> reply = List.of(
                Field.of(Oxm.IN_PORT, port),
                family,
                Field.of(virtual.isV4() ? Oxm.IPV4_SRC : Oxm.IPV6_SRC, virtual),
                protocol,
                Field.of(source, from));
        if (forClients.containsKey(outlet(service, server))) {
            add(UNKNOWN_CLIENT, reply, new Action.ToController());
        } else if (from != to) {
            add(PORTS, reply, set(Field.of(source, to)), NORMAL);
        }
        if (host.mac().isPresent() && server.mac().isPresent()) {
            List<Field> match = new ArrayList<>(List.of(
                    Field.of(Oxm.ETH_DST, host.mac().get()),
                    family,
                    Field.of(virtual.isV4() ? Oxm.IPV4_DST : Oxm.IPV6_DST, virtual),
                    protocol));
            if (from != 0) {
                match.add(Field.of(tcp ? Oxm.TCP_DST : Oxm.UDP_DST, from));
            }
            add(PORTS, match, set(Field.of(Oxm.ETH_DST, server.mac().get())), new Action.Output(port));
        }
    }

    private static List<Field> neighbour(List<Field> before, long type, Field... after) {
        List<Field> match = new ArrayList<>(before);
        match.add(Field.of(Oxm.ETH_TYPE, IPV6));
        match.add(Field.of(Oxm.IP_PROTO, ICMPV6));
        match.add(Field.of(Oxm.ICMPV6_TYPE, type));
        match.add(Field.of(Oxm.ICMPV6_CODE, 0));
        match.addAll(List.of(after));
        return match;
    }

    private static Action set(Field field) {
        return new Action.Set(field);
    }

    private void add(int priority, List<Field> match, Action... actions) {
        put(new FlowEntry(0, priority, match, List.of(actions)));
    }

    private void put(FlowEntry entry) {
        entries.putIfAbsent(entry.place(), entry);
    }
}
