package io.weir.perf.pktgen;

/** When a run begins and ends: set before the threads start, but for the wish to stop early. */
final class RunControl {
    final long startNs;
    final long durationNs;
    private volatile boolean stopped;

    RunControl(long startNs, long durationNs) {
        this.startNs = startNs;
        this.durationNs = durationNs;
    }

    boolean isStopped() {
        return stopped;
    }

    void stop() {
        stopped = true;
    }
}
