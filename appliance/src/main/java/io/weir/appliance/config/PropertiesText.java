package io.weir.appliance.config;

import java.io.IOException;
import java.io.Reader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a properties file as {@link Properties} does, but in the file's order, and sees keys that occur twice. */
final class PropertiesText {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");

    private final Map<String, String> environment;
    private final Problems problems;
    private final Map<String, String> values = new LinkedHashMap<>();

    private PropertiesText(Map<String, String> environment, Problems problems) {
        this.environment = environment;
        this.problems = problems;
    }

    static Map<String, String> read(Reader reader, Map<String, String> environment, Problems problems)
            throws IOException {
        final PropertiesText text = new PropertiesText(environment, problems);
        try {
            new Properties() {
                private static final long serialVersionUID = 1L;

                @Override
                public synchronized Object put(Object key, Object value) {
                    text.add((String) key, ((String) value).strip());
                    return null;
                }
            }.load(reader);
        } catch (final IllegalArgumentException e) {
            problems.error("", "", "a \\u escape is not followed by four hexadecimal digits (" + e.getMessage() + ")");
        }
        return text.values;
    }

    private void add(String key, String written) {
        final String value = expand(key, written);
        final String before = values.put(key, value);
        if (before != null && !before.equals(value)) {
            problems.error(
                    key,
                    value,
                    "the key is in the file twice, before with the value '" + before
                            + "'; only one of the two is right");
        } else if (before != null) {
            problems.warning(key, value, "the key is in the file twice with the same value");
        }
    }

    private String expand(String key, String written) {
        final Matcher matcher = VARIABLE.matcher(written);
        final StringBuilder expanded = new StringBuilder();
        while (matcher.find()) {
            final String variable = environment.get(matcher.group(1));
            if (variable == null) {
                problems.error(key, written, "the environment has no variable " + matcher.group(1));
            }
            matcher.appendReplacement(expanded, Matcher.quoteReplacement(variable == null ? "" : variable));
        }
        final String value = matcher.appendTail(expanded).toString().strip();
        if (value.contains("${")) {
            problems.error(key, written, "${NAME} is right, with NAME of letters, digits and _");
        }
        return value;
    }
}
