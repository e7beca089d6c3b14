package io.weir.perf.result;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs as lines of JSON. In files, for reports: a line of kind {@code run} with all but the rows, then a line of kind
 * {@code row} for each; files may be joined end to end. For scripts: a flat object for each row.
 */
public final class JsonLines {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_EMPTY, JsonInclude.Include.ALWAYS))
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private static final String KIND = "kind";
    private static final String RUN = "run";
    private static final String ROW = "row";
    private static final String ROWS = "rows";

    /** Names that scripts rely on. */
    private static final Map<String, String> NAMES = Map.of(
            "packet_ns", "ns_per_packet",
            "allocated_B_packet", "alloc_bytes_per_packet",
            "connections_1_s", "connections_per_second",
            "ratio_to_floor_", "ratio_to_floor");

    private JsonLines() {}

    /** The line that begins a run. */
    public static String head(Run run) {
        ObjectNode node = MAPPER.createObjectNode().put(KIND, RUN);
        node.setAll((ObjectNode) MAPPER.valueToTree(run));
        node.remove(ROWS);
        return write(node);
    }

    /** The line of a row. */
    public static String line(String benchmark, Row row) {
        ObjectNode node = MAPPER.createObjectNode().put(KIND, ROW).put("benchmark", benchmark);
        node.setAll((ObjectNode) MAPPER.valueToTree(row));
        return write(node);
    }

    /**
     * A row as one flat object, for scripts: {@code case}, contender, parameters and metrics side by side. A metric is
     * called as in the tables, with its unit behind it, but for those in {@link #NAMES}.
     */
    public static String flat(Row row) {
        ObjectNode node = MAPPER.createObjectNode().put("case", row.test()).put("contender", row.contender());
        row.parameters().forEach((name, value) -> {
            if (value.matches("-?[0-9]{1,18}")) {
                node.put(name, Long.parseLong(value));
            } else {
                node.put(name, value);
            }
        });
        row.metrics().forEach((name, quantity) -> {
            String plain = (name + "_" + quantity.unit()).replaceAll("[^A-Za-z0-9]+", "_");
            node.put(NAMES.getOrDefault(plain, plain), Math.round(quantity.value() * 10_000) / 10_000.0);
        });
        if (row.wasSkipped()) {
            node.put("skipped", row.skipped());
        }
        return write(node);
    }

    private static String write(JsonNode node) {
        try {
            return MAPPER.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads a file.
     *
     * @throws IOException naming file and line, when it is not such a file
     */
    public static List<Run> read(Path file) throws IOException {
        List<Run> runs = new ArrayList<>();
        Run head = null;
        List<Row> rows = new ArrayList<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            try {
                JsonNode node = MAPPER.readTree(line);
                String kind = node.path(KIND).asText();
                if (kind.equals(RUN)) {
                    addTo(runs, head, rows);
                    head = MAPPER.treeToValue(node, Run.class);
                } else if (kind.equals(ROW) && head != null) {
                    rows.add(MAPPER.treeToValue(node, Row.class));
                } else {
                    throw new IOException("%s:%d: %s"
                            .formatted(
                                    file,
                                    number,
                                    kind.equals(ROW)
                                            ? "a row before any run"
                                            : "neither a run nor a row; reports read what --out wrote"));
                }
            } catch (JsonProcessingException e) {
                throw new IOException("%s:%d: %s".formatted(file, number, e.getOriginalMessage()), e);
            }
        }
        addTo(runs, head, rows);
        return runs;
    }

    private static void addTo(List<Run> runs, Run head, List<Row> rows) {
        if (head != null) {
            runs.add(new Run(head.benchmark(), head.command(), head.started(), head.machine(), head.notes(), rows));
            rows.clear();
        }
    }
}
