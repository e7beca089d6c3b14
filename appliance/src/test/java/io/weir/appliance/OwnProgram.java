package io.weir.appliance;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The words that start Weir, of the classes under test, as a process of its own. */
public final class OwnProgram {
    /** For nodes that need not be fast from their first packet on: a part of the warm-up, so that they are ready sooner. */
    public static final String READY_SOON = "-Dweir.warmup.ms=300";

    private static final List<String> FLAGS =
            List.of(System.getProperty("weir.jvm.flags", "").trim().split("\\s+"));

    private OwnProgram() {}

    /**
     * A command.
     *
     * @param options of the JVM, besides those that Weir always needs
     * @param arguments Weir's
     */
    public static List<String> command(List<String> options, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        command.add("-XX:+UseSerialGC");
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Weir.class.getName()));
        command.addAll(arguments);
        return command;
    }
}
