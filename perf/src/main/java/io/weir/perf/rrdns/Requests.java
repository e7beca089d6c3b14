package io.weir.perf.rrdns;

import java.util.Arrays;
import java.util.List;

/**
 * The requests of all sessions in the order of their times.
 *
 * @param at seconds
 * @param user who
 * @param number the how manieth of that user
 */
record Requests(double[] at, int[] user, int[] number) {
    /** Those of these sessions. */
    static Requests of(List<Session> sessions) {
        int size = sessions.stream().mapToInt(s -> s.requestTimes().length).sum();
        double[] time = new double[size];
        int[] user = new int[size];
        int[] number = new int[size];
        Integer[] order = new Integer[size];
        int n = 0;
        for (Session session : sessions) {
            for (int i = 0; i < session.requestTimes().length; i++) {
                time[n] = session.requestTimes()[i];
                user[n] = session.user();
                number[n] = i;
                order[n] = n++;
            }
        }
        Arrays.sort(order, (a, b) -> Double.compare(time[a], time[b]));
        double[] at = new double[size];
        int[] users = new int[size];
        int[] numbers = new int[size];
        for (int i = 0; i < size; i++) {
            at[i] = time[order[i]];
            users[i] = user[order[i]];
            numbers[i] = number[order[i]];
        }
        return new Requests(at, users, numbers);
    }

    int size() {
        return at.length;
    }
}
