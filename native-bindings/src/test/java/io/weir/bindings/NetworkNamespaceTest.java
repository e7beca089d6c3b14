package io.weir.bindings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class NetworkNamespaceTest {
    private static final Path OF_THREAD = Path.of("/proc/thread-self/ns/net");
    private static final Path OF_PROCESS = Path.of("/proc/self/ns/net");

    @Test
    void shouldMoveOnlyTheCallingThreadWhenItEnters() throws Exception {
        Requires.root();
        String home = Files.readSymbolicLink(OF_THREAD).toString();
        FutureTask<String[]> visitor = new FutureTask<>(() -> {
            NetworkNamespace.enterNew();
            String away = Files.readSymbolicLink(OF_THREAD).toString();
            NetworkNamespace.enter(OF_PROCESS);
            return new String[] {away, Files.readSymbolicLink(OF_THREAD).toString()};
        });
        Thread.ofPlatform().start(visitor);
        String[] seen = visitor.get();
        assertNotEquals(home, seen[0]);
        assertEquals(home, seen[1]);
        assertEquals(home, Files.readSymbolicLink(OF_THREAD).toString());
    }

    @Test
    void shouldNameTheFileAndTheCauseWhenItIsMissing() {
        NativeException e = assertThrows(
                NativeException.class, () -> NetworkNamespace.enter(Path.of("/run/netns/there-is-no-such-namespace")));
        assertEquals(Errno.ENOENT, e.errno());
    }

    @Test
    void shouldRefuseAVirtualThreadWhenItWouldMoveItsCarrier() throws Exception {
        FutureTask<Void> visitor = new FutureTask<>(NetworkNamespace::enterNew, null);
        Thread.ofVirtual().start(visitor);
        ExecutionException e = assertThrows(ExecutionException.class, visitor::get);
        assertEquals(IllegalStateException.class, e.getCause().getClass());
    }
}
