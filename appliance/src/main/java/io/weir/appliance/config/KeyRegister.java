package io.weir.appliance.config;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Makes keys whose names begin alike, and knows all that it has made. Filled while a class of keys is initialized. */
final class KeyRegister {
    private final String prefix;
    private final List<Key<?>> keys = new ArrayList<>();

    KeyRegister() {
        this("");
    }

    KeyRegister(String prefix) {
        this.prefix = prefix;
    }

    /** Makes a key; see {@link Key}. */
    <T> Key<T> key(String rest, String defaultText, String meaning, Function<String, T> reader) {
        final Key<T> key = new Key<>(prefix + rest, defaultText, meaning, reader);
        keys.add(key);
        return key;
    }

    /** The keys, in the order in which they were made. */
    List<Key<?>> all() {
        return List.copyOf(keys);
    }
}
