package io.weir.ha.vrrp;

/**
 * What a node knows of its virtual router before it hears anything (RFC 9568 §6.1).
 *
 * @param vrid number of the virtual router, 1 to 255
 * @param priority of this node, 1 to 255; 255 is master at once and yields to nobody
 * @param centiseconds between its advertisements, 1 to 4095
 * @param preempt whether it takes over from a living master of lower priority
 * @param preemptDelayNs for how long such a master must have been heard before
 */
public record VirtualRouterConfig(int vrid, int priority, int centiseconds, boolean preempt, long preemptDelayNs) {
    /** Priority of the one whom nobody outranks. */
    public static final int OWNER = 255;

    /** Priority of one that should be master only where there is no other. */
    public static final int LAST_CHOICE = 1;

    /** Advertisement_Interval. */
    public long intervalNs() {
        return centiseconds * Advertisement.CENTISECOND_NS;
    }
}
