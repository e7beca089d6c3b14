package io.weir.perf.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.weir.engine.worker.Mastership;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Once the HA thread knows that a worker has stopped, it sees all that the worker sent, and nothing more is sent. */
@JCStressTest
@Outcome(id = "-1, [012]", expect = ACCEPTABLE, desc = "not known yet")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "stopped before the first frame")
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "stopped after it")
@State
public class MastershipStress {
    private final Mastership mastership = Mastership.leased(1);
    private int sent;

    public MastershipStress() {
        mastership.take(0);
        mastership.adopted(0, mastership.term());
    }

    @Actor
    public void ha(II_Result r) {
        mastership.leave();
        r.r1 = mastership.hasStopped() ? sent : -1;
    }

    @Actor
    public void worker() {
        cycle();
        cycle();
    }

    private void cycle() {
        long term = mastership.term();
        mastership.adopted(0, term);
        if ((term & 1) != 0) {
            sent++;
        }
    }

    @Arbiter
    public void afterwards(II_Result r) {
        r.r2 = sent;
    }
}
