package io.weir.perf.result;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Rows that have the same metrics, as cells: the case, the contender, the parameters, the metrics.
 *
 * @param head names of the columns, with units
 * @param cells row by row
 * @param numeric which columns hold metrics
 */
public record RowTable(List<String> head, List<List<String>> cells, List<Boolean> numeric) {
    /** One table for each set of metrics, in the order of their first rows; skipped rows are in none. */
    public static List<RowTable> of(List<Row> rows) {
        Map<Set<String>, List<Row>> groups = new LinkedHashMap<>();
        for (Row row : rows) {
            if (!row.wasSkipped()) {
                groups.computeIfAbsent(row.metrics().keySet(), key -> new ArrayList<>())
                        .add(row);
            }
        }
        return groups.values().stream().map(RowTable::ofGroup).toList();
    }

    private static RowTable ofGroup(List<Row> rows) {
        Set<String> parameters = new LinkedHashSet<>();
        rows.forEach(row -> parameters.addAll(row.parameters().keySet()));
        List<String> head = new ArrayList<>(List.of("case", "contender"));
        List<Function<Row, String>> columns = new ArrayList<>(List.of(Row::test, Row::contender));
        for (String name : parameters) {
            head.add(name);
            columns.add(row -> row.parameters().getOrDefault(name, ""));
        }
        int numbersFrom = columns.size();
        rows.getFirst().metrics().forEach((name, quantity) -> {
            head.add(name + (quantity.unit().isEmpty() ? "" : " [" + quantity.unit() + "]"));
            columns.add(row -> row.metrics().get(name).text());
        });
        List<Boolean> numeric = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            numeric.add(i >= numbersFrom);
        }
        return new RowTable(
                head,
                rows.stream()
                        .map(row -> columns.stream()
                                .map(column -> column.apply(row))
                                .toList())
                        .toList(),
                numeric);
    }

    /** Plain text with aligned columns. */
    public String text() {
        int[] widths = new int[head.size()];
        for (int i = 0; i < widths.length; i++) {
            int column = i;
            widths[i] = Math.max(
                    head.get(i).length(),
                    cells.stream()
                            .mapToInt(row -> row.get(column).length())
                            .max()
                            .orElse(0));
        }
        StringBuilder text = new StringBuilder(line(head, widths));
        cells.forEach(row -> text.append(line(row, widths)));
        return text.toString();
    }

    private String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = row.get(i);
            String gap = " ".repeat(widths[i] - cell.length());
            line.append(i == 0 ? "" : "  ").append(numeric.get(i) ? gap + cell : cell + gap);
        }
        return line.toString().stripTrailing() + "\n";
    }

    /** A table in Markdown. */
    public String markdown() {
        StringBuilder text = new StringBuilder("| " + String.join(" | ", head) + " |\n|");
        numeric.forEach(number -> text.append(number ? "---:|" : "---|"));
        text.append('\n');
        cells.forEach(row -> text.append("| ").append(String.join(" | ", row)).append(" |\n"));
        return text.toString();
    }
}
