package io.weir.perf.result;

import java.util.List;

/**
 * One start of a benchmark.
 *
 * @param benchmark its name
 * @param command what was typed
 * @param started when, ISO 8601
 * @param machine where
 * @param notes what holds for all rows: assumptions, the seed, what shared a core with what
 * @param rows what came out
 */
public record Run(
        String benchmark, String command, String started, Machine machine, List<String> notes, List<Row> rows) {
    /** Copies the lists. */
    public Run {
        notes = notes == null ? List.of() : List.copyOf(notes);
        rows = rows == null ? List.of() : List.copyOf(rows);
    }

    /** The same as if something else had been typed, without what concerns only where the output went. */
    public Run typed(String words) {
        return new Run(benchmark, words, started, machine, notes, rows);
    }

    /** The rows of one case. */
    public List<Row> rows(String test) {
        return rows.stream().filter(row -> row.test().equals(test)).toList();
    }
}
