package io.weir.ha.reconstruct;

import io.weir.engine.ring.SpscLongRing;
import io.weir.scheduler.IpAddress;

/**
 * What a worker asks the control thread: how is this client reached? A server that speaks before its client does, after
 * a takeover, leaves no other way to find out; the kernel knows routes and neighbours.
 *
 * <p>Two rings: the worker produces questions and consumes answers, the control thread the other way round.
 *
 * <pre>
 *  question: | client hi | client lo |        answer: | client hi | client lo | next hop, 0: none | unused |
 * </pre>
 */
public final class HopQueries {
    private static final int QUESTIONS = 1024;

    private final SpscLongRing questions = new SpscLongRing(QUESTIONS, 2);
    private final SpscLongRing answers = new SpscLongRing(QUESTIONS, 4);

    /** Who knows the ways. */
    @FunctionalInterface
    public interface Ways {
        /**
         * The way to a client.
         *
         * @return an {@link io.weir.engine.service.NextHop}; 0: not known, or not yet
         */
        long hop(IpAddress client);
    }

    /** Worker: asks; a question that does not fit is lost. */
    void ask(long clientHi, long clientLo) {
        questions.offer(clientHi, clientLo);
        questions.publish();
    }

    /** Worker: takes the answers that are there. */
    int take(ClientHops into, long nowNs) {
        int n = answers.available();
        for (int i = 0; i < n; i++) {
            into.put(answers.peek(0), answers.peek(1), answers.peek(2), nowNs);
            answers.skip();
        }
        answers.free();
        return n;
    }

    /**
     * Control thread: answers what was asked.
     *
     * @param atMost questions now
     * @return how many were answered
     */
    public int answer(Ways ways, int atMost) {
        int n = Math.min(questions.available(), atMost);
        for (int i = 0; i < n; i++) {
            long hi = questions.peek(0);
            long lo = questions.peek(1);
            answers.offer(hi, lo, ways.hop(new IpAddress(hi, lo)));
            questions.skip();
        }
        if (n > 0) {
            questions.free();
            answers.publish();
        }
        return n;
    }
}
