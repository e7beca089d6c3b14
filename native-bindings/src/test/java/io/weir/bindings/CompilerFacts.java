package io.weir.bindings;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** What the C compiler says of constants, sizes and offsets in the kernel's headers of this machine. */
public final class CompilerFacts {
    private CompilerFacts() {}

    /**
     * Values of C expressions; skips the calling test where there is no gcc.
     *
     * @param headers to include, for example {@code linux/if_xdp.h}; {@code stddef.h} and {@code stdio.h} always are
     * @param expressions integer expressions, for example {@code offsetof(struct xdp_desc, len)}
     * @return expression to value, as signed 64-bit integers
     */
    public static Map<String, Long> evaluate(List<String> headers, Collection<String> expressions) {
        Requires.tool("gcc");
        StringBuilder source = new StringBuilder("#define _GNU_SOURCE\n#include <stddef.h>\n#include <stdio.h>\n");
        headers.forEach(h -> source.append("#include <").append(h).append(">\n"));
        source.append("int main(void) {\n");
        for (String e : expressions) {
            source.append("  printf(\"%lld\\n\", (long long)(").append(e).append("));\n");
        }
        source.append("  return 0;\n}\n");
        try {
            Path directory = Files.createTempDirectory("facts");
            try {
                Path program = directory.resolve("facts");
                Path text = Files.writeString(directory.resolve("facts.c"), source);
                run("gcc", "-w", "-o", program.toString(), text.toString());
                List<String> lines = run(program.toString()).lines().toList();
                Map<String, Long> values = new LinkedHashMap<>();
                int i = 0;
                for (String e : expressions) {
                    values.put(e, Long.parseLong(lines.get(i++)));
                }
                return values;
            } finally {
                try (var files = Files.list(directory)) {
                    for (Path file : files.toList()) {
                        Files.delete(file);
                    }
                }
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Fails when a Java constant differs from its C expression, listing all that differ.
     *
     * @param headers to include
     * @param javaValues C expression to the value that the Java class has for it
     */
    public static void assertSame(List<String> headers, Map<String, Long> javaValues) {
        Map<String, Long> compiled = evaluate(headers, javaValues.keySet());
        assertEquals(new TreeMap<>(compiled).toString(), new TreeMap<>(javaValues).toString());
    }

    private static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(String.join(" ", command) + " hangs");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        if (process.exitValue() != 0) {
            throw new AssertionError(String.join(" ", command) + " failed:\n" + output);
        }
        return output;
    }
}
