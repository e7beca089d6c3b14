package io.weir.appliance.hypervisor;

import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Open vSwitch with its userspace datapath in a namespace, with a database and sockets of its own: one bridge, {@code br0},
 * fail-mode secure. Ends when closed.
 */
final class OpenVSwitch implements AutoCloseable {
    static final String BRIDGE = "br0";
    private static final String UNDERLAY = "phy";
    private static final long PATIENCE_S = 20;
    private static final String SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema";

    private final Namespace namespace;
    private final Path directory;
    private Process database;
    private Process daemon;

    private OpenVSwitch(Namespace namespace, Path directory) {
        this.namespace = namespace;
        this.directory = directory;
    }

    /**
     * Starts one.
     *
     * @param datapath the datapath id, 16 hexadecimal digits
     */
    static OpenVSwitch start(Namespace namespace, String datapath) {
        try {
            OpenVSwitch ovs = new OpenVSwitch(namespace, Files.createTempDirectory(Path.of("/tmp"), "weir-ovs-"));
            try {
                ovs.begin(datapath);
                return ovs;
            } catch (RuntimeException e) {
                ovs.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void begin(String datapath) {
        Program.run("ovsdb-tool", "create", directory + "/conf.db", SCHEMA);
        database = run(
                "ovsdb-server",
                directory + "/conf.db",
                "--remote=punix:" + directory + "/db.sock",
                "--unixctl=" + directory + "/ovsdb.ctl");
        await(directory.resolve("db.sock"));
        vsctl("--no-wait", "init");
        startDaemon();
        vsctl(
                "add-br",
                BRIDGE,
                "--",
                "set",
                "bridge",
                BRIDGE,
                "datapath_type=netdev",
                "fail-mode=secure",
                "other-config:datapath-id=" + datapath);
    }

    /** Starts the switch itself; its database knows what it was. */
    void startDaemon() {
        daemon = run("ovs-vswitchd", "unix:" + directory + "/db.sock", "--unixctl=" + directory + "/vswitchd.ctl");
        await(directory.resolve("vswitchd.ctl"));
    }

    /** Ends the switch itself without asking; its entries are lost. */
    void killDaemon() {
        daemon.destroyForcibly();
        end(daemon);
        try {
            Files.deleteIfExists(directory.resolve("vswitchd.ctl"));
            Files.deleteIfExists(directory.resolve(BRIDGE + ".mgmt"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs {@code ovs-vsctl}. */
    String vsctl(String... words) {
        List<String> command =
                new ArrayList<>(List.of("ovs-vsctl", "--timeout=15", "--db=unix:" + directory + "/db.sock"));
        command.addAll(Arrays.asList(words));
        return namespace.run(command.toArray(new String[0]));
    }

    /** Runs a command of {@code ovs-ofctl} on the bridge. */
    String ofctl(String command, String... words) {
        List<String> line = new ArrayList<>(List.of(
                "ovs-ofctl",
                "--timeout=15",
                "-O",
                "OpenFlow13",
                command,
                "unix:" + directory + "/" + BRIDGE + ".mgmt"));
        line.addAll(Arrays.asList(words));
        return namespace.run(line.toArray(new String[0]));
    }

    /** Its entries, without statistics and with the ports' names, sorted. */
    List<String> entries() {
        return ofctl("dump-flows", "--no-stats", "--names")
                .lines()
                .map(String::strip)
                .filter(line -> line.contains("actions="))
                .sorted()
                .toList();
    }

    /** Has the bridge connect to a controller in the same namespace, and go on trying each second. */
    void connect(int port) {
        vsctl(
                "set-controller",
                BRIDGE,
                "tcp:127.0.0.1:" + port,
                "--",
                "set",
                "controller",
                BRIDGE,
                "max_backoff=1000",
                "connection-mode=out-of-band");
    }

    /**
     * Joins the bridge to those of other hosts over VXLAN.
     *
     * @param device of the namespace that leads to the others; its place is taken by a bridge {@code phy} with this address
     * @param address where the others reach this one
     * @param peers the others' addresses by the ports that are to lead there; these do not lead to each other
     */
    void overlay(String device, String address, Map<String, String> peers) {
        vsctl(
                "add-br",
                UNDERLAY,
                "--",
                "set",
                "bridge",
                UNDERLAY,
                "datapath_type=netdev",
                "--",
                "add-port",
                UNDERLAY,
                device);
        namespace.ip("address add %s/24 dev %s".formatted(address, UNDERLAY), "link set %s up".formatted(UNDERLAY));
        List<String> words = new ArrayList<>();
        peers.forEach((port, peer) -> words.addAll(List.of(
                "--",
                "add-port",
                BRIDGE,
                port,
                "--",
                "set",
                "interface",
                port,
                "type=vxlan",
                "options:remote_ip=" + peer,
                "options:key=7",
                "--",
                "set",
                "port",
                port,
                "protected=true")));
        vsctl(words.toArray(String[]::new));
    }

    /** Has the bridge connect to controllers, and go on trying each second. */
    void connect(String... targets) {
        List<String> words = new ArrayList<>(List.of("set-controller", BRIDGE));
        words.addAll(Arrays.asList(targets));
        vsctl(words.toArray(new String[0]));
        for (String id :
                vsctl("--bare", "--columns=_uuid", "list", "controller").split("\\s+")) {
            vsctl("set", "controller", id, "max_backoff=1000", "connection-mode=out-of-band");
        }
    }

    /** Has the switch show certificates to controllers, and believe those of an authority. */
    void secure(Path key, Path certificate, Path authority) {
        vsctl("set-ssl", key.toString(), certificate.toString(), authority.toString());
    }

    /** Adds a device of the namespace to the bridge. */
    void addPort(String device) {
        vsctl("add-port", BRIDGE, device);
    }

    /** Takes a device from the bridge. */
    void removePort(String device) {
        vsctl("del-port", BRIDGE, device);
    }

    private Process run(String... command) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve(command[0] + ".log").toFile()));
        for (String variable : List.of("OVS_RUNDIR", "OVS_LOGDIR", "OVS_DBDIR", "OVS_SYSCONFDIR")) {
            builder.environment().put(variable, directory.toString());
        }
        return namespace.start(builder);
    }

    private void await(Path socket) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (!Files.exists(socket)) {
            if (deadline - System.nanoTime() < 0) {
                throw new IllegalStateException("no " + socket.getFileName() + "; " + log());
            }
            try {
                TimeUnit.MILLISECONDS.sleep(10);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }

    /** What its programs said. */
    String log() {
        StringBuilder text = new StringBuilder();
        for (String program : List.of("ovsdb-server", "ovs-vswitchd")) {
            try {
                text.append(Files.readString(directory.resolve(program + ".log")));
            } catch (IOException e) {
                text.append(e);
            }
        }
        return text.toString();
    }

    private static void end(Process process) {
        try {
            if (!process.waitFor(PATIENCE_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        for (Process process : new Process[] {daemon, database}) {
            if (process != null) {
                process.destroy();
                end(process);
            }
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
