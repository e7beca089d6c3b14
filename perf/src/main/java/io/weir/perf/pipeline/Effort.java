package io.weir.perf.pipeline;

/**
 * How long a case is measured.
 *
 * @param warmUp rounds before that do not count, at least
 * @param rounds rounds that do
 * @param packets of a round, whole bursts
 */
public record Effort(int warmUp, int rounds, int packets) {
    /** What the benchmark does. */
    public static final Effort FULL = new Effort(20, 101, 64_000);

    /** The same with another number of rounds. */
    public Effort withRounds(int number) {
        return new Effort(warmUp, number, packets);
    }

    int bursts() {
        return packets / Workload.BURST;
    }
}
