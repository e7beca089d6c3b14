package io.weir.ha.vrrp;

/** The times of RFC 9568 §6.1, in nanoseconds. */
public final class VrrpTimes {
    private static final int PRIORITIES = 256;
    private static final int MISSED = 3;

    private VrrpTimes() {}

    /** Skew_Time = ((256 − priority) × Active_Adver_Interval) / 256: the lower the priority, the later. */
    public static long skewNs(int priority, long intervalNs) {
        return (PRIORITIES - priority) * intervalNs / PRIORITIES;
    }

    /** Active_Down_Interval = 3 × Active_Adver_Interval + Skew_Time: so long a backup waits for a silent master. */
    public static long downNs(int priority, long intervalNs) {
        return silenceNs(intervalNs) + skewNs(priority, intervalNs);
    }

    /** The part of it that is the same for all: no backup takes over sooner after what it heard last. */
    public static long silenceNs(long intervalNs) {
        return MISSED * intervalNs;
    }
}
