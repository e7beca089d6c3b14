package io.weir.appliance.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weir.appliance.bed.Namespace;
import io.weir.appliance.config.ConfigLoader;
import io.weir.appliance.config.HostFacts;
import io.weir.appliance.config.LoadedConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is recorded where, with a script in the node's place: class files, which tests run, cannot be archived. */
class TrainingTest {
    @TempDir
    private Path directory;

    private Path archive;
    private Path launcher;

    @BeforeEach
    void place() throws IOException {
        assumeTrue(Namespace.obstacle().isEmpty());
        archive = Files.writeString(directory.resolve("weir.jsa"), "older");
        launcher = directory.resolve("weir");
    }

    private void launcher(String atTheEnd) throws IOException {
        Files.writeString(launcher, """
                #!/bin/bash
                cp "$2" %s/properties
                echo "$1 $WEIR_NO_BUILD" > %s/seen
                archive=${WEIR_JAVA_OPTS##*-XX:ArchiveClassesAtExit=}
                trap '%s; exit 0' TERM
                echo weir: ready
                while :; do sleep 0.05; done
                """.formatted(directory, directory, atTheEnd));
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void shouldRecordNodeWithWholeConfigurationAndPutArchiveInPlace() throws Exception {
        launcher("echo of a node > $archive");

        long bytes = Training.record(launcher, archive);

        assertEquals("of a node\n", Files.readString(archive));
        assertEquals(10, bytes);
        assertEquals("run 1\n", Files.readString(directory.resolve("seen")), "a start within a build builds nothing");
        LoadedConfig config = new ConfigLoader(HostFacts.ofThisMachine()).load(directory.resolve("properties"));
        assertEquals(4, config.node().services().size());
        assertFalse(Files.exists(directory.resolve("weir.jsa.new")));
    }

    @Test
    void shouldKeepOlderArchiveWhenNoneIsWritten() throws IOException {
        launcher("echo no room");

        IOException refused = assertThrows(IOException.class, () -> Training.record(launcher, archive));

        assertTrue(
                refused.getMessage().contains("no archive")
                        && refused.getMessage().contains("no room"),
                refused::getMessage);
        assertEquals("older", Files.readString(archive));
    }

    @Test
    void shouldNameArchiveThatCannotBeWritten() throws IOException {
        launcher("echo of a node > $archive");
        Path nowhere = directory.resolve("gone/weir.jsa");

        IOException refused = assertThrows(IOException.class, () -> Training.record(launcher, nowhere));

        assertTrue(refused.getMessage().startsWith(nowhere + " cannot be written"), refused::getMessage);
    }
}
