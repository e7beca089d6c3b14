package io.weir.appliance.hypervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntryTableTest {
    private static final int OWNER = 0x5745;
    private static final FlowEntry A = new FlowEntry(0, 1, List.of(), List.of());
    private static final FlowEntry B = new FlowEntry(0, 2, List.of(), List.of());

    private final EntryTable table = new EntryTable(OWNER);
    private final List<String> done = new ArrayList<>();

    private boolean converge(FlowEntry... wanted) {
        return table.converge(
                List.of(wanted), entry -> done.add("add " + entry.priority()), cookie -> done.add("delete " + cookie));
    }

    @Test
    void shouldAddWhatIsMissingThenDeleteWhatIsTooMuch() {
        table.found(A.cookie(OWNER));
        assertTrue(converge(B));
        assertEquals(List.of("add 2", "delete " + A.cookie(OWNER)), done);
        assertEquals(1, table.present());
        assertFalse(converge(B));
    }

    @Test
    void shouldNeverSeeOthersEntries() {
        table.found(A.cookie(OWNER + 1));
        assertTrue(converge(A));
        assertEquals(List.of("add 1"), done);
    }

    @Test
    void shouldTryAgainWhatWasRefused() {
        converge(A);
        table.refused(A);
        assertEquals(0, table.present());
        assertTrue(converge(A));
        assertEquals(List.of("add 1", "add 1"), done);
    }
}
