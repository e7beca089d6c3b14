package io.weir.appliance.demo;

import io.weir.appliance.bed.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The way round missing privileges: the demonstration once more, as root of a user namespace of its own, where it may
 * make network namespaces but not load BPF programs.
 */
final class UserNamespace {
    private static final String MARK = "WEIR_DEMO_USER_NAMESPACE";
    private static final String ENTER = "mount -t tmpfs none /run && exec \"$@\"";
    private static final int STOP_SECONDS = 20;

    private UserNamespace() {}

    /** Whether this process runs in one already. */
    static boolean isInside() {
        return System.getenv(MARK) != null;
    }

    /** Whether this process may make network namespaces. */
    static boolean isNeeded() {
        return !works(List.of());
    }

    /** Whether a user namespace would help. */
    static boolean isPossible() {
        return !isInside() && works(words());
    }

    private static boolean works(List<String> prefix) {
        String name = "weir-%d-0-probe".formatted(ProcessHandle.current().pid());
        try {
            String script = "ip netns add " + name + " && ip netns exec " + name + " ip link set lo up; status=$?; "
                    + "ip netns delete " + name + "; exit $status";
            List<String> command = new ArrayList<>(prefix);
            command.addAll(List.of("sh", "-c", script));
            return Program.attempt(command, "").status() == 0;
        } catch (RuntimeException e) {
            return false;
        }
    }

    private static List<String> words() {
        return List.of("unshare", "-U", "-r", "-n", "-m", "sh", "-c", ENTER, "sh");
    }

    /** Runs the demonstration there, to its end, and returns its exit status. */
    static int runAgain(Path launcher, boolean keep) {
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(words())).inheritIO();
        builder.command().addAll(List.of(launcher.toString(), "demo"));
        if (keep) {
            builder.command().add("--keep");
        }
        builder.environment().put(MARK, "1");
        try {
            Process process = builder.start();
            Thread atExit = new Thread(() -> stop(process), "demo-at-exit");
            Runtime.getRuntime().addShutdownHook(atExit);
            return process.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    private static void stop(Process process) {
        process.destroy();
        try {
            process.waitFor(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
