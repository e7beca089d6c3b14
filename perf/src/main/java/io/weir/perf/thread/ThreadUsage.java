package io.weir.perf.thread;

/**
 * What a thread has used.
 *
 * @param name role and number
 * @param core it is pinned to, or -1
 * @param cpuNs processor time, the kernel's share for its system calls included
 * @param wallNs since it began its work
 * @param allocated heap bytes
 */
public record ThreadUsage(String name, int core, long cpuNs, long wallNs, long allocated) {
    /** Share of one core, 0 to 1. */
    public double load() {
        return wallNs <= 0 ? 0 : (double) cpuNs / wallNs;
    }
}
