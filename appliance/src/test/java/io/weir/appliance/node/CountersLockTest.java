package io.weir.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lock as another process sees it; flock(1) and fcntl(2) do not meet, so the kernel's own list is asked. */
class CountersLockTest {
    @TempDir
    private Path directory;

    private Path counters() {
        return directory.resolve("node/counters");
    }

    private Path lockFile() {
        return directory.resolve("node/counters.lock");
    }

    private static boolean isLocked(Path file) throws IOException {
        String inode = ":" + Files.getAttribute(file, "unix:ino") + " ";
        return Files.readString(Path.of("/proc/locks"))
                .lines()
                .anyMatch(line -> line.contains(inode) && line.contains("POSIX") && line.contains("WRITE"));
    }

    @Test
    void shouldHoldLockAndNameProcessUntilClosed() throws IOException {
        try (CountersLock lock = CountersLock.take(counters())) {
            assertTrue(isLocked(lockFile()), lock::toString);
            assertEquals(
                    Long.toString(ProcessHandle.current().pid()),
                    Files.readString(lockFile()).strip());
        }
        assertFalse(Files.exists(counters().getParent()), "it made the directory");
    }

    @Test
    void shouldKeepDirectoryThatWasThere() throws IOException {
        Files.createDirectory(counters().getParent());
        CountersLock.take(counters()).close();
        assertTrue(Files.exists(counters().getParent()));
        assertFalse(Files.exists(lockFile()));
    }

    @Test
    void shouldTakeLockThatDeadNodeLeft() throws IOException {
        Files.createDirectory(counters().getParent());
        for (String left : new String[] {"", "1234567\n", "removed"}) {
            Files.writeString(lockFile(), left);
            try (CountersLock lock = CountersLock.take(counters())) {
                assertTrue(isLocked(lockFile()), lock::toString);
            }
        }
    }

    @Test
    void shouldSayWhereItCannotBeMade() throws IOException {
        Files.writeString(directory.resolve("node"), "a file where the directory should be");
        IOException e = assertThrows(IOException.class, () -> CountersLock.take(counters()));
        assertTrue(e.getMessage().contains(directory.resolve("node").toString()), e.getMessage());
    }
}
