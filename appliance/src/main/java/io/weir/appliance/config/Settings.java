package io.weir.appliance.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The file's text, read key by key. A bad value is recorded and its default taken instead, so that the rest is checked
 * all the same.
 */
final class Settings {
    private static final String SECRET = "********";

    private final Map<String, String> texts;
    private final Problems problems;
    private final Map<String, Setting> effective = new LinkedHashMap<>();

    Settings(Map<String, String> texts, Problems problems) {
        this.texts = texts;
        this.problems = problems;
    }

    Problems problems() {
        return problems;
    }

    /** The value, or the key's default. */
    <T> T get(Key<T> key, String... segments) {
        return getOr(key, key.defaultText(), segments);
    }

    /** The value, or a default that depends on something. */
    <T> T getOr(Key<T> key, String defaultText, String... segments) {
        return read(key, defaultText, segments).orElseGet(() -> key.reader().apply(defaultText));
    }

    /** The value of a key without default. */
    <T> Optional<T> find(Key<T> key, String... segments) {
        return read(key, null, segments);
    }

    private <T> Optional<T> read(Key<T> key, String defaultText, String... segments) {
        final String name = key.name(segments);
        final String written = texts.get(name);
        if (written == null) {
            if (defaultText != null) {
                effective.put(name, new Setting(name, defaultText, true));
            }
            return Optional.empty();
        }
        effective.put(name, new Setting(name, key == Keys.ADMIN_TOKEN ? SECRET : written, false));
        try {
            return Optional.of(key.reader().apply(written));
        } catch (final IllegalArgumentException e) {
            problems.error(name, key == Keys.ADMIN_TOKEN ? SECRET : written, e.getMessage());
            if (defaultText != null) {
                effective.put(name, new Setting(name, defaultText, true));
            }
            return Optional.empty();
        }
    }

    /** Whether the file has the key. */
    boolean isSet(Key<?> key, String... segments) {
        return texts.containsKey(key.name(segments));
    }

    /** The text that a key has in effect; it must have been read before. */
    String text(Key<?> key, String... segments) {
        return effective.get(key.name(segments)).value();
    }

    /** What the file says for a key, or an empty string. */
    String written(Key<?> key, String... segments) {
        return texts.getOrDefault(key.name(segments), "");
    }

    /** The names and values in the file that a key with placeholders matches. */
    Map<String, String> matching(Key<?> key) {
        final Map<String, String> matching = new LinkedHashMap<>();
        texts.forEach((name, value) -> {
            if (key.matches(name)) {
                matching.put(name, value);
            }
        });
        return matching;
    }

    /** The services that the file mentions, in its order. */
    Set<String> services() {
        final Set<String> names = new LinkedHashSet<>();
        for (final String key : texts.keySet()) {
            final String[] segments = key.split("\\.", -1);
            if (segments.length > 2 && segments[0].equals("service") && Key.isSegment(segments[1])) {
                names.add(segments[1]);
            }
        }
        return names;
    }

    /** The servers that the file gives a service, in its order. */
    List<String> servers(String service) {
        final List<String> ids = new ArrayList<>();
        for (final String key : texts.keySet()) {
            if (ServiceKeys.SERVER.matches(key) && key.startsWith("service." + service + ".")) {
                ids.add(key.substring(key.lastIndexOf('.') + 1));
            }
        }
        return ids;
    }

    /** Records each key that does not exist. */
    void refuseUnknownKeys() {
        texts.forEach((name, value) -> {
            if (Keys.find(name).isEmpty()) {
                problems.error(
                        name,
                        value,
                        "there is no such key"
                                + Keys.nearest(name)
                                        .map(k -> "; the nearest is " + k)
                                        .orElse("; weir.properties lists all"));
            }
        });
    }

    List<Setting> effective() {
        return List.copyOf(effective.values());
    }
}
