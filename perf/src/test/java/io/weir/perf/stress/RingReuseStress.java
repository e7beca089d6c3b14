package io.weir.perf.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.weir.engine.ring.SpscLongRing;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/** A slot is not written again before its record has been read. */
@JCStressTest
@Outcome(id = "1, 2, 0", expect = ACCEPTABLE, desc = "the producer found no room")
@Outcome(id = "1, 2, 7", expect = ACCEPTABLE, desc = "the slot was used again")
@State
public class RingReuseStress {
    private final SpscLongRing ring = new SpscLongRing(1, 2);

    public RingReuseStress() {
        ring.offer(1, 2);
        ring.publish();
        ring.available();
    }

    @Actor
    public void producer() {
        ring.offer(3, 4);
        ring.publish();
    }

    @Actor
    public void consumer(JJJ_Result r) {
        r.r1 = ring.peek(0);
        r.r2 = ring.peek(1);
        ring.skip();
        ring.free();
    }

    @Arbiter
    public void after(JJJ_Result r) {
        r.r3 = ring.available() == 0 ? 0 : ring.peek(0) + ring.peek(1);
    }
}
