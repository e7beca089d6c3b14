package io.weir.ha.reconstruct;

import io.weir.engine.ring.SpscLongRing;
import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

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
         * The ways to these clients.
         *
         * @return {@link io.weir.engine.service.NextHop} by client; absent: not known, or not yet
         */
        Map<IpAddress, Long> hops(Collection<IpAddress> clients);
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
     * Control thread: takes questions.
     *
     * @param atMost how many now
     */
    List<IpAddress> questions(int atMost) {
        int n = Math.min(questions.available(), atMost);
        List<IpAddress> clients = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            clients.add(new IpAddress(questions.peek(0), questions.peek(1)));
            questions.skip();
        }
        questions.free();
        return clients;
    }

    /** Control thread: answers them. */
    void answer(List<IpAddress> clients, Map<IpAddress, Long> hops) {
        clients.forEach(client -> answers.offer(client.hi(), client.lo(), hops.getOrDefault(client, 0L)));
        answers.publish();
    }
}
