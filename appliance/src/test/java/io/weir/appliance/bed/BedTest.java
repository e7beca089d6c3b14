package io.weir.appliance.bed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.Requires;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BedTest {
    @BeforeEach
    void needs() {
        Requires.root();
        Requires.tool("ip");
    }

    @Test
    void shouldReachNeighboursOfBothVersionsWhenBuilt() {
        try (Bed bed = Bed.create(BedOptions.WHOLE)) {
            for (IpFamily family : IpFamily.values()) {
                for (String target : List.of(family.front(1), family.front(77), family.farFront(2))) {
                    assertTrue(
                            bed.client()
                                    .call(() -> IcmpEcho.ping(IpFamily.address(target), 56, 1, 5_000))
                                    .isPresent(),
                            target);
                }
                assertTrue(bed.farServer()
                        .call(() -> IcmpEcho.ping(IpFamily.address(family.back(2)), 56, 1, 5_000))
                        .isPresent());
            }
        }
    }

    @Test
    void shouldLeaveNothingWhenClosed() throws Exception {
        List<String> closed = new ArrayList<>();
        List<Path> files;
        Process sleeper;
        try (Bed bed = Bed.create(BedOptions.ARTICLE)) {
            bed.own(() -> closed.add("first"));
            bed.own(() -> closed.add("second"));
            sleeper = bed.node().start(new ProcessBuilder("sleep", "60"));
            files = bed.namespaces().stream().map(Namespace::file).toList();
            assertTrue(files.stream().allMatch(Files::exists));
        }
        assertEquals(List.of("second", "first"), closed);
        assertTrue(files.stream().noneMatch(Files::exists));
        assertTrue(sleeper.waitFor(10, TimeUnit.SECONDS));
    }

    @Test
    void shouldCloseAtOnceWhatComesTooLate() {
        Bed bed = Bed.create(BedOptions.ARTICLE);
        bed.close();
        List<String> closed = new ArrayList<>();
        assertThrows(IllegalStateException.class, () -> bed.own(() -> closed.add("late")));
        assertEquals(List.of("late"), closed);
    }

    @Test
    void shouldRemoveOnlyWhatDeadProcessesLeftWhenAsked() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        String stale = "weir-" + dead.pid() + "-1-node";
        String foreign = "weirdly-named-" + dead.pid();
        Program.run("ip", "netns", "add", stale);
        Program.run("ip", "netns", "add", foreign);
        try (Bed alive = Bed.create(BedOptions.ARTICLE)) {
            Namespace.removeStale();
            assertFalse(Files.exists(Path.of("/run/netns", stale)));
            assertTrue(Files.exists(Path.of("/run/netns", foreign)));
            assertTrue(Files.exists(alive.node().file()));
        } finally {
            Program.run("ip", "netns", "delete", foreign);
            Program.attempt(List.of("ip", "netns", "delete", stale), "");
        }
    }

    @Test
    void shouldSayWhatTheProgramSaidWhenItFails() {
        IllegalStateException e =
                assertThrows(IllegalStateException.class, () -> Program.run("ip", "link", "show", "dev", "nowhere0"));
        assertTrue(e.getMessage().contains("nowhere0"), e.getMessage());
    }
}
