package io.weir.engine.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Whether the JVM's compilers work, by what the kernel says of their threads: {@code /proc/self/task}, proc(5). */
final class CompilerThreads {
    private static final Path TASKS = Path.of("/proc/self/task");

    private CompilerThreads() {}

    /** Whether all of them sleep, which they do only when nothing is left to compile; false when that cannot be told. */
    static boolean areIdle() {
        try (Stream<Path> tasks = Files.list(TASKS)) {
            boolean[] found = new boolean[1];
            boolean idle = tasks.filter(CompilerThreads::isCompiler)
                    .peek(task -> found[0] = true)
                    .allMatch(task -> state(task) == 'S');
            return found[0] && idle;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isCompiler(Path task) {
        String name = read(task.resolve("comm"));
        return name.startsWith("C1 Compiler") || name.startsWith("C2 Compiler");
    }

    /** The state's letter, behind the name in parentheses. */
    private static char state(Path task) {
        String stat = read(task.resolve("stat"));
        int name = stat.lastIndexOf(')');
        return name < 0 || name + 2 >= stat.length() ? 'S' : stat.charAt(name + 2); // a thread that has ended is idle
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
