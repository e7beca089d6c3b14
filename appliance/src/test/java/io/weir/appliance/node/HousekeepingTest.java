package io.weir.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.appliance.Requires;
import io.weir.bindings.CpuAffinity;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class HousekeepingTest {
    private static final BitSet BEFORE = CpuAffinity.get();

    /** Where the calling thread may run while a node confines it, whose end gives everything back. */
    private static BitSet confined(List<Integer> control, List<Integer> workers) throws Exception {
        AutoCloseable confined = new Housekeeping(control, null, new Reports()).confine(workers);
        BitSet during = CpuAffinity.get();
        confined.close();
        assertEquals(BEFORE, CpuAffinity.get());
        return during;
    }

    @Test
    void shouldLeaveTheWorkersCoresAloneUntilTheNodeEnds() throws Exception {
        Requires.that(BEFORE.cardinality() > 1, "two cores");
        int worker = BEFORE.nextSetBit(0);
        BitSet others = (BitSet) BEFORE.clone();
        others.clear(worker);
        assertEquals(others, confined(List.of(), List.of(worker)));
    }

    @Test
    void shouldGoWhereTheOperatorWants() throws Exception {
        int core = BEFORE.nextSetBit(0);
        BitSet one = new BitSet();
        one.set(core);
        assertEquals(one, confined(List.of(core), List.of(core)));
    }

    @Test
    void shouldShareCoresWhenTheWorkersHaveThemAll() throws Exception {
        assertEquals(BEFORE, confined(List.of(), BEFORE.stream().boxed().toList()));
    }
}
