package io.weir.appliance.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.cli.MachineProbe.Finding;
import io.weir.appliance.cli.MachineProbe.Level;
import io.weir.appliance.config.ConfigLoader;
import io.weir.appliance.config.HostFacts;
import io.weir.appliance.config.LoadedConfig;
import io.weir.appliance.config.LoadedHost;
import io.weir.appliance.config.NodeConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class WeirCommandTest {
    private static final HostFacts HOST = new HostFacts("lb1", List.of(0, 1), Optional.empty(), Map.of());
    private static final String LVS = "conf/lvs-nat.properties";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final Recorder node = new Recorder();

    @TempDir
    private Path directory;

    private int execute(String... arguments) {
        final CommandLine line = WeirCommand.commandLine(
                HOST,
                config -> List.of(
                        new Finding(Level.OK, "eth0", "front: driver veth"),
                        new Finding(Level.MISSING, "eth1", "back: there is no such device")),
                node,
                arguments.length == 0 ? "" : arguments[0]);
        return line.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @Test
    void shouldExplainItself() {
        assertEquals(0, execute("--help"));
        for (final String word :
                List.of("run", "check", "stat", "errors", "demo", "test", "pktgen", "bench", "Exit codes")) {
            assertTrue(out.toString().contains(word), word);
        }
        for (final String command : List.of("run", "check", "stat", "errors", "ha", "decap", "host", "demo", "train")) {
            assertEquals(0, execute(command, "--help"));
        }
        assertEquals(0, execute("--version"));
        assertTrue(out.toString().contains("Java 2"), out::toString);
        assertEquals("", err.toString());
    }

    @Test
    void shouldRefuseBadUsageWithTwo() {
        assertEquals(ExitCode.USAGE, execute());
        assertEquals(ExitCode.USAGE, execute("fly"));
        assertEquals(ExitCode.USAGE, execute("run"));
        assertEquals(ExitCode.USAGE, execute("ha"));
        assertEquals(ExitCode.USAGE, execute("ha", "release"));
        assertEquals(ExitCode.USAGE, execute("run", "a", "b"));
        assertEquals(ExitCode.USAGE, execute("stat", LVS, "--yaml"));
        assertEquals(ExitCode.USAGE, execute("decap"));
        assertEquals(ExitCode.USAGE, execute("decap", "--interface", "eth0", "--mode", "fast"));
        assertEquals(ExitCode.USAGE, execute("decap", "--interface", "eth0", "--gue-port", "0"));
        assertEquals(ExitCode.USAGE, execute("decap", "--interface", "eth0", "--address", "here"));
        assertEquals(ExitCode.USAGE, execute("trace", LVS, "--client", "nobody"));
        assertEquals(ExitCode.USAGE, execute("trace", LVS, "--client", "202.100.1.2:99999"));
        assertEquals("", out.toString());
        assertTrue(err.toString().contains("fly") && err.toString().contains("--yaml"), err::toString);
    }

    @Test
    void shouldCheckValidConfiguration() {
        assertEquals(ExitCode.OK, execute("check", LVS));
        final String printed = out.toString();
        assertTrue(printed.contains("service.web.server.b = 172.16.0.3:8000 weight=2\n"), printed);
        assertTrue(printed.matches("(?s).*service.web.scheduler = wrr\\s*\\n.*"), printed);
        assertTrue(printed.matches("(?s).*timeout.udp = 5m +# default\\n.*"), printed);
        assertTrue(printed.contains("driver veth"), printed);
        assertTrue(
                printed.contains(LVS + ": the configuration is valid, but this machine cannot run it: eth1"), printed);
        assertEquals("", err.toString());
    }

    @Test
    void shouldListEveryProblemOfBadConfiguration() throws IOException {
        final Path bad = Files.writeString(directory.resolve("bad.properties"), "io.brust = 1\nio.burst = 3\n");
        for (final String command : List.of("check", "run", "stat", "errors")) {
            err.getBuffer().setLength(0);
            assertEquals(ExitCode.USAGE, execute(command, bad.toString()));
            final List<String> lines = err.toString().lines().toList();
            assertEquals(4, lines.size(), err::toString);
            assertTrue(
                    lines.get(0).equals(bad + ": io.brust = 1: there is no such key; the nearest is io.burst"),
                    lines::toString);
            assertTrue(lines.get(3).contains("3 problems"), lines::toString);
        }
        assertEquals("", out.toString());
        assertEquals(List.of(), node.calls);
    }

    @Test
    void shouldPassOptionsOn() throws IOException {
        assertEquals(0, execute("run", LVS));
        assertEquals(0, execute("stat", LVS, "--json"));
        assertEquals(0, execute("stat", "--watch", LVS));
        assertEquals(0, execute("errors", LVS));
        assertEquals(0, execute("ha", "status", LVS));
        assertEquals(0, execute("ha", "release", LVS));
        assertEquals(0, execute("ha", "resume", LVS));
        assertEquals(0, execute("trace", LVS));
        assertEquals(0, execute("trace", LVS, "--client", "202.100.1.2", "--follow"));
        assertEquals(0, execute("trace", LVS, "--client=202.100.1.2:3456"));
        assertEquals(0, execute("trace", LVS, "--client", "2001:db8::2"));
        assertEquals(0, execute("trace", LVS, "--client", "[2001:db8::2]:3456"));
        assertEquals(0, execute("decap", "--interface", "eth0"));
        assertEquals(
                0,
                execute(
                        "decap",
                        "--interface=eth0",
                        "--address=172.16.0.2",
                        "--address=fd00::2",
                        "--gue-port=6081",
                        "--mode=generic",
                        "--off"));
        assertEquals(0, execute("demo", "--keep"));
        assertEquals(
                List.of(
                        "run lb1",
                        "stat lb1 StatOptions[json=true, watch=false]",
                        "stat lb1 StatOptions[json=false, watch=true]",
                        "errors lb1",
                        "ha lb1 STATUS",
                        "ha lb1 RELEASE",
                        "ha lb1 RESUME",
                        "trace lb1 TraceOptions[client=Optional.empty, port=0, follow=false]",
                        "trace lb1 TraceOptions[client=Optional[202.100.1.2], port=0, follow=true]",
                        "trace lb1 TraceOptions[client=Optional[202.100.1.2], port=3456, follow=false]",
                        "trace lb1 TraceOptions[client=Optional[2001:db8::2], port=0, follow=false]",
                        "trace lb1 TraceOptions[client=Optional[2001:db8::2], port=3456, follow=false]",
                        "decap DecapOptions[device=eth0, addresses=[], guePort=6080, mode=AUTO, off=false]",
                        "decap DecapOptions[device=eth0, addresses=[172.16.0.2, fd00::2], guePort=6081, mode=GENERIC,"
                                + " off=true]",
                        "demo DemoOptions[keep=true]"),
                node.calls);
        final Path doubtful = Files.writeString(
                directory.resolve("doubtful.properties"), Files.readString(Path.of(LVS)) + "\nha.vrrp.id = 7\n");
        assertEquals(0, execute("run", doubtful.toString()));
        assertTrue(err.toString().startsWith("weir: warning: "), err::toString);
    }

    @Test
    void shouldServeGuestsOfHypervisorThatTheFileNames() throws IOException {
        final String file =
                Files.writeString(directory.resolve("host.properties"), """
                hypervisor.lb1.datapath = 1
                hypervisor.lb1.address = 172.24.1.20
                host.guest.vnet0.agent = /run/vnet0
                service.web.address = 10.10.1.100:80
                service.web.forward = dr
                service.web.server.a = 10.10.1.21:8080 host=lb1 port=vnet0
                """).toString();
        assertEquals(0, execute("host", "run", file));
        assertEquals(0, execute("host", "check", file));
        assertEquals(0, execute("host", "status", file));
        assertEquals(0, execute("host", "status", "--json", file));
        assertEquals(0, execute("host", "remove", file));
        assertEquals(
                List.of("host lb1 RUN", "host lb1 CHECK", "host lb1 STATUS", "host lb1 STATUS_JSON", "host lb1 REMOVE"),
                node.calls);
        assertEquals("", err.toString());
        assertEquals(ExitCode.USAGE, execute("host"));
        assertEquals(ExitCode.USAGE, execute("host", "run"));
        assertEquals(ExitCode.USAGE, execute("host", "run", LVS));
        assertTrue(err.toString().contains("host.name = lb1: the file has no hypervisor of that name"), err::toString);
    }

    @Test
    void shouldReturnCodeAndOneLineForEveryFailure() {
        node.code = ExitCode.FAILED;
        assertEquals(ExitCode.FAILED, execute("demo"));
        assertEquals("", err.toString());
        node.failure = new MachineException("needs CAP_NET_RAW");
        assertEquals(ExitCode.MACHINE, execute("demo"));
        assertEquals("weir: needs CAP_NET_RAW\n", err.toString());
        err.getBuffer().setLength(0);
        node.failure = new IllegalStateException("worker 1 died");
        assertEquals(ExitCode.FAILED, execute("demo"));
        assertEquals("weir: worker 1 died\n", err.toString());
    }

    /** Notes what it is asked to do. */
    private static final class Recorder implements NodeOperations {
        private final List<String> calls = new ArrayList<>();
        private int code;
        private Exception failure;

        private int call(String call) throws Exception {
            calls.add(call);
            if (failure != null) {
                throw failure;
            }
            return code;
        }

        @Override
        public int run(LoadedConfig config, ConfigLoader loader, PrintWriter out) throws Exception {
            return call("run " + config.node().name());
        }

        @Override
        public int stat(NodeConfig config, StatOptions options, PrintWriter out) throws Exception {
            return call("stat " + config.name() + " " + options);
        }

        @Override
        public int errors(NodeConfig config, PrintWriter out) throws Exception {
            return call("errors " + config.name());
        }

        @Override
        public int ha(NodeConfig config, HaAction action, PrintWriter out) throws Exception {
            return call("ha " + config.name() + " " + action);
        }

        @Override
        public int trace(NodeConfig config, TraceOptions options, PrintWriter out) throws Exception {
            return call("trace " + config.name() + " " + options);
        }

        @Override
        public int decap(DecapOptions options, PrintWriter out) throws Exception {
            return call("decap " + options);
        }

        @Override
        public int host(LoadedHost config, HostAction action, ConfigLoader loader, PrintWriter out) throws Exception {
            return call("host " + config.host().name() + " " + action);
        }

        @Override
        public int demo(DemoOptions options, PrintWriter out) throws Exception {
            return call("demo " + options);
        }

        @Override
        public int train(PrintWriter out) throws Exception {
            return call("train");
        }
    }
}
