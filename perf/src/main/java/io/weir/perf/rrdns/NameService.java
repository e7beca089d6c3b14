package io.weir.perf.rrdns;

import java.util.Arrays;
import java.util.List;

/**
 * Round-robin DNS: the name server gives each resolver that asks the next server's address; a resolver that has an
 * answer younger than the time to live asks nobody; a user asks once a session.
 */
final class NameService {
    private final int servers;
    private final double timeToLive;
    private final double[] askedAt;
    private final int[] answer;
    private int next;
    private int questions;

    NameService(int servers, int resolvers, double timeToLive) {
        this.servers = servers;
        this.timeToLive = timeToLive;
        this.askedAt = new double[resolvers];
        this.answer = new int[resolvers];
        Arrays.fill(askedAt, Double.NEGATIVE_INFINITY);
    }

    /** The server for a session of a domain that begins now. */
    int resolve(int domain, double now) {
        if (now - askedAt[domain] >= timeToLive) {
            askedAt[domain] = now;
            answer[domain] = next;
            next = (next + 1) % servers;
            questions++;
        }
        return answer[domain];
    }

    /** How often the name server was asked. */
    int questions() {
        return questions;
    }

    /** Requests that each server gets from the sessions, which are in the order of their beginnings. */
    long[] serve(List<Session> sessions) {
        long[] load = new long[servers];
        for (Session session : sessions) {
            load[resolve(session.domain(), session.start())] += session.requestTimes().length;
        }
        return load;
    }
}
