package io.weir.appliance.admin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Prometheus's text format 0.0.4, read as strictly as its documentation allows: HELP and TYPE once and before the samples,
 * the samples of a metric together, no sample twice, counters that end in {@code _total} and are not negative.
 */
final class Exposition {
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\\n]|\\\\[\\\\\"n])*)\"(,|$)");

    private final Map<String, String> types = new LinkedHashMap<>();
    private final Map<String, String> helps = new HashMap<>();
    private final Map<String, Map<Map<String, String>, Double>> samples = new LinkedHashMap<>();

    static Exposition parse(String text) {
        assertTrue(text.endsWith("\n"), "the last line ends");
        Exposition exposition = new Exposition();
        String current = "";
        Set<String> ended = new HashSet<>();
        for (String line : text.split("\n")) {
            String name;
            if (line.startsWith("# HELP ") || line.startsWith("# TYPE ")) {
                String[] words = line.split(" ", 4);
                name = words[2];
                assertFalse(exposition.samples.containsKey(name), "after its samples: " + line);
                assertEquals(
                        null,
                        (words[1].equals("HELP") ? exposition.helps : exposition.types).put(name, words[3]),
                        line);
            } else {
                name = exposition.sample(line);
            }
            if (!name.equals(current)) {
                assertTrue(ended.add(name), "not together: " + name);
                current = name;
            }
        }
        return exposition;
    }

    private String sample(String line) {
        Matcher matcher = SAMPLE.matcher(line);
        assertTrue(matcher.matches(), line);
        String name = matcher.group(1);
        Map<String, String> labels = new TreeMap<>();
        if (matcher.group(2) != null) {
            Matcher label = LABEL.matcher(matcher.group(2));
            int at = 0;
            while (at < matcher.group(2).length()) {
                assertTrue(label.find(at) && label.start() == at, line);
                assertEquals(null, labels.put(label.group(1), label.group(2)), line);
                at = label.end();
            }
        }
        String type = types.get(name);
        assertNotNull(type, "without TYPE: " + line);
        double value = Double.parseDouble(matcher.group(3));
        if (type.equals("counter")) {
            assertTrue(name.endsWith("_total") && value >= 0, line);
        } else {
            assertEquals("gauge", type, line);
            assertFalse(name.endsWith("_total"), line);
        }
        assertEquals(null, samples.computeIfAbsent(name, n -> new HashMap<>()).put(labels, value), "twice: " + line);
        return name;
    }

    boolean has(String name) {
        return samples.containsKey(name);
    }

    String type(String name) {
        return types.get(name);
    }

    /** The value of a label of a metric that has one sample. */
    String label(String name, String label) {
        return samples.get(name).keySet().iterator().next().get(label);
    }

    /** A sample's value, by all its labels. */
    double value(String name, String... labels) {
        Map<String, String> wanted = new TreeMap<>();
        for (int i = 0; i < labels.length; i += 2) {
            wanted.put(labels[i], labels[i + 1]);
        }
        assertTrue(samples.containsKey(name), () -> name + " in " + samples.keySet());
        Double value = samples.get(name).get(wanted);
        assertNotNull(value, () -> wanted + " in " + samples.get(name));
        return value;
    }

    void assertHelp() {
        for (String name : samples.keySet()) {
            assertNotNull(helps.get(name), name);
            assertFalse(helps.get(name).isBlank(), name);
        }
    }
}
