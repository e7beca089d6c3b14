package io.weir.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.perf.contender.Tools;
import io.weir.perf.result.JsonLines;
import io.weir.perf.result.Row;
import io.weir.perf.result.Run;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Every benchmark once, as short as it goes: the numbers mean nothing, the rows are there, nothing is left behind. */
final class BenchSmokeTest {
    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int execute(String... words) {
        CommandLine line = Perf.commandLine();
        line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return line.execute(words);
    }

    private Run bench(String... words) throws IOException {
        Path file = directory.resolve(words[0] + ".jsonl");
        String[] all = new String[words.length + 3];
        all[0] = "bench";
        System.arraycopy(words, 0, all, 1, words.length);
        all[words.length + 1] = "--out";
        all[words.length + 2] = file.toString();
        int status = execute(all);
        assertEquals(0, status, () -> err + "\n" + out);
        Run run = JsonLines.read(file).getLast();
        assertEquals(words[0], run.benchmark());
        assertTrue(out.toString().contains(run.machine().text()), "people get the machine and tables");
        return run;
    }

    private static void requireTools(List<Optional<String>> lacking) {
        Requires.root();
        lacking.forEach(reason -> Requires.that(reason.isEmpty(), reason.orElse("")));
    }

    private static void assertNothingIsLeft() throws IOException {
        String own = "weir-" + ProcessHandle.current().pid() + "-";
        try (var names = Files.list(Path.of("/run/netns"))) {
            assertEquals(
                    List.of(),
                    names.map(path -> path.getFileName().toString())
                            .filter(name -> name.startsWith(own))
                            .toList());
        }
    }

    private static double value(Run run, String test, String contender, String metric) {
        return run.rows(test).stream()
                .filter(row -> row.contender().equals(contender))
                .findFirst()
                .orElseThrow()
                .value(metric)
                .orElseThrow();
    }

    @Test
    void shouldSendWebTrafficThroughWeirAndKernelNat() throws IOException {
        requireTools(List.of(
                Tools.lacking("ip", "iproute2"),
                Tools.lacking("taskset", "util-linux"),
                Tools.lacking("nft", "nftables"),
                Tools.lacking("wrk", "wrk"),
                Tools.lacking("nginx", "nginx-light")));
        Run run = bench(
                "http", "--duration", "1", "--warm", "0", "--connections", "4", "--only", "weir af_packet,nftables");
        for (String contender : List.of("weir af_packet", "nftables")) {
            assertTrue(value(run, "keep-alive", contender, "requests") > 0, out.toString());
            assertTrue(value(run, "close", contender, "requests") > 0, out.toString());
        }
        assertTrue(run.notes().getFirst().startsWith("cores: "), "what shares a core is said");
        assertNothingIsLeft();
    }

    @Test
    void shouldSendPacketsThroughWeirAndKernelNatAndTheFloor() throws IOException {
        requireTools(List.of(Tools.lacking("ip", "iproute2"), Tools.lacking("nft", "nftables")));
        Run run = bench(
                "veth",
                "--duration",
                "0.3",
                "--warm",
                "0.3",
                "--rounds",
                "1",
                "--common-rate",
                "5k",
                "--only",
                "weir af_xdp,nftables rps,floor af_xdp");
        for (String contender : List.of("weir af_xdp", "nftables, rps", "floor af_xdp")) {
            assertTrue(value(run, "throughput", contender, "delivered") > 0, out.toString());
            assertTrue(value(run, "common", contender, "p50") > 0, out.toString());
        }
        assertEquals(2, run.rows("ratio").size(), out.toString());
        assertNothingIsLeft();
    }

    @Test
    void shouldStartANodeAndSayWhatItDelivers() throws IOException {
        requireTools(List.of(Tools.lacking("ip", "iproute2")));
        Run run = bench(
                "startup",
                "--runs",
                "1",
                "--drivers",
                "af_packet",
                "--rate",
                "5k",
                "--capacity",
                "100k",
                "--flows",
                "9");
        for (String metric : List.of("ready", "first second", "steady", "first second of steady", "resident")) {
            assertTrue(value(run, "start", "weir af_packet", metric) > 0, out.toString());
        }
        assertNothingIsLeft();
    }

    @Test
    void shouldWatchAWorkerForHiccups() throws IOException {
        requireTools(List.of(Tools.lacking("ip", "iproute2")));
        Run run = bench("hiccups", "--duration", "3", "--warm", "1", "--rate", "5k", "--flows", "9");
        for (String metric : List.of("delivered", "busy cycles", "p50", "longest")) {
            assertTrue(value(run, "cycles", "weir af_xdp", metric) > 0, out.toString());
        }
        assertTrue(
                value(run, "cycles", "weir af_xdp", "1 ms and more")
                        >= value(run, "cycles", "weir af_xdp", "1 ms and more, by the JVM"),
                out.toString());
        assertNothingIsLeft();
    }

    @Test
    void shouldRunTheTestsOfRfc2544OnTheFloor() throws IOException {
        requireTools(List.of(Tools.lacking("ip", "iproute2")));
        Run run = bench(
                "rfc2544",
                "--trial",
                "50ms",
                "--sizes",
                "128",
                "--steps",
                "2",
                "--bursts",
                "1",
                "--only",
                "floor af_packet");
        assertEquals(
                List.of("throughput", "loss", "back-to-back"),
                run.rows().stream()
                        .map(Row::test)
                        .filter(test -> !test.equals("latency"))
                        .toList());
        assertNothingIsLeft();
    }

    @Test
    void shouldRunWhatNeedsNoNetwork() throws IOException {
        Run rrdns = bench("rrdns", "--runs", "2", "--sessions", "100", "--seed", "7");
        assertTrue(rrdns.notes().getFirst().contains("seed 7"), "the seed is printed");
        assertEquals(16, rrdns.rows().size());
    }

    @Test
    void shouldTimeThePipelineInAllCases() throws IOException {
        Run run = bench("pipeline", "--flows", "128", "--rounds", "3");
        for (String name : List.of("floor-parse", "nat-established", "nat-connection", "nat-miss", "nat-expiry")) {
            assertEquals(name.equals("nat-miss") ? 2 : 1, run.rows(name).size(), out.toString());
            assertTrue(value(run, name, "weir", "packet") > 0, out.toString());
        }
        assertTrue(value(run, "nat-established", "weir", "ratio to floor") > 1, out.toString());
        assertTrue(value(run, "nat-connection", "weir", "connections") > 0, out.toString());
    }

    @Test
    void shouldGiveScriptsThePipelinesNamesTheyKnow() {
        assertEquals(
                0,
                execute("bench", "pipeline", "--flows", "64", "--rounds", "3", "--json", "--only", "nat-connection"),
                err.toString());
        String line = out.toString().strip();
        for (String name : List.of(
                "\"case\":\"nat-connection\"",
                "\"flows\":64,",
                "\"ns_per_packet\":",
                "\"alloc_bytes_per_packet\":",
                "\"connections_per_second\":",
                "\"ratio_to_floor\":")) {
            assertTrue(line.contains(name), line);
        }
    }

    @Test
    void shouldTimeSingleOperations() throws IOException {
        Run run = bench("jmh", "Checksum.*incremental", "--quick", "--forks", "0");
        assertTrue(value(run, "Checksum.incremental", "weir", "time") > 0, out.toString());
    }

    @Test
    void shouldMakeAReportOfResults() throws IOException {
        bench("rrdns", "--runs", "1", "--sessions", "100,200");
        Path html = directory.resolve("page.html");
        Path markdown = directory.resolve("page.md");
        int status = execute(
                "bench",
                "report",
                "--from",
                directory.resolve("rrdns.jsonl").toString(),
                "--html",
                html.toString(),
                "--markdown",
                markdown.toString());
        assertEquals(0, status, err.toString());
        assertTrue(Files.readString(html).contains("<svg"));
        assertTrue(Files.readString(markdown).contains("## Round-robin DNS"));
    }

    @Test
    void shouldRefuseOptionsThatMakeNoSense() {
        for (List<String> words : List.of(
                List.of("bench", "pipeline", "--flows", "many"),
                List.of("bench", "pipeline", "--only", "nat-nothing"),
                List.of("bench", "pipeline", "--rounds", "0"),
                List.of("bench", "rrdns", "--law", "poisson"),
                List.of("bench", "scaling", "--workers", "100000"),
                List.of("bench", "http", "--duration", "0"),
                List.of("bench", "veth", "--cores", "0,1"),
                List.of("bench", "startup", "--runs", "0"),
                List.of("bench", "startup", "--drivers", "dpdk"),
                List.of("bench", "hiccups", "--duration", "0"),
                List.of("bench", "rfc2544", "--trial", "soon"),
                List.of("bench", "jmh", "NoSuchThing"),
                List.of("bench", "report", "--only", "nothing"))) {
            assertEquals(2, execute(words.toArray(String[]::new)), words.toString());
        }
        assertFalse(err.toString().contains("\tat "), "no stack traces: " + err);
    }
}
