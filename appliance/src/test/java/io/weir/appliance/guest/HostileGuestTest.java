package io.weir.appliance.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.config.HostConfig;
import io.weir.appliance.guest.GuestException.Kind;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.TreeSet;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Guests that hang, lie, flood, or cannot do what they are asked: each is told of, and harms nobody else. */
@Timeout(240)
class HostileGuestTest {
    private static final String INTERFACES = """
            auto eth0
            iface eth0 inet static
                address 10.10.1.21/24
            iface eth0 inet6 static
                address 2001:db8::21/64
                dad-attempts 0
            """;
    private static final String DEVICE = """
            ip address add 10.10.1.21/24 dev eth0
            ip address add 2001:db8::21/64 dev eth0 nodad
            ip link set eth0 up
            """;

    private static final String INFO = GuestCommands.NEEDED.stream()
            .map(name -> "{\"enabled\": true, \"name\": \"" + name + "\"}")
            .collect(Collectors.joining(", ", "{\"return\": {\"supported_commands\": [", "]}}"));

    @TempDir
    private Path directory;

    private final Heard heard = new Heard();

    private static void never(SocketChannel to, String line) throws InterruptedException {
        Thread.sleep(Duration.ofMinutes(10));
    }

    private static void endless(SocketChannel to, String text) throws IOException {
        while (true) {
            HostileAgent.say(to, text);
        }
    }

    static Stream<Arguments> manners() {
        return Stream.of(
                manner("says nothing", Kind.SILENT, "no answer in", HostileGuestTest::never),
                manner("hangs up at once", Kind.ABSENT, "closed the connection", (to, line) -> to.close()),
                manner("hangs up in the middle", Kind.ABSENT, "closed the connection", (to, line) -> {
                    HostileAgent.say(to, "\u00ff{\"retu");
                    to.close();
                }),
                manner(
                        "is no guest agent",
                        Kind.GARBLED,
                        "no JSON: HTTP/1.1",
                        (to, line) -> HostileAgent.say(to, "\u00ffHTTP/1.1 400 Bad Request\n")),
                manner(
                        "floods before the delimiter",
                        Kind.GARBLED,
                        "no end of an answer",
                        (to, line) -> endless(to, "x".repeat(65536))),
                manner("floods within a line", Kind.GARBLED, "more than 1048576 bytes", (to, line) -> {
                    HostileAgent.say(to, "\u00ff");
                    endless(to, "{".repeat(65536));
                }),
                manner(
                        "gives another's number",
                        Kind.SILENT,
                        "no answer in",
                        (to, line) -> HostileAgent.say(to, "\u00ff{\"return\": 0}\n")),
                manner(
                        "gives no number",
                        Kind.GARBLED,
                        "no number where one must be",
                        (to, line) -> HostileAgent.say(to, "\u00ff{\"return\": \"0\"}\n")),
                manner("answers twice", Kind.GARBLED, "more than an answer", (to, line) -> {
                    if (!HostileAgent.synchronise(to, line)) {
                        HostileAgent.say(to, (INFO + "\n").repeat(2));
                    }
                }),
                manner("says nothing later", Kind.SILENT, "guest-info: no answer in", (to, line) -> {
                    if (!HostileAgent.synchronise(to, line)) {
                        never(to, line);
                    }
                }),
                manner(
                        "knows nothing",
                        Kind.REFUSED,
                        "does not allow guest-network-get-interfaces, guest-exec",
                        (to, line) -> {
                            if (!HostileAgent.synchronise(to, line)) {
                                HostileAgent.say(to, "{\"return\": {\"version\": [], \"supported_commands\": 7}}\n");
                            }
                        }));
    }

    private static Arguments manner(String name, Kind kind, String message, HostileAgent.Manner manner) {
        return Arguments.of(name, kind, message, manner);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("manners")
    void shouldTellWhatIsWrongWithGuestThat(String name, Kind kind, String message, HostileAgent.Manner manner)
            throws Exception {
        final Path socket = directory.resolve("agent");
        final boolean atOnce = kind == Kind.SILENT && !message.startsWith("guest-info");
        final Duration limit = atOnce ? Duration.ofMillis(100) : Duration.ofSeconds(kind == Kind.SILENT ? 2 : 60);
        final ScheduledThreadPoolExecutor clock = HostAgent.clock();
        try (HostileAgent _ = HostileAgent.at(socket, manner)) {
            final GuestException e = assertThrows(GuestException.class, () -> {
                try (GuestAgent agent = GuestAgent.open(socket, clock, limit)) {
                    final GuestCommands commands = new GuestCommands(agent, limit);
                    final HostConfig config =
                            new HostFile(directory).config(HostFile.SERVICES, "vnet0.agent = " + socket);
                    new GuestPass(commands, config.guests().getFirst(), new TreeSet<>(), (a, d) -> {}).run();
                }
            });
            assertEquals(kind, e.kind(), e::getMessage);
            assertTrue(e.getMessage().contains(message), e::getMessage);
        } finally {
            clock.shutdownNow();
        }
    }

    @Test
    void shouldThrowAwayWhatWasMeantForOthers() throws Exception {
        final Path socket = directory.resolve("agent");
        final ScheduledThreadPoolExecutor clock = HostAgent.clock();
        try (HostileAgent _ = HostileAgent.at(socket, (to, line) -> {
                    HostileAgent.say(to, "{\"return\": {\"half an");
                    HostileAgent.say(to, "\u00ff{\"return\": 4711}\n{\"error\": {}}\n");
                    HostileAgent.synchronise(to, line);
                });
                GuestAgent agent = GuestAgent.open(socket, clock, Duration.ofSeconds(60))) {
            assertTrue(agent.toString().length() > 0);
        } finally {
            clock.shutdownNow();
        }
    }

    @Test
    void shouldServeOthersWhileOneHangs() throws Exception {
        try (GuestMachine good = GuestMachine.create();
                HostileAgent hanging = HostileAgent.at(directory.resolve("bad"), HostileGuestTest::never)) {
            good.start(DEVICE);
            final String bad = HostFile.SERVICES + """
                    service.web.server.b = 10.10.1.22:8080 host=h1 port=vnet1
                    """;
            final HostConfig config = new HostFile(directory)
                    .config(
                            bad,
                            "vnet1.agent = " + directory.resolve("bad"),
                            "vnet0.agent = " + good.socket(),
                            "vnet0.configuration = none");
            try (HostAgent agent = HostAgent.start(config, heard)) {
                heard.await("vnet0 configured");
                assertEquals(GuestState.PENDING, state(agent, "vnet1"), "its time is not over yet");
                good.stop();
                heard.await("vnet0 failed");
                good.start(DEVICE);
                heard.await("vnet0 configured");
                hanging.hangUp();
                heard.await("vnet1 failed");
            }
        }
    }

    private static GuestState state(HostAgent agent, String port) {
        return agent.status().guests().stream()
                .filter(guest -> guest.port().equals(port))
                .findFirst()
                .orElseThrow()
                .state();
    }

    @Test
    void shouldGiveAddressesWhereTheDiskIsFullAndKeepThemWhenItIsNot() throws Exception {
        try (GuestMachine guest = GuestMachine.create()) {
            guest.write("network/interfaces", INTERFACES);
            guest.start(DEVICE + """
                    cp -a /etc/network /run/kept
                    mount -t tmpfs -o size=64k tmpfs /etc/network
                    cp -a /run/kept/. /etc/network
                    cat /dev/zero >/etc/network/fill || true
                    """);
            assertTroubleUntil(guest, "No space left on device", "rm /etc/network/fill");
            assertEquals(
                    INTERFACES,
                    guest.inside("sed '/# weir: begin/,/# weir: end/d' /etc/network/interfaces")
                            .output());
        }
    }

    @Test
    void shouldGiveAddressesWhereNothingCanBeWritten() throws Exception {
        try (GuestMachine guest = GuestMachine.create()) {
            guest.write("network/interfaces", INTERFACES);
            guest.start(DEVICE + "mount -o remount,ro,bind /etc\n");
            assertTroubleUntil(guest, "Read-only file system", "mount -o remount,rw,bind /etc");
        }
    }

    private void assertTroubleUntil(GuestMachine guest, String trouble, String remedy) throws Exception {
        final HostConfig config = new HostFile(directory).config(HostFile.SERVICES, "vnet0.agent = " + guest.socket());
        try (HostAgent agent = HostAgent.start(config, heard)) {
            final String line = heard.await("vnet0 volatile");
            assertTrue(line.contains(trouble), line);
            assertEquals(2, agent.status().guests().getFirst().facts().present().size());
            assertEquals(INTERFACES, guest.inside("cat /etc/network/interfaces").output());
            assertEquals("", guest.inside("ls -A /etc/network | grep weir").output());
            assertEquals(0, guest.inside(remedy).status());
            heard.await("vnet0 configured");
            assertTrue(guest.inside("cat /etc/network/interfaces").output().contains("# weir: begin"));
        }
    }

    @Test
    void shouldGiveAddressesWhereFilesAreNotToBeTouched() throws Exception {
        try (GuestMachine guest = GuestMachine.create()) {
            guest.write("network/interfaces", INTERFACES);
            guest.start(DEVICE, "-b", "guest-file-open,guest-file-write");
            final HostConfig config =
                    new HostFile(directory).config(HostFile.SERVICES, "vnet0.agent = " + guest.socket());
            try (HostAgent agent = HostAgent.start(config, heard)) {
                final String line = heard.await("vnet0 volatile");
                assertTrue(line.contains("does not allow guest-file-open, guest-file-write"), line);
                assertEquals(
                        2, agent.status().guests().getFirst().facts().present().size());
            }
        }
    }

    @Test
    void shouldNotOverwriteWhatSomebodyElseHasWrittenMeanwhile() throws Exception {
        final ScheduledThreadPoolExecutor clock = HostAgent.clock();
        final Duration limit = Duration.ofSeconds(60);
        try (GuestMachine guest = GuestMachine.create()) {
            guest.write("network/interfaces", INTERFACES);
            guest.start(DEVICE);
            try (GuestAgent agent = GuestAgent.open(guest.socket(), clock, limit)) {
                final GuestFile file = GuestFile.look(new GuestCommands(agent, limit), "/etc/network/interfaces");
                assertEquals(INTERFACES, file.text());
                guest.write("network/interfaces", "the owner's new one\n");
                final GuestException e = assertThrows(GuestException.class, () -> file.replace("ours\n", "644"));
                assertTrue(e.getMessage().contains("was changed by somebody else meanwhile"), e::getMessage);
                assertEquals("the owner's new one\n", guest.read("network/interfaces"));
                assertEquals("", guest.inside("ls -A /etc/network | grep weir").output());
            }
        } finally {
            clock.shutdownNow();
        }
    }
}
