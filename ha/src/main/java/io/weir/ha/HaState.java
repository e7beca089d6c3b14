package io.weir.ha;

/** A node's part among those that could forward (RFC 9568 §6.4). */
public enum HaState {
    /** Takes no part: starting, stopping, or hindered. */
    INITIALIZE,
    /** Another one forwards, or is awaited; this node forwards nothing and answers for none of its addresses. */
    BACKUP,
    /** This node forwards. RFC 9568 says <i>Active</i>, operators and keepalived say master. */
    MASTER;

    /** The name in lower case, as operators see it. */
    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
