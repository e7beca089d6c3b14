package io.weir.appliance.bed;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Short runs of other programs, to their end, with everything they said. */
public final class Program {
    private static final long LIMIT_SECONDS = 30;

    private Program() {}

    /**
     * What a program did.
     *
     * @param status exit status
     * @param output standard output and standard error, together
     */
    public record Outcome(int status, String output) {}

    /**
     * Runs a program that must succeed.
     *
     * @return what it printed
     * @throws IllegalStateException when it fails: with the command, its status and what it printed
     */
    public static String run(List<String> command, String input) {
        Outcome outcome = attempt(command, input);
        if (outcome.status() != 0) {
            throw new IllegalStateException("%s: exit status %d%n%s%s"
                    .formatted(
                            String.join(" ", command),
                            outcome.status(),
                            outcome.output(),
                            input.isEmpty() ? "" : "with the input\n" + input));
        }
        return outcome.output();
    }

    /** Runs a program that must succeed and reads nothing. */
    public static String run(String... command) {
        return run(List.of(command), "");
    }

    /** Runs a program that may fail. */
    public static Outcome attempt(List<String> command, String input) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(UTF_8));
            } catch (IOException e) {
                // it ended without reading: its status and output tell more
            }
            String output = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(String.join(" ", command) + ": no end after " + LIMIT_SECONDS + " s");
            }
            return new Outcome(process.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(String.join(" ", command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(String.join(" ", command) + ": interrupted", e);
        }
    }
}
