package io.weir.appliance.probe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The kernel's small files.
 *
 * @param root what {@code proc}, {@code sys} and {@code dev} are in
 */
record KernelFiles(Path root) {
    /** The text of a file without the line's end; empty when it cannot be read. */
    Optional<String> text(String file) {
        try {
            return Optional.of(Files.readString(root.resolve(file)).strip());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** A file's lines; none when it cannot be read. */
    List<String> lines(String file) {
        return text(file).map(text -> text.lines().toList()).orElse(List.of());
    }

    /** What follows a label at the beginning of a line. */
    Optional<String> after(String file, String label) {
        return lines(file).stream()
                .filter(line -> line.startsWith(label))
                .map(line -> line.substring(label.length()).strip())
                .findFirst();
    }

    Path path(String file) {
        return root.resolve(file);
    }
}
