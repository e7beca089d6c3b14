package io.weir.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class NicenessTest {
    @Test
    void shouldBeOfTheThreadThatSetsIt() throws Exception {
        int before = Niceness.get();
        FutureTask<Integer> other = new FutureTask<>(() -> {
            assertTrue(Niceness.trySet(before + 1), "more is for everybody");
            return Niceness.get();
        });
        Thread thread = new Thread(other);
        thread.start();
        assertEquals(before + 1, other.get());
        thread.join();
        assertEquals(before, Niceness.get());
    }

    @Test
    void shouldReadWhatTheKernelSays() throws Exception {
        String stat = java.nio.file.Files.readString(java.nio.file.Path.of("/proc/thread-self/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        assertEquals(Integer.parseInt(fields[16]), Niceness.get(), "proc_pid_stat(5), field 19");
    }
}
