package io.weir.perf.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows on their way to people, to machines and back. */
final class ResultTest {
    private static final Machine MACHINE = new Machine("a \"fast\" one", 2, 24, "Linux", "Debian", "25");

    @TempDir
    private Path directory;

    private static Row row() {
        return Row.of("keep-alive", "weir af_xdp")
                .with("connections", 64)
                .metric("requests", 12345.6, "1/s")
                .metric("ratio", 1.25, "")
                .metric("p50", 87.25, "us")
                .metric("impossible", Double.NaN, "us")
                .curve(Curve.of("latency", "percentile", "latency [us]", new double[] {50, 99}, new double[] {87, 412}))
                .note("shares a core")
                .build();
    }

    private Recorder recorder(StringWriter out, boolean json, Path file) {
        Run head = new Run("http", "./weir bench http", "2026-01-01T00:00:00Z", MACHINE, List.of(), List.of());
        return new Recorder(head, new PrintWriter(out), json, file);
    }

    @Test
    void shouldReadWhatItWrote() throws IOException {
        Path file = directory.resolve("results.jsonl");
        Recorder recorder = recorder(new StringWriter(), false, file);
        recorder.note("two cores");
        recorder.accept(row());
        recorder.accept(Row.skipped("close", "haproxy", "needs the program haproxy"));
        recorder.finish();

        assertEquals(List.of(recorder.run()), JsonLines.read(file));
    }

    @Test
    void shouldReadFilesThatWereJoined() throws IOException {
        Path file = directory.resolve("results.jsonl");
        recorder(new StringWriter(), false, file).accept(row());
        recorder(new StringWriter(), false, file).accept(row());

        assertEquals(2, JsonLines.read(file).size());
    }

    @Test
    void shouldSayWhichLineIsWrong() throws IOException {
        Path file = Files.writeString(directory.resolve("broken.jsonl"), "\n{\"kind\":\"row\"}\n");
        IOException orphan = assertThrows(IOException.class, () -> JsonLines.read(file));
        assertTrue(orphan.getMessage().contains(file + ":2: a row before any run"), orphan.getMessage());

        Files.writeString(file, "{\"kind\":");
        IOException broken = assertThrows(IOException.class, () -> JsonLines.read(file));
        assertTrue(broken.getMessage().startsWith(file + ":1:"), broken.getMessage());
    }

    @Test
    void shouldGiveMachinesEachRowAtOnceAndNothingElse() {
        StringWriter out = new StringWriter();
        Recorder recorder = recorder(out, true, null);
        recorder.accept(row());
        List<String> lines = out.toString().lines().toList();
        assertEquals(1, lines.size());
        assertTrue(lines.get(0).startsWith("{\"case\":\"keep-alive\",\"contender\":\"weir af_xdp\""), lines.get(0));
        assertTrue(lines.get(0).contains("\"connections\":64"), lines.get(0));
        assertTrue(lines.get(0).contains("\"requests_1_s\":12345.6"), lines.get(0));
        recorder.finish();
        assertEquals(1, out.toString().lines().count());
    }

    @Test
    void shouldCallAPipelinesMetricsAsScriptsKnowThem() {
        String line = JsonLines.flat(Row.of("nat-established", "weir")
                .with("flows", 10_000)
                .metric("packet", 50.5, "ns")
                .metric("allocated", 0, "B/packet")
                .build());
        assertEquals(
                "{\"case\":\"nat-established\",\"contender\":\"weir\",\"flows\":10000,\"ns_per_packet\":50.5,"
                        + "\"alloc_bytes_per_packet\":0.0}",
                line);
    }

    @Test
    void shouldShowPeopleATableAndWhatWasSkipped() {
        StringWriter out = new StringWriter();
        Recorder recorder = recorder(out, false, null);
        recorder.note("two cores");
        recorder.accept(row());
        recorder.accept(Row.skipped("close", "haproxy", "needs the program haproxy"));
        recorder.finish();
        assertEquals("""
                a "fast" one, 2 cores, 24 GiB; Debian, Linux; Java 25
                note: two cores

                case        contender    connections  requests [1/s]  ratio  p50 [us]
                keep-alive  weir af_xdp  64                   12,346   1.25      87.3

                keep-alive, weir af_xdp: shares a core
                close, haproxy: skipped: needs the program haproxy
                """, out.toString());
    }

    @Test
    void shouldPutRowsWithOtherMetricsIntoAnotherTable() {
        Row other = Row.of("loss", "x").metric("loss", 0.5, "%").build();
        List<RowTable> tables = RowTable.of(List.of(row(), other, row()));
        assertEquals(2, tables.size());
        assertEquals(2, tables.getFirst().cells().size());
        assertEquals("""
                | case | contender | loss [%] |
                |---|---|---:|
                | loss | x | 0.500 |
                """, tables.getLast().markdown());
    }

    @Test
    void shouldShowTheDigitsThatMatter() {
        assertEquals("1,234,568", new Quantity(1_234_567.8, "").text());
        assertEquals("123", new Quantity(123.4, "").text());
        assertEquals("12.3", new Quantity(12.34, "").text());
        assertEquals("1.23", new Quantity(1.234, "").text());
        assertEquals("0.123", new Quantity(0.1234, "").text());
        assertEquals("1.2e-05", new Quantity(0.0000123, "").text());
        assertEquals("55", new Quantity(0.55 * 100, "").text());
        assertEquals("0", new Quantity(0, "").text());
        assertEquals("-12.3", new Quantity(-12.34, "").text());
        assertThrows(IllegalArgumentException.class, () -> new Quantity(Double.POSITIVE_INFINITY, "s"));
    }

    @Test
    void shouldRefuseANoteOnTheRunAfterItsFirstRow() {
        Recorder recorder = recorder(new StringWriter(), false, null);
        recorder.accept(row());
        assertThrows(IllegalStateException.class, () -> recorder.note("too late"));
    }
}
