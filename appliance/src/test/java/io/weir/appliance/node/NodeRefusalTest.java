package io.weir.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.Requires;
import io.weir.bindings.CpuAffinity;
import io.weir.bindings.NativeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that cannot start says why in one line, ends with 3, and leaves nothing. */
class NodeRefusalTest {
    /** uid 0, so that it can read the classes under test, and not a single capability. */
    private static final List<String> WITHOUT_CAPABILITIES =
            List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all");

    private static final int NOBODY = 65_534;

    @TempDir
    private static Path directory;

    private static NodeBed nodes;

    @BeforeAll
    static void build() {
        Requires.root();
        Requires.tool("ip");
        Requires.tool("bpftool");
        Requires.tool("setpriv");
        Requires.tool("unshare");
        nodes = new NodeBed(directory);
    }

    @AfterAll
    static void takeDown() {
        if (nodes != null) {
            nodes.close();
        }
    }

    /** Runs it to its end and returns the one line that it said. */
    private static String refusal(String node, List<String> before, String... properties) {
        String file = nodes.properties(node, properties);
        try (WeirProcess weir = WeirProcess.start(nodes.bed().node(), before, "run", file)) {
            assertEquals(3, weir.exitCode(), weir::log);
            assertEquals("", weir.out());
            assertEquals(1, weir.errors().size(), weir::log);
            nodes.assertNothingInKernel();
            return weir.errors().getFirst();
        }
    }

    private static String web() {
        return NodeBed.service("web", 80, "172.16.0.2:80");
    }

    @Test
    void shouldNameDevicesThatThereAreWhenOneIsMissing() {
        assertEquals(
                "weir: there is no device nosuch; there are: front back",
                refusal("missing", List.of(), web(), "io.interface.back = nosuch"));
        assertTrue(Files.notExists(nodes.counters("missing").getParent()));
    }

    @Test
    void shouldSayHowToBringDeviceUpWhenItIsDown() {
        nodes.bed().node().ip("link set back down");
        try {
            assertEquals(
                    "weir: device back is down; bring it up with: ip link set back up",
                    refusal("down", List.of(), web()));
        } finally {
            nodes.bed().node().ip("link set back up");
        }
    }

    @Test
    void shouldNameCapabilitiesWhenItHasNone() {
        String line = refusal("powerless", WITHOUT_CAPABILITIES, web());
        assertTrue(line.contains("EPERM"), line);
        assertTrue(line.contains("run as root, or grant CAP_NET_ADMIN, CAP_NET_RAW, CAP_BPF"), line);
    }

    @Test
    void shouldSayThatItMayNotReadItsFile() throws IOException {
        Path file = Path.of(nodes.properties("secret", web()));
        Files.setAttribute(file, "unix:uid", NOBODY);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
        try (WeirProcess weir = WeirProcess.start(nodes.bed().node(), WITHOUT_CAPABILITIES, "check", file.toString())) {
            assertEquals(2, weir.exitCode(), weir::log);
            assertEquals(
                    file + ": this user may not read the file", weir.errors().getFirst());
        }
    }

    @Test
    void shouldNameFileWhenItMayNotWriteThere() throws IOException {
        Path foreign = Files.createDirectory(directory.resolve("foreign"));
        Files.setAttribute(foreign, "unix:uid", NOBODY);
        Path counters = foreign.resolve("sub/counters");
        assertEquals(
                "weir: counters.file = %s: access to %s denied; run as root, or set another place"
                        .formatted(counters, counters.getParent()),
                refusal("denied", WITHOUT_CAPABILITIES, web(), "counters.file = " + counters));
    }

    @Test
    void shouldSayThatDiskIsFullBeforeAnythingIsMapped() throws IOException {
        Path full = Files.createDirectory(directory.resolve("full"));
        String script = "mount -t tmpfs -o size=64k none '%s' && \"$@\"; status=$?; find '%s' -type f; exit $status"
                .formatted(full, full);
        String line = refusal(
                "full", List.of("unshare", "-m", "sh", "-c", script, "sh"), web(), "counters.file = " + full + "/c/d");
        assertTrue(line.startsWith("weir: counters.file = " + full + "/c/d: cannot be written: "), line);
        assertTrue(line.contains("No space left on device; it needs "), line);
    }

    @Test
    void shouldNameOtherProgramWhenXdpIsTaken() {
        nodes.properties("rival-one", NodeBed.service("web", 80, "172.16.0.2:80"), "io.driver = af_xdp");
        try (WeirProcess first = WeirProcess.start(
                        nodes.bed().node(),
                        "run",
                        directory.resolve("rival-one.properties").toString())
                .awaitReady()) {
            String file = nodes.properties(
                    "rival-two",
                    web(),
                    "io.driver = af_xdp",
                    "io.exception.device = weir-y",
                    "workers.cores = 1",
                    "admin.listen = 127.0.0.1:9181");
            WeirProcess second = WeirProcess.run(nodes.bed().node(), "run", file);
            assertEquals(3, second.exitCode(), second::log);
            assertEquals(1, second.errors().size(), second::log);
            assertTrue(second.errors().getFirst().contains("EBUSY"), second::log);
            assertEquals("a", nodes.fetch(80), "the first goes on");
            assertEquals(0, first.terminate(), first::log);
        }
        nodes.assertNothingInKernel();
    }

    @Test
    void shouldSayThatNodeIsNotRunningWhenAskedForItsCounters() {
        String file = nodes.properties("absent", web());
        for (String command : List.of("stat", "errors")) {
            WeirProcess weir = WeirProcess.run(nodes.bed().node(), command, file);
            assertEquals(3, weir.exitCode(), weir::log);
            assertEquals(
                    List.of("weir: node absent is not running: there is no " + nodes.counters("absent")),
                    weir.errors());
        }
        WeirProcess ha = WeirProcess.run(nodes.bed().node(), "ha", "status", file);
        assertEquals(3, ha.exitCode(), ha::log);
        assertEquals(
                List.of("weir: node absent does not answer: admin.listen = 127.0.0.1:9180: Connection refused"),
                ha.errors());
    }

    @Test
    void shouldRefuseCoreThatThereIsNot() {
        BitSet before = CpuAffinity.get();
        assertThrows(NativeException.class, () -> WorkerThreads.tryCores(List.of(before.nextSetBit(0), 8_000)));
        assertEquals(before, CpuAffinity.get(), "what the calling thread may run on is as it was");
    }
}
