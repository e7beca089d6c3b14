package io.weir.perf;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command that starts a class of this class path in a JVM of its own. */
public final class OwnJava {
    /** What the launcher gives a node: see {@code set_memory_flags} there. */
    private static final List<String> NODE = List.of(
            "-XX:+UseZGC", "-Xms256m", "-Xmx256m", "-XX:-ZUncommit", "-XX:-UsePerfData", "-XX:+ExitOnOutOfMemoryError");

    private static final List<String> BENCH = List.of("-XX:+UseSerialGC", "-Xms256m", "-Xmx1g", "-XX:-UsePerfData");
    private static final List<String> ACCESS =
            List.of("--enable-native-access", "--add-opens", "--sun-misc-unsafe-memory-access");

    private OwnJava() {}

    /** As the launcher starts a node. */
    public static List<String> node(Class<?> main, String... arguments) {
        return node(List.of(), main, arguments);
    }

    /** As the launcher starts a node, with further options. */
    public static List<String> node(List<String> options, Class<?> main, String... arguments) {
        List<String> all = new ArrayList<>(NODE);
        all.addAll(options);
        return command(all, main, arguments);
    }

    /** As the launcher starts a benchmark. */
    public static List<String> benchmark(Class<?> main, String... arguments) {
        return command(BENCH, main, arguments);
    }

    private static List<String> command(List<String> memory, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> ACCESS.stream().anyMatch(argument::startsWith))
                .forEach(command::add);
        command.addAll(memory);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
