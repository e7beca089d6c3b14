package io.weir.appliance.config;

import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A key of the properties file.
 *
 * @param <T> what its value means
 * @param pattern its name; {@code <name>}, {@code <id>} and {@code <role>} stand for one segment each
 * @param defaultText the default as the file would have it; null if there is none, or if it depends on something
 * @param meaning one line for the operator
 * @param reader reads a value, or throws {@link IllegalArgumentException} saying what would be right
 */
record Key<T>(String pattern, String defaultText, String meaning, Function<String, T> reader) {
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");

    /** The key's name for a service, a server or a role. */
    String name(String... segments) {
        String name = pattern;
        for (final String segment : segments) {
            name = name.replaceFirst("<[a-z]+>", segment);
        }
        return name;
    }

    /** Whether a name in the file is this key. */
    boolean matches(String name) {
        final String[] expected = pattern.split("\\.", -1);
        final String[] actual = name.split("\\.", -1);
        if (expected.length != actual.length) {
            return false;
        }
        for (int i = 0; i < expected.length; i++) {
            final boolean fits = isPlaceholder(expected[i]) ? isSegment(actual[i]) : expected[i].equals(actual[i]);
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    /** The key's name with the placeholders filled from a name in the file that is almost it. */
    String filledFrom(String name) {
        final String[] expected = pattern.split("\\.", -1);
        final String[] actual = name.split("\\.", -1);
        for (int i = 0; i < expected.length && i < actual.length; i++) {
            if (isPlaceholder(expected[i]) && isSegment(actual[i])) {
                expected[i] = actual[i];
            }
        }
        return String.join(".", expected);
    }

    static boolean isSegment(String text) {
        return SEGMENT.matcher(text).matches();
    }

    private static boolean isPlaceholder(String segment) {
        return segment.startsWith("<");
    }
}
