package io.weir.perf.result;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Takes the rows of one run as they come: machines get each as a line of JSON at once, people get tables at the end.
 * One thread at a time.
 */
public final class Recorder implements Consumer<Row> {
    private final Run head;
    private final PrintWriter out;
    private final boolean json;
    private final Path file;
    private final List<String> notes = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    private boolean begun;

    /**
     * @param head the run, without notes and rows
     * @param out standard output
     * @param json whether it gets JSON
     * @param file JSON lines are appended to it as well; null for none
     */
    public Recorder(Run head, PrintWriter out, boolean json, Path file) {
        this.head = head;
        this.out = out;
        this.json = json;
        this.file = file;
    }

    /** Adds what holds for all rows; before the first of them. */
    public void note(String note) {
        if (begun) {
            throw new IllegalStateException("a note on the run after its first row");
        }
        notes.add(note);
    }

    @Override
    public void accept(Row row) {
        begin();
        rows.add(row);
        if (json) {
            out.println(JsonLines.flat(row));
            out.flush();
        }
        append(JsonLines.line(head.benchmark(), row));
    }

    private void begin() {
        if (!begun) {
            begun = true;
            append(JsonLines.head(run()));
        }
    }

    private void append(String line) {
        if (file != null) {
            try {
                Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Shows what people get. */
    public void finish() {
        begin();
        if (json) {
            return;
        }
        out.println(head.machine().text());
        notes.forEach(note -> out.println("note: " + note));
        for (RowTable table : RowTable.of(rows)) {
            out.println();
            out.print(table.text());
        }
        out.println();
        footnotes(rows).forEach(out::println);
        out.flush();
    }

    /** What was skipped and why, and what must be known of single rows: a line each. */
    public static List<String> footnotes(List<Row> rows) {
        List<String> lines = new ArrayList<>();
        for (Row row : rows) {
            String who = "%s, %s: ".formatted(row.test(), row.contender());
            if (row.wasSkipped()) {
                lines.add(who + (row.hasFailed() ? "" : "skipped: ") + row.skipped());
            }
            row.notes().forEach(note -> lines.add(who + note));
        }
        return lines.stream().distinct().toList();
    }

    /** Whether a row is of something that should have worked and did not. */
    public boolean hasFailures() {
        return rows.stream().anyMatch(Row::hasFailed);
    }

    /** Everything so far. */
    public Run run() {
        return new Run(head.benchmark(), head.command(), head.started(), head.machine(), notes, rows);
    }
}
