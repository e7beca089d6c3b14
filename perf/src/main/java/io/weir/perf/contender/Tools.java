package io.weir.perf.contender;

import io.weir.appliance.bed.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Programs of other packages. */
public final class Tools {
    private static final String ALSO = ":/usr/sbin:/sbin";

    private Tools() {}

    /**
     * What to say of a program.
     *
     * @param program its name
     * @param debianPackage that has it
     * @return empty when it is there
     */
    public static Optional<String> lacking(String program, String debianPackage) {
        return find(program)
                ? Optional.empty()
                : Optional.of("needs the program %s (Debian: apt-get install %s)".formatted(program, debianPackage));
    }

    private static boolean find(String program) {
        String path = System.getenv().getOrDefault("PATH", "") + ALSO;
        for (String directory : path.split(":")) {
            if (!directory.isEmpty() && Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }

    /** Whether the machine's nginx can balance TCP. */
    static Optional<String> lackingNginxStream() {
        Optional<String> program = lacking("nginx", "nginx-light libnginx-mod-stream");
        if (program.isPresent()) {
            return program;
        }
        if (isStreamBuiltIn() || streamModule().isPresent()) {
            return Optional.empty();
        }
        return Optional.of("needs nginx's stream module (Debian: apt-get install libnginx-mod-stream)");
    }

    private static boolean isStreamBuiltIn() {
        String built = Program.attempt(List.of("nginx", "-V"), "").output();
        return built.contains("--with-stream ") || built.strip().endsWith("--with-stream");
    }

    /** The file of the stream module, where it is one. */
    static Optional<Path> streamModule() {
        return List.of("/usr/lib/nginx/modules", "/usr/lib64/nginx/modules").stream()
                .map(directory -> Path.of(directory, "ngx_stream_module.so"))
                .filter(Files::exists)
                .findFirst();
    }
}
