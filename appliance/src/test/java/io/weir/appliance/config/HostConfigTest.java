package io.weir.appliance.config;

import static io.weir.appliance.config.ConfigFixture.file;
import static io.weir.appliance.config.ConfigFixture.load;
import static io.weir.appliance.config.ConfigFixture.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.config.Choices.GuestConfiguration;
import io.weir.appliance.config.HostConfig.Guest;
import io.weir.scheduler.IpAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostConfigTest {
    /** A node's own file, as it is on two hypervisors, too. */
    private static final String FILE = """
            io.interface.front = eth0
            workers.cores = 1-3
            hypervisor.h1.datapath = 1
            hypervisor.h1.address = 172.24.1.20
            hypervisor.h2.datapath = 2
            hypervisor.h2.address = 172.24.1.21
            service.web.address = 10.10.1.100:80
            service.web.forward = dr
            service.web.server.a = 10.10.1.21:8080 host=h1 port=vnet0
            service.web.server.b = 10.10.1.22:8080 host=172.24.1.20 port=vnet1
            service.web.server.c = 10.10.1.31:8080 host=h2 port=vnet7
            service.six.address = [2001:db8::100]:80
            service.six.forward = dr
            service.six.server.a = [2001:db8::21]:8080 host=h1 port=vnet0
            service.nat.address = 10.10.1.101:80
            service.nat.server.a = 10.10.1.41:8080
            host.name = h1
            host.guest.vnet0.agent = /run/guests/vnet0
            host.guest.vnet1.agent = /run/guests/vnet1
            host.guest.vnet1.interface = ens3
            host.guest.vnet1.configuration = netplan
            host.guest.vnet7.agent = /run/guests/vnet7
            """;

    private static LoadedHost host(String text) {
        try {
            return new ConfigLoader(ConfigFixture.HOST).loadHost(file(text));
        } catch (final ConfigurationException e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    private static List<Problem> problemsOfHost(String text) {
        return assertThrows(
                        ConfigurationException.class, () -> new ConfigLoader(ConfigFixture.HOST).loadHost(file(text)))
                .problems();
    }

    private static TreeSet<IpAddress> addresses(String... texts) {
        final TreeSet<IpAddress> addresses = new TreeSet<>();
        for (final String text : texts) {
            addresses.add(IpAddress.parse(text));
        }
        return addresses;
    }

    @Test
    void shouldReadGuestsOfOneHypervisorFromNodesFile() {
        assertEquals(List.of(), load(FILE).warnings());
        final LoadedHost loaded = host(FILE);
        assertEquals(List.of(), loaded.warnings());
        final HostConfig config = loaded.host();
        assertEquals("h1", config.name());
        assertEquals(Path.of("/var/lib/weir/h1/host.json"), config.status());
        assertEquals(Duration.ofSeconds(10), config.interval());
        assertEquals(Duration.ofSeconds(5), config.timeout());
        assertEquals(Duration.ofMinutes(1), config.backoff());
        assertEquals(
                List.of(
                        new Guest(
                                "vnet0",
                                Optional.of(Path.of("/run/guests/vnet0")),
                                Optional.empty(),
                                GuestConfiguration.AUTO,
                                addresses("10.10.1.21", "2001:db8::21"),
                                addresses("10.10.1.100", "2001:db8::100")),
                        new Guest(
                                "vnet1",
                                Optional.of(Path.of("/run/guests/vnet1")),
                                Optional.of("ens3"),
                                GuestConfiguration.NETPLAN,
                                addresses("10.10.1.22"),
                                addresses("10.10.1.100"))),
                config.guests());
        assertEquals(
                Set.of("host."),
                Set.copyOf(loaded.settings().stream()
                        .map(s -> s.key().substring(0, 5))
                        .toList()));
    }

    @Test
    void shouldBeTheHypervisorOfTheHostsName() {
        final String file =
                FILE.replace("host.name = h1\n", "").replace("h2.", "lb1.").replace("host=h2", "host=lb1");
        assertEquals("lb1", host(file).host().name());
        assertEquals("vnet7", host(file).host().guests().getFirst().port());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host.name = h3 | no hypervisor of that name; h1 or h2 is right",
                "host.name = a.b | a name as in hypervisor.<name> is right",
                "host.interval = 10 | with its unit",
                "host.timeout = 1ms | from 100ms to 5m",
                "host.status = host.json | the absolute path of a file is right",
                "host.intervall = 10s | the nearest is host.interval",
                "host.guest.vnet0.agnet = /run/x | the nearest is host.guest.vnet0.agent",
                "host.guest.vnet0.agent = run/x | the absolute path of a file is right",
                "host.guest.vnet0.agent = /run/guests/vnet1 | has the same; each has its own",
                "host.guest.vnet0.interface = an interface | at most 15 characters is right",
                "host.guest.vnet0.configuration = yast | one of auto, networkd, netplan, ifupdown",
                "service.web.server.b = 10.10.1.100:8080 host=h1 port=vnet2 | ",
                "service.web.server.a = 10.10.1.21:8080 host=h1 | port= is missing",
            })
    void shouldSayWhatIsWrong(String row) {
        final String[] parts = row.split(" \\| ", -1);
        if (parts[1].isBlank()) {
            final String text = with(FILE, parts[0]) + "host.guest.vnet2.agent = /run/guests/vnet2\n";
            final String message = problemsOfHost(text).toString();
            assertTrue(message.contains("host.guest.vnet2.interface: is missing, and no server at vnet2"), message);
        } else {
            final String message = problemsOfHost(with(FILE, parts[0])).toString();
            assertTrue(message.contains(parts[1]), message);
        }
    }

    @Test
    void shouldListEveryProblemAtOnce() {
        final List<Problem> problems = problemsOfHost(
                "host.name = h9\nhost.timeout = never\nhost.guest.a.agent = x\nhost.gust.b.agent = /x\nha.mode = both\n"
                        + "service.s.address = 10.10.1.100:80\nservice.s.forward = dr\n"
                        + "service.s.server.a = 10.10.1.21:80 host=h1 port=a\n");
        assertEquals(
                Set.of(
                        "host.name",
                        "host.timeout",
                        "host.guest.a.agent",
                        "host.gust.b.agent",
                        "ha.mode",
                        "service.s.server.a"),
                Set.copyOf(problems.stream().map(Problem::key).toList()),
                problems::toString);
    }

    @Test
    void shouldWarnOfGuestsThatNobodyServes() {
        final String warnings = host(FILE.replace("host.guest.vnet0.agent = /run/guests/vnet0\n", "")
                        + "host.guest.vnet8.agent = /run/guests/vnet8\n")
                .warnings()
                .toString();
        assertTrue(
                warnings.contains("host.guest.vnet0.agent: is missing: the guest at vnet0 must be given 10.10.1.100, "
                        + "2001:db8::100 by its owner"),
                warnings);
        assertTrue(warnings.contains("has no effect: no server has port=vnet8; did you mean vnet"), warnings);
    }
}
