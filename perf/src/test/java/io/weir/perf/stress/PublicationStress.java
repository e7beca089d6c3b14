package io.weir.perf.stress;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import io.weir.engine.forward.PortFacts;
import io.weir.engine.worker.Publication;
import io.weir.engine.worker.Snapshot;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;

/** A worker sees one snapshot or the other, each whole, and never the older one after the newer. */
@JCStressTest
@Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "the old one")
@Outcome(id = "1, 1, 2", expect = ACCEPTABLE, desc = "the new one meanwhile")
@Outcome(id = "2, 2, 2", expect = ACCEPTABLE, desc = "the new one")
@State
public class PublicationStress {
    private final Publication publication = new Publication(snapshot(1));

    private static Snapshot snapshot(int value) {
        int[] mtu = new int[2];
        mtu[0] = value;
        mtu[1] = value;
        return new Snapshot(null, new PortFacts(new long[2], mtu, new int[2], new long[2], new long[2]));
    }

    @Actor
    public void control() {
        publication.publish(snapshot(2));
    }

    @Actor
    public void worker(III_Result r) {
        int[] mtu = publication.current().ports().mtu();
        r.r1 = mtu[0];
        r.r2 = mtu[1];
        r.r3 = publication.current().ports().mtu()[0];
    }
}
