package io.weir.appliance.config;

import static io.weir.appliance.config.ConfigFixture.load;
import static io.weir.appliance.config.ConfigFixture.problems;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.config.Choices.ArpAnswers;
import io.weir.scheduler.IpAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HypervisorConfigTest {
    private static final String NODE = """
            io.interface.front = eth0
            hypervisor.h1.datapath = 0000525400123456
            hypervisor.h1.address = 172.24.1.20
            hypervisor.h1.mac = 52:54:00:12:34:56
            hypervisor.h1.uplink = eth0, vxlan0
            service.web.address = 10.10.1.100:80
            service.web.forward = dr
            service.web.server.a = 10.10.1.21:8080 host=h1 port=vnet0 mac=52:54:00:00:00:01
            """;

    @Test
    void shouldReadHypervisorsAndServersThatNameThem() {
        NodeConfig node = load(NODE).node();
        assertEquals(List.of(), load(NODE).warnings());
        HypervisorsConfig.Host host = node.hypervisors().hosts().getFirst();
        assertEquals(0x0000525400123456L, host.datapath());
        assertEquals(IpAddress.parse("172.24.1.20"), host.address());
        assertEquals(Optional.of(MacAddress.parse("52:54:00:12:34:56")), host.mac());
        assertEquals(List.of("eth0", "vxlan0"), host.uplinks());
        assertEquals("0.0.0.0:6653", node.hypervisors().listen().toString());
        assertEquals(0x5745, node.hypervisors().cookie());
        assertEquals(ArpAnswers.ANSWER, node.hypervisors().arp());
        ServerConfig server = node.services().getFirst().servers().getFirst();
        assertEquals(Optional.of(IpAddress.parse("172.24.1.20")), server.host());
        assertEquals(Optional.of("vnet0"), server.switchPort());
        assertEquals("52:54:00:00:00:01", server.mac().orElseThrow().toString());
        assertEquals(
                server.host(),
                load(NODE.replace("host=h1", "host=172.24.1.20"))
                        .node()
                        .services()
                        .getFirst()
                        .servers()
                        .getFirst()
                        .host());
    }

    @Test
    void shouldHaveNoHypervisorWhereNoneIsConfigured() {
        assertTrue(load(ConfigFixture.WEB).node().hypervisors().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hypervisor.h1.datapath = none | hexadecimal digits",
                "hypervisor.h1.datapath = 0 | hexadecimal digits",
                "hypervisor.h1.address = host7 | no IP address",
                "hypervisor.h1.mac = 01:00:5e:00:00:01 | of one station",
                "hypervisor.h1.mac = 52-54-00 | of one station",
                "hypervisor.h1.uplink = eth0 eth0 | twice",
                "hypervisor.arp = maybe | answer, answer-all, drop",
                "openflow.tls.key = /nowhere/key.pem | no file that can be read",
                "openflow.tls.ca = /etc/hostname | is missing, beside other keys",
                "hypervisor.flows = sometimes | service, client",
                "openflow.cookie = 5 | 0x1 to 0xffff",
                "openflow.cookie = 0x0 | 0x1 to 0xffff",
                "openflow.listen = everywhere | is expected",
                "hypervisor.h2.datapath = 525400123456 | hypervisor h1 has the same",
                "hypervisor.h2.address = 172.24.1.20 | hypervisor h1 has the same",
                "hypervisor.h2.mac = 52:54:00:12:34:57 | is missing",
                "service.web.server.a = 10.10.1.21:8080 host=h1 | port= is missing",
                "service.web.server.a = 10.10.1.21:8080 host=h7 port=vnet0 | no hypervisor of that name",
                "service.web.server.a = 10.10.1.21:8080 port=vnet0 | host= with it",
                "service.web.server.a = 10.10.1.21:8080 host=h1 port=eth0 | is an uplink",
                "service.web.server.a = 10.10.1.21:8080 host=h1 port=vnet0 mac=00:00:00:00:00:00 | of one station",
            })
    void shouldSayWhatIsWrong(String row) {
        String[] parts = row.split(" \\| ");
        String text = ConfigFixture.with(NODE, parts[0]);
        String other = parts[0].startsWith("hypervisor.h2.datapath")
                ? "hypervisor.h2.address = 172.24.1.21\n"
                : parts[0].startsWith("hypervisor.h2.address") ? "hypervisor.h2.datapath = 2\n" : "";
        String message = problems(text + other).toString();
        assertTrue(message.contains(parts[1]), message);
    }

    @Test
    void shouldExplainServicesThatShareGuestsPort() {
        String message = problems(NODE
                        + "service.alt.address = 10.10.1.100:8000\nservice.alt.forward = dr\n"
                        + "service.alt.server.a = 10.10.1.21:8080 host=h1 port=vnet0\n")
                .toString();
        assertTrue(message.contains("cannot tell its replies from those of service web"), message);
        assertTrue(message.contains("hypervisor.flows = client"), message);
        load(NODE + "hypervisor.flows = client\nservice.alt.address = 10.10.1.100:8000\nservice.alt.forward = dr\n"
                + "service.alt.server.a = 10.10.1.21:8080 host=h1 port=vnet0\n");
        load(NODE + "service.alt.address = 10.10.1.101:8000\nservice.alt.forward = dr\n"
                + "service.alt.server.a = 10.10.1.21:8080 host=h1 port=vnet0\n");
    }

    @Test
    void shouldRefuseGuestsThatCannotBeToldApartByHostsAddress() {
        String more = "service.web.server.b = 10.10.1.22:8080 host=h1 port=vnet1";
        load(NODE + more);
        String message = problems(NODE + more + " mac=52:54:00:00:00:02").toString();
        assertTrue(message.contains("could be for either"), message);
    }

    @Test
    void shouldRefuseIpv6GuestWithoutAddressOfItsOwn() {
        String message = problems("""
                        io.interface.front = eth0
                        hypervisor.h1.datapath = 1
                        hypervisor.h1.address = 172.24.1.20
                        service.web.address = [2001:db8::100]:80
                        service.web.forward = dr
                        service.web.server.a = [2001:db8::100]:8080 host=h1 port=vnet0
                        """).toString();
        assertTrue(message.contains("the server's own address"), message);
    }

    @Test
    void shouldRefuseEntriesForClientsWhereOtherNodesHaveClientsToo() {
        String message =
                problems(NODE + "hypervisor.flows = client\nha.mode = bgp\n").toString();
        assertTrue(message.contains("none knows the others' clients"), message);
    }

    @Test
    void shouldWarnOfHostThatHasNoEffect() {
        String nat = NODE.replace("service.web.forward = dr", "service.web.forward = nat");
        assertTrue(load(nat).warnings().toString().contains("no effect with forward = nat"));
        String unknown = NODE.replace("host=h1 port=vnet0 mac=52:54:00:00:00:01", "host=172.24.1.99");
        assertTrue(load(unknown).warnings().toString().contains("host= has no effect"));
    }
}
