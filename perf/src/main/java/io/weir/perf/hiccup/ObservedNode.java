package io.weir.perf.hiccup;

import io.weir.appliance.Weir;
import java.io.IOException;
import java.nio.file.Path;

/** A node in whose JVM an {@link Observer} runs. */
public final class ObservedNode {
    /** System property: the file for {@link Samples}. */
    public static final String FILE = "weir.observer.file";
    /** System property: how many samples fit. */
    public static final String ROOM = "weir.observer.samples";
    /** System property: the observer's core. */
    public static final String CORE = "weir.observer.core";

    private ObservedNode() {}

    /** As {@link Weir#main}. */
    public static void main(String[] arguments) throws IOException {
        Samples samples = Samples.create(Path.of(System.getProperty(FILE)), Long.getLong(ROOM));
        Thread.ofPlatform().daemon().name("observer").start(new Observer(samples, Integer.getInteger(CORE)));
        Weir.main(arguments);
    }
}
