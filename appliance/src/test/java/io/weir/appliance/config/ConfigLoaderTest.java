package io.weir.appliance.config;

import static io.weir.appliance.config.ConfigFixture.DEVICES;
import static io.weir.appliance.config.ConfigFixture.WEB;
import static io.weir.appliance.config.ConfigFixture.load;
import static io.weir.appliance.config.ConfigFixture.problems;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.config.Choices.Driver;
import io.weir.appliance.config.Choices.Role;
import io.weir.engine.flow.TcpState;
import io.weir.scheduler.IpAddress;
import io.weir.scheduler.SchedulerFlag;
import io.weir.scheduler.SchedulerKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ConfigLoaderTest {
    @Test
    void shouldTakeDefaultsForWhatFileDoesNotSay() {
        final NodeConfig node = load(WEB).node();
        assertEquals("lb1", node.name());
        assertEquals(List.of(1, 2, 3), node.workers().cores());
        assertEquals(OptionalInt.empty(), node.workers().haCore());
        assertEquals(Driver.AUTO, node.io().driver());
        assertEquals(64, node.io().burst());
        assertEquals(4096, node.io().ringSize());
        assertEquals(2048, node.io().frameSize());
        assertEquals("weir-x", node.io().exceptionDevice());
        assertFalse(node.io().isOneArm());
        assertEquals(1 << 20, node.connectionsCapacity());
        assertEquals(Choices.Ttl.DECREMENT, node.ttl());
        assertEquals(65537, node.maglevTableSize());
        assertEquals(Choices.Reject.REJECT, node.reject());
        assertEquals(new PortRange(10000, 32000), node.nat().ports());
        assertEquals(Path.of("/dev/shm/weir/lb1/counters"), node.countersFile());
        assertEquals("127.0.0.1:9180", node.admin().listen().toString());
        final ServiceConfig web = node.services().getFirst();
        assertEquals(SchedulerKind.WRR, web.scheduler());
        assertEquals(Choices.Forward.NAT, web.forward());
        assertEquals(Choices.Protocol.TCP, web.protocol());
        assertEquals(Set.of(), web.schedulerFlags());
        assertTrue(load(WEB).warnings().isEmpty(), () -> load(WEB).warnings().toString());
    }

    @Test
    void shouldKeepFilesOrderOfServicesAndServers() {
        final StringBuilder text = new StringBuilder(DEVICES);
        for (final String service : List.of("zeta", "alpha", "mid")) {
            text.append("service.%s.address = 10.0.0.1:%d\n".formatted(service, text.length()));
            for (final String server : List.of("s9", "s10", "a", "z")) {
                text.append("service.%s.server.%s = 10.1.0.1:%d\n".formatted(service, server, text.length()));
            }
        }
        final List<ServiceConfig> services = load(text.toString()).node().services();
        assertEquals(
                List.of("zeta", "alpha", "mid"),
                services.stream().map(ServiceConfig::name).toList());
        services.forEach(s -> assertEquals(
                List.of("s9", "s10", "a", "z"),
                s.servers().stream().map(ServerConfig::id).toList()));
    }

    @Test
    void shouldLoadExampleOfLvsArticle() throws ConfigurationException {
        final LoadedConfig loaded = new ConfigLoader(ConfigFixture.HOST).load(Path.of("conf/lvs-nat.properties"));
        assertEquals(List.of(), loaded.warnings());
        final NodeConfig node = loaded.node();
        final ServiceConfig web = node.services().get(0);
        assertEquals("202.103.106.5:80", web.address().toString());
        assertEquals(
                "172.16.0.2:80 1, 172.16.0.3:8000 2",
                web.servers().stream().map(s -> s.endpoint() + " " + s.weight()).collect(Collectors.joining(", ")));
        assertEquals(2, web.toSchedulingPlan(node.maglevTableSize()).pool().size());
        final ServiceConfig ftp = node.services().get(1);
        assertEquals("202.103.106.5:21", ftp.address().toString());
        assertEquals("172.16.0.3:21", ftp.servers().getFirst().endpoint().toString());
    }

    @Test
    void shouldLoadExampleOfManyNodes() throws ConfigurationException {
        final LoadedConfig loaded = new ConfigLoader(ConfigFixture.HOST).load(Path.of("conf/bgp.properties"));
        assertEquals(List.of(), loaded.warnings());
        assertEquals(Choices.HaMode.BGP, loaded.node().ha().mode());
        assertEquals(4711, loaded.node().ha().bgp().table());
    }

    @Test
    void shouldLoadFileThatExplainsEveryKey() throws ConfigurationException, IOException {
        final Path file = Path.of("conf/weir.properties");
        assertEquals(List.of(), new ConfigLoader(ConfigFixture.HOST).load(file).warnings());
        final List<String> lines = Files.readAllLines(file);
        for (final Key<?> key : Keys.all()) {
            final String[] segments =
                    key.pattern().endsWith("<role>") ? new String[] {"back"} : new String[] {"web", "a"};
            final String start = key.name(segments) + " = ";
            final Optional<String> line = lines.stream()
                    .map(l -> l.startsWith("#") ? l.substring(1) : l)
                    .filter(l -> l.startsWith(start))
                    .findFirst();
            assertTrue(line.isPresent(), () -> "conf/weir.properties does not mention " + key.pattern());
            final String value = line.get().substring(start.length());
            if (key.defaultText() != null) {
                assertEquals(
                        key.reader().apply(key.defaultText()),
                        key.reader().apply(value),
                        () -> "default of " + key.pattern());
            } else if (!value.startsWith("$")) {
                key.reader().apply(value);
            }
        }
    }

    @Test
    void shouldMentionNoKeyThatDoesNotExist() throws IOException {
        for (final String line : Files.readAllLines(Path.of("conf/weir.properties"))) {
            if (line.matches("#?[a-z].* = .*")) {
                final String key = line.replaceFirst("^#", "").replaceFirst(" = .*", "");
                assertTrue(Keys.find(key).isPresent(), key);
            }
        }
    }

    @Test
    void shouldReadEveryPartOfService() {
        final NodeConfig node = load(DEVICES + """
                        service.six.address = [2001:db8::5]:443
                        service.six.protocol = udp
                        service.six.scheduler = mh
                        service.six.scheduler-flags = mh-port, mh-fallback
                        service.six.server.a = [2001:db8::a]:8443 weight=7 max=1k min=900
                        service.all.address = 10.0.0.9:0
                        service.all.server.x = 10.0.1.1
                        service.all.server.y = 10.0.1.2:0
                        """).node();
        final ServiceConfig six = node.services().get(0);
        assertEquals(Set.of(SchedulerFlag.MH_PORT, SchedulerFlag.MH_FALLBACK), six.schedulerFlags());
        final ServerConfig a = six.servers().getFirst();
        assertEquals("[2001:db8::a]:8443", a.endpoint().toString());
        assertEquals(7, a.weight());
        assertEquals(1024, a.toRealServer(true).maxConnections());
        assertEquals(900, a.toRealServer(true).minConnections());
        final ServiceConfig all = node.services().get(1);
        assertEquals(0, all.address().port());
        assertEquals(0, all.servers().get(0).endpoint().port());
    }

    @Test
    void shouldLetServerWithoutPortHaveServicesPort() {
        final NodeConfig node = load(DEVICES + "service.web.address = 10.0.0.9:80\nservice.web.server.a = 10.0.1.1\n")
                .node();
        assertEquals(
                "10.0.1.1:80",
                node.services().getFirst().servers().getFirst().endpoint().toString());
    }

    @Test
    void shouldSetSeveralTimeoutsAtOnceUnlessSetOneByOne() {
        final Timeouts defaults = load(WEB).node().timeouts();
        for (final TcpState state : TcpState.values()) {
            assertEquals(Duration.ofSeconds(state.defaultSeconds()), defaults.of(state), state.label());
        }
        final Timeouts timeouts = load(WEB
                        + "timeout.tcp.syn = 20s\ntimeout.tcp.synack = 5s\ntimeout.tcp.fin = 3m\n"
                        + "timeout.tcp.last-ack = 500ms\ntimeout.udp = 1h\ntimeout.tcp.close = 1500ms\n")
                .node()
                .timeouts();
        assertEquals(Duration.ofSeconds(20), timeouts.of(TcpState.SYN_SENT));
        assertEquals(Duration.ofSeconds(20), timeouts.of(TcpState.SYN_RECV));
        assertEquals(Duration.ofSeconds(5), timeouts.of(TcpState.SYNACK));
        assertEquals(Duration.ofMinutes(3), timeouts.of(TcpState.FIN_WAIT));
        assertEquals(Duration.ofMinutes(3), timeouts.of(TcpState.TIME_WAIT));
        assertEquals(Duration.ofMinutes(3), timeouts.of(TcpState.CLOSE_WAIT));
        assertEquals(Duration.ofMillis(500), timeouts.of(TcpState.LAST_ACK));
        assertEquals(Duration.ofHours(1), timeouts.of(TcpState.UDP));
        assertEquals(1_500_000_000L, timeouts.nanosByOrdinal()[TcpState.CLOSE.ordinal()]);
        assertEquals(Duration.ofMinutes(15), timeouts.of(TcpState.ESTABLISHED));
    }

    @Test
    void shouldExpandVariablesOfEnvironment() {
        final NodeConfig node = load("io.interface.front = ${FRONT}\nservice.web.address=${VIP}:80\n"
                        + "service.web.server.a = 172.16.0.2:80\n")
                .node();
        assertEquals("ens3", node.io().interfaces().get(Role.FRONT));
        assertEquals(
                IpAddress.parse("202.103.106.5"),
                node.services().getFirst().address().address());
        assertEquals(1, problems(WEB + "node.name = ${NOWHERE}x\n").size());
    }

    @Test
    void shouldMaskSecretInEffectiveConfiguration() {
        final LoadedConfig loaded = load(WEB + "admin.token = correcthorse\n");
        assertEquals(Optional.of("correcthorse"), loaded.node().admin().token());
        assertFalse(loaded.settings().toString().contains("correcthorse"));
        assertFalse(loaded.toString().contains("correcthorse"));
        final String message = problems(WEB + "admin.token = hush\n").toString();
        assertFalse(message.contains("hush"), message);
    }

    @Test
    void shouldGiveEffectiveValueOfEveryKeyThatHasOne() {
        final Set<String> shown =
                load(WEB).settings().stream().map(Setting::key).collect(Collectors.toSet());
        for (final Key<?> key : Keys.all()) {
            if (key.defaultText() != null && !HostKeys.all().contains(key)) {
                assertTrue(shown.contains(key.name("web")), key.pattern());
            }
        }
        assertTrue(shown.contains("timeout.tcp.fin-wait"));
        assertTrue(shown.contains("workers.cores"));
        assertTrue(shown.contains("service.web.server.b"));
    }

    @Test
    void shouldUseOnlyCoreThereIs() throws ConfigurationException {
        final HostFacts small = new HostFacts("tiny host!", List.of(0), Optional.empty(), java.util.Map.of());
        final NodeConfig node =
                new ConfigLoader(small).load(ConfigFixture.file(WEB)).node();
        assertEquals(List.of(0), node.workers().cores());
        assertEquals("tiny-host-", node.name());
    }

    @Test
    void shouldSayWhatIsWrongWithFileItself() throws IOException {
        final ConfigLoader loader = new ConfigLoader(ConfigFixture.HOST);
        assertMessage("there is no such file", () -> loader.load(Path.of("/nowhere/at/all")));
        final Path latin = Files.write(ConfigFixture.file(""), new byte[] {'a', '=', (byte) 0xfc});
        assertMessage("is not UTF-8", () -> loader.load(latin));
        assertMessage("cannot be read", () -> loader.load(Path.of("conf")));
        assertMessage("escape", () -> loader.load(ConfigFixture.file("a = \\u12")));
    }

    private static void assertMessage(String part, org.junit.jupiter.api.function.Executable executable) {
        final String message =
                assertThrows(ConfigurationException.class, executable).getMessage();
        assertTrue(message.contains(part), message);
    }

    @Test
    void shouldRefuseMoreServersThanANodeTakes() {
        final StringBuilder text = new StringBuilder(ConfigFixture.WEB);
        for (int n = 0; n < NodeConfig.MAX_SERVERS - 1; n++) {
            text.append("service.web.server.s%d = 172.17.%d.%d:80\n".formatted(n, n / 250, n % 250 + 1));
        }
        final List<Problem> problems = ConfigFixture.problems(text.toString());
        assertEquals(1, problems.size(), problems.toString());
        assertTrue(problems.getFirst().toString().contains("at most 4096"), problems.toString());
    }

    @Test
    void shouldKnowThisMachine() {
        final HostFacts here = HostFacts.ofThisMachine();
        assertFalse(here.cores().isEmpty());
        assertFalse(here.hostName().isBlank());
    }
}
