package io.weir.appliance.hypervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.config.ConfigLoader;
import io.weir.appliance.config.ConfigurationException;
import io.weir.appliance.config.HostFacts;
import io.weir.appliance.config.MacAddress;
import io.weir.appliance.config.NodeConfig;
import io.weir.scheduler.IpAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HypervisorFlowsTest {
    private static final MacAddress BALANCER = MacAddress.parse("02:00:00:00:01:64");

    /** The addresses of the example that this way of forwarding was published with. */
    private static final String EXAMPLE = """
            io.interface.front = eth0
            hypervisor.second.datapath = 0x20
            hypervisor.second.address = 172.24.1.20
            hypervisor.second.mac = 02:00:00:00:02:14
            hypervisor.second.uplink = up
            service.web.address = 10.10.1.100:80
            service.web.forward = dr
            service.web.server.rs = 10.10.1.21:8080 host=172.24.1.20 port=vnet0 mac=02:00:00:00:03:15
            """;

    @TempDir
    private Path directory;

    private HypervisorFlows.Wanted flows(String text, Map<String, Integer> ports) {
        try {
            NodeConfig node = new ConfigLoader(new HostFacts("lb", List.of(0, 1), Optional.empty(), Map.of()))
                    .load(Files.writeString(directory.resolve("node.properties"), text))
                    .node();
            return HypervisorFlows.of(
                    node.hypervisors(), node.hypervisors().hosts().getFirst(), node.services(), BALANCER, ports);
        } catch (ConfigurationException | IOException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    private List<String> lines(String text) {
        return flows(text, Map.of("vnet0", 5, "vnet1", 6, "up", 1)).entries().stream()
                .map(FlowEntry::toString)
                .toList();
    }

    @Test
    void shouldMakeEntriesOfPublishedExample() {
        assertEquals("""
                table=0,priority=40000,in_port=5,eth_type=0x806,arp_op=2,arp_spa=10.10.1.100 actions=drop
                table=0,priority=40000,in_port=5,eth_type=0x806,arp_op=1,arp_spa=10.10.1.100,arp_tpa=10.10.1.100 actions=drop
                table=0,priority=40000,in_port=5,eth_type=0x806,arp_op=1,arp_spa=0.0.0.0,arp_tpa=10.10.1.100 actions=drop
                table=0,priority=39500,in_port=5,eth_type=0x806,arp_op=1,arp_spa=10.10.1.100 actions=set_field:10.10.1.21->arp_spa,normal
                table=0,priority=39200,eth_dst=ff:ff:ff:ff:ff:ff,eth_type=0x806,arp_op=1,arp_spa=10.10.1.100,arp_tpa=10.10.1.100 actions=normal
                table=0,priority=39200,in_port=1,eth_dst=ff:ff:ff:ff:ff:ff,eth_type=0x806,arp_op=1,arp_tpa=10.10.1.100 actions=normal
                table=0,priority=39000,eth_dst=ff:ff:ff:ff:ff:ff,eth_type=0x806,arp_op=1,arp_tpa=10.10.1.100 actions=move:eth_src[]->eth_dst[],set_field:02:00:00:00:01:64->eth_src,set_field:2->arp_op,move:arp_sha[]->arp_tha[],move:arp_spa[]->arp_tpa[],set_field:02:00:00:00:01:64->arp_sha,set_field:10.10.1.100->arp_spa,in_port
                table=0,priority=38000,in_port=5,eth_type=0x800,nw_src=10.10.1.100,nw_proto=6,tcp_src=8080 actions=set_field:80->tcp_src,normal
                table=0,priority=38000,eth_dst=02:00:00:00:02:14,eth_type=0x800,nw_dst=10.10.1.100,nw_proto=6,tcp_dst=8080 actions=set_field:02:00:00:00:03:15->eth_dst,output:5
                table=0,priority=0,metadata=0 actions=normal
                """, String.join("\n", lines(EXAMPLE)) + "\n");
    }

    @Test
    void shouldTranslateUdpOverIpv6() {
        List<String> lines = lines("""
                io.interface.front = eth0
                hypervisor.h.datapath = 1
                hypervisor.h.address = 172.24.1.20
                hypervisor.h.uplink = up
                service.dns.address = [2001:db8::100]:53
                service.dns.protocol = udp
                service.dns.forward = dr
                service.dns.server.a = [2001:db8::21]:5353 host=h port=vnet0
                """);
        assertTrue(
                lines.contains(
                        "table=0,priority=38000,in_port=5,eth_type=0x86dd,ipv6_src=2001:db8::100,nw_proto=17,udp_src=5353 actions=set_field:53->udp_src,normal"),
                lines::toString);
        assertTrue(
                lines.stream().anyMatch(l -> l.startsWith("table=0,priority=39000,eth_dst=33:33:ff:00:01:00,")),
                lines::toString);
        assertTrue(
                lines.contains(
                        "table=200,priority=39000,eth_type=0x86dd,nw_proto=58,icmpv6_type=136,icmpv6_code=0,nd_target=2001:db8::100 actions=set_field:02:00:00:00:01:64->nd_tll,in_port"),
                lines::toString);
    }

    @Test
    void shouldHaveGuestProbeWhereOnlyVirtualAddressIsKnown() {
        List<String> lines = lines(EXAMPLE.replace("10.10.1.21:8080", "10.10.1.100:8080"));
        assertTrue(lines.stream().anyMatch(l -> l.endsWith("set_field:0.0.0.0->arp_spa,normal")), lines::toString);
    }

    @Test
    void shouldDropOrAnswerUplinksQuestionsAsConfigured() {
        List<String> drop = lines(EXAMPLE + "hypervisor.arp = drop\n");
        assertTrue(
                drop.contains(
                        "table=0,priority=39000,eth_dst=ff:ff:ff:ff:ff:ff,eth_type=0x806,arp_op=1,arp_tpa=10.10.1.100 actions=drop"));
        List<String> all = lines(EXAMPLE + "hypervisor.arp = answer-all\n");
        assertTrue(all.stream().noneMatch(l -> l.contains("in_port=1,")), all::toString);
        assertTrue(all.stream().anyMatch(l -> l.endsWith(",in_port")));
    }

    @Test
    void shouldTranslateNothingWhereGuestHasVirtualPort() {
        assertTrue(lines(EXAMPLE.replace(":8080", ":80")).stream().noneMatch(l -> l.contains("tcp_src")));
    }

    @Test
    void shouldMakeNothingButLastEntryForHypervisorWithoutServers() {
        assertEquals(List.of("table=0,priority=0,metadata=0 actions=normal"), lines("""
                        io.interface.front = eth0
                        hypervisor.h.datapath = 1
                        hypervisor.h.address = 172.24.1.20
                        service.web.address = 10.10.1.100:80
                        service.web.server.a = 10.10.1.21:8080
                        """));
    }

    @Test
    void shouldNamePortsThatSwitchDoesNotHave() {
        HypervisorFlows.Wanted wanted = flows(EXAMPLE, Map.of());
        assertEquals(Set.of("vnet0"), wanted.missing());
        assertEquals(1, wanted.entries().size());
    }

    @Test
    void shouldNeverMakeTwoEntriesForOnePlace() {
        String text = EXAMPLE
                + "service.web.server.other = 10.10.1.22:8080 host=second port=vnet1\n"
                + "service.tls.address = 10.10.1.100:443\nservice.tls.forward = dr\n"
                + "service.tls.server.a = 10.10.1.21:8443 host=second port=vnet0\n";
        List<FlowEntry> entries =
                flows(text, Map.of("vnet0", 5, "vnet1", 6, "up", 1)).entries();
        Set<FlowEntry.Place> places = new HashSet<>();
        entries.forEach(entry -> assertTrue(places.add(entry.place()), entry::toString));
        assertEquals(
                3,
                entries.stream().filter(e -> e.toString().contains("->tcp_src")).count());
    }

    @Test
    void shouldGiveEachEntryCookieOfItsOwner() {
        List<FlowEntry> entries = flows(EXAMPLE, Map.of("vnet0", 5, "up", 1)).entries();
        Set<Long> cookies = new HashSet<>();
        for (FlowEntry entry : entries) {
            assertEquals(0x5745, entry.cookie(0x5745) >>> 48);
            assertTrue(cookies.add(entry.cookie(0x5745)));
            assertNotEquals(entry.cookie(0x5745), entry.cookie(0x5746));
        }
        List<FlowEntry> elsewhere = flows(EXAMPLE, Map.of("vnet0", 9, "up", 1)).entries();
        assertTrue(elsewhere.stream().anyMatch(entry -> !cookies.contains(entry.cookie(0x5745))));
    }

    @Test
    void shouldLeaveRepliesToController() {
        String shared = EXAMPLE + "hypervisor.flows = client\n"
                + "service.alt.address = 10.10.1.100:8080\nservice.alt.forward = dr\n"
                + "service.alt.server.rs = 10.10.1.21:8080 host=second port=vnet0\n"
                + "service.same.address = 10.10.1.100:443\nservice.same.forward = dr\n"
                + "service.same.server.rs = 10.10.1.21:443 host=second port=vnet0\n";
        List<String> replies =
                lines(shared).stream().filter(line -> line.contains("tcp_src")).toList();
        assertEquals(
                List.of(
                        "table=0,priority=37000,in_port=5,eth_type=0x800,nw_src=10.10.1.100,nw_proto=6,tcp_src=8080 actions=controller"),
                replies);
    }

    @Test
    void shouldMakeEntryOfPublishedExampleForItsClient() {
        Outlet outlet = new Outlet("vnet0", true, IpAddress.parse("10.10.1.100"), 8080);
        IpAddress client = IpAddress.parse("10.10.1.10");
        assertEquals(
                "table=0,priority=38000,in_port=5,eth_type=0x800,nw_src=10.10.1.100,nw_dst=10.10.1.10,nw_proto=6,tcp_src=8080 actions=set_field:80->tcp_src,normal",
                new ClientEntry(outlet, client, 0, 80).place(5).entry(80).toString());
        assertEquals(
                "table=0,priority=38100,in_port=5,eth_type=0x800,nw_src=10.10.1.100,nw_dst=10.10.1.10,nw_proto=6,tcp_src=8080,tcp_dst=36000 actions=normal",
                new ClientEntry(outlet, client, 36_000, 8080)
                        .place(5)
                        .entry(8080)
                        .toString());
    }

    @Test
    void shouldRefuseFieldOfOtherFamily() {
        assertThrows(IllegalArgumentException.class, () -> Field.of(Oxm.IPV4_SRC, IpAddress.parse("2001:db8::1")));
    }
}
