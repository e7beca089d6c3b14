package io.weir.appliance.config;

import static io.weir.appliance.config.ConfigFixture.WEB;
import static io.weir.appliance.config.ConfigFixture.load;
import static io.weir.appliance.config.ConfigFixture.problems;
import static io.weir.appliance.config.ConfigFixture.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.config.Choices.Tunnel;
import io.weir.scheduler.IpAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tunnels to servers: what may be said of them, and what not. */
class TunnelConfigTest {
    private static final String TUN = with(WEB, "service.web.forward = tun");
    private static final String DR =
            with(with(WEB, "service.web.forward = dr"), "service.web.server.b = 172.16.0.3:80");
    private static final String OVERLAY =
            with(DR, "service.web.server.a = 172.16.0.2:80 tunnel=vxlan host=172.24.1.20 vni=7 mac=52:54:00:00:00:01");

    @Test
    void shouldKnowEveryTunnel() {
        LoadedConfig loaded = load(with(TUN, "service.web.server.a = [fd00::2]:80 tunnel=gue")
                + "tunnel.source = 10.9.0.0/24, fd00:9::1\ntunnel.gue.port = 6081\n");
        assertEquals(Optional.of(Tunnel.GUE), server(loaded, "a").tunnel());
        assertEquals(Optional.empty(), server(loaded, "b").tunnel(), "ipip");
        assertEquals(
                new TunnelConfig(
                        List.of(
                                new TunnelConfig.Source(IpAddress.parse("10.9.0.0"), 8),
                                new TunnelConfig.Source(IpAddress.parse("fd00:9::1"), 0)),
                        6081,
                        4789,
                        OptionalInt.empty()),
                loaded.node().tunnels());
    }

    @Test
    void shouldKnowOverlays() {
        LoadedConfig loaded = load(OVERLAY + "tunnel.vxlan.vni = 12\n");
        ServerConfig server = server(loaded, "a");
        assertEquals(Optional.of(Tunnel.VXLAN), server.tunnel());
        assertEquals(OptionalInt.of(7), server.vni());
        assertEquals(Optional.of(IpAddress.parse("172.24.1.20")), server.host());
        assertEquals(OptionalInt.of(12), loaded.node().tunnels().vxlanVni());
        assertTrue(loaded.warnings().stream().noneMatch(p -> p.toString().contains("host=")), "host= has an effect");
    }

    private static ServerConfig server(LoadedConfig loaded, String id) {
        return loaded.node().services().getFirst().servers().stream()
                .filter(server -> server.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tunnel.source = 10.9.0.0/16 | at least 24 bits",
                "tunnel.source = fd00::/64 | at least 120 bits",
                "tunnel.source = 10.9.0.1/24 | 10.9.0.0/24 is right",
                "tunnel.source = 10.9.0.0/x | a network",
                "tunnel.source = 10.9.0.0, 10.9.0.1 | several of IPv4",
                "tunnel.source = 202.103.106.0/24 | contains 202.103.106.5",
                "tunnel.source = 127.0.0.1 | not the address of a host",
                "tunnel.gue.port = 0 | from 1 to 65535",
                "tunnel.vxlan.port = 70000 | from 1 to 65535",
                "tunnel.vxlan.vni = 16777216 | from 0 to 16777215",
                "service.web.server.a = 172.16.0.2:80 tunnel=vxlan | is for forward = dr",
                "service.web.server.a = 172.16.0.2:80 tunnel=ipip vni=16777216 | from 0 to 16777215",
                "service.web.reconstruct = replay | they pass elsewhere",
            })
    void shouldSayWhatIsWrong(String line) {
        assertProblem(TUN, line);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "service.web.server.a = 172.16.0.2:80 tunnel=gre | is for forward = tun",
                "service.web.server.a = 172.16.0.2:80 tunnel=vxlan vni=7 | host= is missing",
                "service.web.server.a = 172.16.0.2:80 tunnel=vxlan host=172.24.1.20 | needs the number",
                "service.web.server.a = 202.103.106.5:80 tunnel=vxlan vni=7 host=172.24.1.20 | tells no hardware address",
            })
    void shouldSayWhatIsWrongWithAnOverlay(String line) {
        assertProblem(DR, line);
    }

    private static void assertProblem(String config, String line) {
        String[] parts = line.split(" \\| ");
        String key = parts[0].substring(0, parts[0].indexOf(' '));
        List<Problem> found = problems(with(config, parts[0]));
        assertTrue(
                found.stream().anyMatch(p -> p.key().equals(key) && p.toString().contains(parts[1])), found.toString());
    }

    @Test
    void shouldWarnOfWhatHasNoEffect() {
        assertTrue(load(with(TUN, "service.web.server.a = 172.16.0.2:80 vni=7"))
                .warnings()
                .toString()
                .contains("vni= has no effect"));
    }
}
