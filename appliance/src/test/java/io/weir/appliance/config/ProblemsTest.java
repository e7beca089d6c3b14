package io.weir.appliance.config;

import static io.weir.appliance.config.ConfigFixture.DEVICES;
import static io.weir.appliance.config.ConfigFixture.WEB;
import static io.weir.appliance.config.ConfigFixture.load;
import static io.weir.appliance.config.ConfigFixture.problems;
import static io.weir.appliance.config.ConfigFixture.with;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemsTest {
    @Test
    void shouldListTenMistakesAtOnce() {
        final List<Problem> problems = problems("""
                io.interface.front = eth0
                io.interface.bakc = eth1
                io.brust = 64
                io.frame.size = 2000
                workers.cores = 1-9
                connections.capacity = lots
                timeout.udp = 300
                service.web.address = 202.103.106.5:80
                service.web.scheduler = wrrr
                service.web.server.a = 172.16.0.2:80 wieght=1
                service.two.address = 202.103.106.5:80
                service.two.server.a = [2001:db8::1]:80
                """);
        final List<String> keys = List.of(
                "io.interface.bakc",
                "io.brust",
                "io.frame.size",
                "workers.cores",
                "connections.capacity",
                "timeout.udp",
                "service.web.scheduler",
                "service.web.server.a",
                "service.two.address",
                "service.two.server.a");
        for (final String key : keys) {
            assertEquals(1, problems.stream().filter(p -> p.key().equals(key)).count(), () -> key + " in " + problems);
        }
        assertEquals(10, problems.size(), problems::toString);
        for (final Problem problem : problems) {
            assertTrue(problem.toString()
                    .startsWith(problem.file() + ": " + problem.key() + " = " + problem.value() + ": "));
            assertTrue(!problem.value().isEmpty() && problem.file().endsWith(".properties"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "io.brust, io.burst",
        "io.interface.frnot, io.interface.front",
        "gateway.bakc, gateway.back",
        "service.web.adress, service.web.address",
        "service.web.sheduler, service.web.scheduler",
        "service.web.servers.a, service.web.server.a",
        "servcie.web.address, service.web.address",
        "service.web.health.intervall, service.web.health.interval",
        "timeout.tcp.synrecv, timeout.tcp.syn-recv",
        "worker.cores, workers.cores",
        "ha.vrrp.prio, ha.vrrp.priority",
    })
    void shouldNameNearestKey(String wrong, String right) {
        assertProblem(WEB + wrong + " = 1", wrong, "nearest", right);
    }

    @Test
    void shouldNotGuessWhenNothingIsNear() {
        final String message = assertProblem(WEB + "completely.different = 1", "completely.different", "no such key");
        assertTrue(!message.contains("nearest"), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.burst = 48 | power of two | 32",
                "io.burst = -1 | power of two",
                "io.ring.size = 1m | from 64 to 65536",
                "io.driver = dpdk | auto, af_xdp, af_packet",
                "io.xdp.mode = nativ | did you mean native",
                "io.interface.front = a-name-that-is-too-long | at most 15",
                "io.interface.back = eth0 | the front device, too",
                "io.exception.device = eth1 | is a device of io.interface",
                "workers.cores = 0,0 | twice",
                "workers.cores = 3-1 | 2,3,6-9",
                "workers.cores = 2,17 | no processor 17 | it has 0-3",
                "ha.core = 4 | no processor 4",
                "control.cores = x | 2,3,6-9",
                "workers.idle = spin | busy-spin",
                "node.name = a/b | letters",
                "counters.file = counters | absolute",
                "timeout.tcp.established = 15 | unit",
                "timeout.tcp.established = 15d | unit",
                "timeout.tcp.established = 0s | from 100ms",
                "connections.capacity = 5 | from 1024",
                "connections.capacity = 99999999999g | from 1024",
                "forward.ttl = dec | decrement, keep",
                "scheduler.mh.table-size = 65536 | prime | 65537",
                "nat.ports = 5000 | LOW-HIGH",
                "nat.ports = 6000-5000 | LOW-HIGH",
                "nat.addresses = 127.0.0.1 | not the address of a host",
                "gateway.back = 172.16.0.2 | is a server of service web",
                "ha.mode = cluster | none, vrrp, bgp",
                "ha.vrrp.id = 256 | from 1 to 255",
                "ha.vrrp.advertise = 15ms | multiple of 10ms",
                "ha.vrrp.preempt = yes | true or false",
                "ha.vrrp.peers = host1 | no IP address",
                "admin.listen = 9180 | ADDRESS:PORT or unix:/path",
                "admin.listen = unix:sock | absolute",
                "admin.listen = unix:/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/01234567 | at most 107",
                "admin.listen = 0.0.0.0:9180 | needs admin.token",
                "admin.listen = [2001:db8::1]:9180 | needs admin.token",
                "service.web.address = 202.103.106.5 | has no port",
                "service.web.address = www.example.org:80 | no IP address",
                "service.web.address = 2001:db8::5:80 | [ADDRESS]:PORT",
                "service.web.address = 0.0.0.0:80 | not the address of a host",
                "service.web.address = 224.0.0.1:80 | not the address of a host",
                "service.web.address = 202.103.106.5:0 | ",
                "service.web.protocol = sctp | tcp, udp",
                "service.web.scheduler = wlcc | rr wrr lc wlc",
                "service.web.scheduler-flags = sh-port | is for scheduler sh",
                "service.web.scheduler-flags = port | sh-port",
                "service.web.persistence-mask = 255.255.255.0 | without service.web.persistence",
                "service.web.persistence-mask = 255.0.255.0 | prefix length",
                "service.web.health = ping | none, tcp, udp or http GET",
                "service.web.health.timeout = 3s | longer than service.web.health.interval = 2s",
                "service.web.alg = gopher | ftp, irc",
                "service.web.server.a = 172.16.0.2:80 weight | weight | ADDRESS:PORT",
                "service.web.server.a = 172.16.0.2:80 weight=-1 | from 0 to 65535",
                "service.web.server.a = 172.16.0.2:80 weight=65536 | from 0 to 65535",
                "service.web.server.a = 172.16.0.2:80 max=10 min=11 | greater than max=10",
                "service.web.server.a = 172.16.0.2:80 min=11 | no max",
                "service.web.server.a = 172.16.0.2:80 weight=1 weight=1 | twice",
                "service.web.server.a = 172.16.0.2:80 tunel=gre | did you mean tunnel=",
                "service.web.server.a = 172.16.0.2:80 tunnel=l2tp | ipip",
                "service.web.server.a = 172.16.0.2:80 host=node7 | no IP address",
                "service.web.server.a = 172.16.0.2:0 | only where the service has port 0",
                "service.web.server.a = 172.16.0.3:8000 | same address and port",
                "service.web.server.a = [2001:db8::1]:80 | does not translate between families",
                "service.web.server.a = 202.103.106.5:8080 | is a virtual address",
                "service.web.server.a = 2001:db8::1 | [ADDRESS]:PORT",
                "service.web.server.a = 0.0.0.0:1 | not the address of a host",
            })
    void shouldSayWhatIsWrongAndWhatWouldBeRight(String row) {
        final String[] parts = row.split(" \\| ?");
        final String key = parts[0].substring(0, parts[0].indexOf(" ="));
        final List<Problem> problems = problems(with(WEB, parts[0]));
        if (parts.length == 1) {
            return; // that it is refused is enough
        }
        final String message = problems.stream()
                .filter(p -> !p.key().startsWith("service.web.server.b"))
                .map(Problem::toString)
                .reduce("", (a, b) -> a + b + "\n");
        assertTrue(message.contains(key + " = "), message);
        for (int i = 1; i < parts.length; i++) {
            assertTrue(message.contains(parts[i]), message);
        }
    }

    @Test
    void shouldRefuseServerPortWhereServiceHasAllPorts() {
        final List<Problem> problems = problems(with(WEB, "service.web.address = 202.103.106.5:0"));
        assertEquals(
                List.of("service.web.server.a", "service.web.server.b"),
                problems.stream().map(Problem::key).toList());
        assertTrue(problems.getFirst().message().contains("contradicts port 0"));
    }

    @Test
    void shouldRefuseSameAddressOfTwoServicesUnlessProtocolDiffers() {
        final String two = WEB + "service.dns.address = 202.103.106.5:80\nservice.dns.server.a = 172.16.0.2:80\n";
        assertProblem(two, "service.dns.address", "service web has the same address");
        load(two + "service.dns.protocol = udp\n");
    }

    @Test
    void shouldRefuseKeyTwiceWithDifferentValuesAndWarnWithSame() {
        assertProblem(WEB + "io.burst = 32\nio.burst = 64\n", "io.burst", "twice", "'32'");
        final List<Problem> warnings =
                load(WEB + "io.burst = 32\nio.burst = 32\n").warnings();
        assertEquals("io.burst", warnings.getFirst().key());
    }

    @Test
    void shouldRefuseMissingKeys() {
        assertProblem("io.interface.back = eth1\n", "io.interface.front", "is missing");
        assertProblem(DEVICES + "service.web.server.a = 10.0.0.1:80", "service.web.address", "is missing");
        assertProblem("io.interface.front = eth0\ngateway.back = 10.0.0.1\n", "gateway.back", "no device for it");
    }

    @Test
    void shouldRefuseBurstLargerThanRingAndFramesThatAfXdpCannotHave() {
        assertProblem(WEB + "io.burst = 1024\nio.ring.size = 512\n", "io.burst", "io.ring.size = 512");
        assertProblem(WEB + "io.driver = af_xdp\nio.frame.size = 8k\n", "io.frame.size", "af_xdp");
        assertProblem(WEB + "io.xdp.mode = generic\nio.xdp.zero-copy = on\n", "io.xdp.zero-copy", "generic");
    }

    @Test
    void shouldRefuseMaglevTableTooSmallForServers() {
        final StringBuilder text =
                new StringBuilder(DEVICES + "service.web.address = 10.0.0.1:80\nservice.web.scheduler = mh\n");
        for (int i = 0; i < 11; i++) {
            text.append("service.web.server.s%d = 10.1.0.1:%d\n".formatted(i, 8000 + i));
        }
        load(text.toString());
        assertProblem(text + "scheduler.mh.table-size = 1021\n", "scheduler.mh.table-size", "11 servers of web");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "service.web.scheduler = lblc",
                "service.web.scheduler = lblcr",
                "service.web.persistence = 5m",
                "service.web.alg = ftp",
            })
    void shouldRefuseWhatThisVersionCannotDo(String line) {
        assertProblem(
                with(WEB, line), line.substring(0, line.indexOf(" =")), "not available in this version", "is right");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nat.ports = 30000-40000 | overlaps net.ipv4.ip_local_port_range = 32768-60999",
                "ha.vrrp.id = 7 | no effect with ha.mode = none",
                "ha.core = 0 | no effect with ha.mode = none",
                "ha.bgp.metric = 7 | no effect with ha.mode = none",
                "control.cores = 0-1 | pinned to 1",
                "service.web.server.a = 172.16.0.2:80 tunnel=gre | no effect with service.web.forward = nat",
                "service.web.server.a = 172.16.0.2:80 host=172.24.1.20 | host= has no effect",
            })
    void shouldWarnOfWhatIsHarmless(String row) {
        final String[] parts = row.split(" \\| ");
        final List<Problem> warnings = load(with(WEB, parts[0])).warnings();
        assertEquals(1, warnings.size(), warnings::toString);
        assertEquals(Problem.Severity.WARNING, warnings.getFirst().severity());
        assertTrue(warnings.getFirst().toString().contains(parts[1]), warnings::toString);
    }

    @Test
    void shouldRefuseFullNatWithoutAnAddressOfItsFamily() {
        assertProblem(
                with(WEB, "service.web.forward = fullnat\nnat.addresses = fd00::1"),
                "nat.addresses",
                "an IPv4 address");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "service.web.reconstruct = replay | full, adopt or off is right",
                "service.web.on-server-death = replay | reset or keep is right",
            })
    void shouldRefuseReplayWhereAnswersPassElsewhere(String row) {
        final String[] parts = row.split(" \\| ");
        assertProblem(
                with(WEB, "service.web.forward = dr\n" + parts[0]),
                parts[0].substring(0, parts[0].indexOf(" =")),
                "under service.web.forward = dr",
                parts[1]);
    }

    @Test
    void shouldWarnOfAnotherPortUnderDrAndNotOfTheSame() {
        final List<Problem> warnings =
                load(with(WEB, "service.web.forward = dr")).warnings();
        assertEquals(1, warnings.size(), warnings::toString);
        assertTrue(warnings.getFirst().toString().contains("leave it from port 8000"), warnings::toString);
    }

    @Test
    void shouldRefuseVrrpWithoutAddresses() {
        assertProblem(DEVICES + "ha.mode = vrrp\n", "ha.mode", "no address to be master of", "is right");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ha.bgp.table = 0 | a number from 1 to 4294967295 is right",
                "ha.bgp.table = 4294967296 | a number from 1 to 4294967295 is right",
                "ha.bgp.table = 255 | a table of the kernel's own; another number, or main, is right",
                "ha.bgp.table = default | is right",
                "ha.bgp.metric = 0 | a number from 1 to 4294967295 is right",
                "ha.bgp.drain = 11m | a time from 0s to 10m",
            })
    void shouldRefuseWhatIsNoRoute(String row) {
        final String[] parts = row.split(" \\| ");
        assertProblem(with(WEB, "ha.mode = bgp\n" + parts[0]), parts[0].substring(0, parts[0].indexOf(" =")), parts[1]);
    }

    @Test
    void shouldRefuseBgpWithoutServices() {
        assertProblem(DEVICES + "ha.mode = bgp\n", "ha.mode", "no address to announce", "is right");
    }

    @Test
    void shouldTakeBgp() {
        final LoadedConfig loaded = load(with(WEB, "ha.mode = bgp\nha.bgp.table = main\nha.vrrp.id = 7"));
        assertEquals(
                new HaConfig.Bgp(254, 100, Duration.ofSeconds(2)),
                loaded.node().ha().bgp());
        assertEquals(1, loaded.warnings().size(), loaded.warnings()::toString);
        assertTrue(loaded.warnings().toString().contains("ha.vrrp.id"), loaded.warnings()::toString);
        assertEquals(
                4_294_967_295L,
                load(with(WEB, "ha.mode = bgp\nha.bgp.table = 4294967295"))
                        .node()
                        .ha()
                        .bgp()
                        .table());
    }

    @Test
    void shouldRefusePeersOfAFamilyWithoutAddresses() {
        assertProblem(
                with(WEB, "ha.mode = vrrp\nha.vrrp.peers = fe80::2"),
                "ha.vrrp.peers",
                "fe80::2",
                "IPv4 peers are right");
    }

    @Test
    void shouldTakeVrrp() {
        final HaConfig ha = load(with(
                        WEB,
                        "ha.mode = vrrp\nha.vrrp.priority = 150\nha.vrrp.advertise = 10ms\nha.vrrp.peers = 10.9.9.9\nha.vrrp.track = web"))
                .node()
                .ha();
        assertEquals(Choices.HaMode.VRRP, ha.mode());
        assertEquals(150, ha.vrrp().priority());
        assertEquals(Duration.ofMillis(10), ha.vrrp().advertise());
        assertEquals(List.of("web"), ha.vrrp().track());
    }

    @Test
    void shouldWarnOfADelayOfWhatNeverHappens() {
        final String text = with(WEB, "ha.mode = vrrp\nha.vrrp.preempt = false\nha.vrrp.preempt-delay = 5s");
        assertTrue(load(text).warnings().toString().contains("no effect with ha.vrrp.preempt = false"));
    }

    @Test
    void shouldRefuseHealthCheckWithoutPort() {
        assertProblem(
                DEVICES
                        + "service.all.address = 10.0.0.1:0\nservice.all.server.a = 10.0.0.2\nservice.all.health = tcp\n",
                "service.all.health",
                "no port to check",
                "10.0.0.1:0");
    }

    @Test
    void shouldWarnOfThreadOnAWorkersCore() {
        assertTrue(load(with(WEB, "ha.core = 2")).warnings().toString().contains("same core"));
    }

    @Test
    void shouldWarnOfNodeThatForwardsNothing() {
        assertTrue(load(DEVICES).warnings().getFirst().toString().contains("no service"));
        final String empty = DEVICES + "service.web.address = 10.0.0.1:80\n";
        assertTrue(load(empty).warnings().getFirst().toString().contains("no server"));
        final String quiesced = empty + "service.web.server.a = 10.0.0.2:80 weight=0\n";
        assertTrue(load(quiesced).warnings().getFirst().toString().contains("weight 0"));
    }

    private static String assertProblem(String text, String key, String... parts) {
        final List<Problem> problems = problems(text);
        final List<Problem> mine =
                problems.stream().filter(p -> p.key().equals(key)).toList();
        assertEquals(1, mine.size(), problems::toString);
        assertEquals(mine, problems, "one mistake, one problem");
        final String message = mine.getFirst().toString();
        for (final String part : parts) {
            assertTrue(message.contains(part), message);
        }
        return message;
    }
}
