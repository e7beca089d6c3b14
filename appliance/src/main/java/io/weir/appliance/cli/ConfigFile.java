package io.weir.appliance.cli;

import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The argument of every command that is about a node. */
final class ConfigFile {
    @Parameters(paramLabel = "FILE.properties", description = "the node's configuration")
    private Path file;

    Path path() {
        return file;
    }
}
