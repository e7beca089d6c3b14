package io.weir.engine.worker;

/**
 * One worker's view of the {@link Mastership}: whether it may forward in this cycle, and the forgetting of its flows when
 * a term has ended. Owned by the worker.
 *
 * <p>Another node has had the flows meanwhile: connections have ended and begun anew from the same ports, or were moved
 * to other servers. So no record outlives its term; what goes on is recovered as on any node that takes over. The table
 * is emptied at once when the term ends, some slots a cycle, and the node is no candidate before it is empty.
 */
final class WorkerTerm {
    private static final int SLOTS_A_CYCLE = 1 << 14;

    private final Mastership mastership;
    private final int worker;
    private final Flows flows;
    private final UnknownFlowHandler unknown;
    private long adopted = -1;
    private boolean clearing;

    WorkerTerm(Mastership mastership, int worker, Flows flows, UnknownFlowHandler unknown) {
        this.mastership = mastership;
        this.worker = worker;
        this.flows = flows;
        this.unknown = unknown;
    }

    /** At the beginning of a cycle, all of the one before being flushed: whether this one may forward. */
    boolean begin(long nowNs) {
        long term = mastership.term();
        if (term != adopted) {
            adopt(term);
        }
        mastership.beat(worker, nowNs);
        return (term & 1) != 0 && !clearing && mastership.isInTime(nowNs);
    }

    private void adopt(long term) {
        boolean first = adopted < 0;
        adopted = term;
        mastership.adopted(worker, term);
        if ((term & 1) == 0) {
            if (first) {
                mastership.cleared(worker, term);
            } else {
                clearing = true;
                unknown.forgetAll();
            }
        }
    }

    /** Whether flows of an ended term are left. */
    boolean isClearing() {
        return clearing;
    }

    /** Forgets some of them. */
    void clearSome() {
        if (flows.forgetSome(SLOTS_A_CYCLE)) {
            clearing = false;
            mastership.cleared(worker, adopted & ~1L);
        }
    }
}
