package io.weir.perf.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.weir.engine.ring.SpscLongRing;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJJ_Result;

/** A record that the consumer can see is whole, and it sees both or neither of two that were published together. */
@JCStressTest
@Outcome(id = "0, 0, 0", expect = ACCEPTABLE, desc = "not published yet")
@Outcome(id = "2, 3, 7", expect = ACCEPTABLE, desc = "both records, whole")
@State
public class RingPublishStress {
    private final SpscLongRing ring = new SpscLongRing(2, 2);

    @Actor
    public void producer() {
        ring.offer(1, 2);
        ring.offer(3, 4);
        ring.publish();
    }

    @Actor
    public void consumer(JJJ_Result r) {
        int n = ring.available();
        if (n == 0) {
            return;
        }
        r.r1 = n;
        r.r2 = ring.peek(0) + ring.peek(1);
        ring.skip();
        r.r3 = n == 2 ? ring.peek(0) + ring.peek(1) : -1;
    }
}
